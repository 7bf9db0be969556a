package mpi

import (
	"fmt"
	"io"
	"time"
)

// Error is what the MPI library says of a call.
type Error struct {
	Call, Text string
}

func (e *Error) Error() string { return e.Call + ": " + e.Text }

// RankError is that something is wrong with a rank.
type RankError struct {
	Rank int
	Host string // empty before it has told
	Err  error
}

func (e *RankError) Error() string {
	if e.Host == "" {
		return fmt.Sprintf("rank %d: %v", e.Rank, e.Err)
	}
	return fmt.Sprintf("rank %d (%s): %v", e.Rank, e.Host, e.Err)
}

func (e *RankError) Unwrap() error { return e.Err }

// SilenceError is that a rank has given no sign of life. It is an [io.EOF] to errors.Is.
type SilenceError struct{ For time.Duration }

func (e *SilenceError) Error() string {
	return fmt.Sprintf("no sign of life for %v", e.For.Round(100*time.Millisecond))
}

// Is tells that a line has ended with it.
func (e *SilenceError) Is(target error) bool { return target == io.EOF }
