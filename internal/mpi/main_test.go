package mpi

import (
	"errors"
	"fmt"
	"io"
	"os"
	"testing"
)

// roleVariable names what a rank does that a test has started.
const roleVariable = "PASHA_MPI_TEST"

var roles = map[string]func(*World) error{}

func TestMain(m *testing.M) {
	if name := os.Getenv(roleVariable); name != "" {
		os.Exit(play(name))
	}
	os.Exit(m.Run())
}

// play is a rank.
func play(name string) int {
	if !Launched() {
		fmt.Fprintln(os.Stderr, "not launched")
		return 3
	}
	w, err := Open()
	if err == nil {
		err = roles[name](w)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		rank := -1
		if w != nil {
			rank = w.Rank()
		}
		fmt.Fprintf(os.Stderr, "role %s of rank %d: %v\n", name, rank, err)
		return 1
	}
	return 0
}

// echo sends everything back until the root ends the line.
func echo(l *Line) error {
	for {
		m, err := l.Receive()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		}
		rows := make([]byte, m.Rows)
		if err := m.Into(rows); err != nil {
			return err
		}
		if err := l.SendRows(m.Kind, m.Data, rows); err != nil {
			return err
		}
	}
}
