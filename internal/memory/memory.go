// Package memory tells whether an allocation can be had before it is made: one that
// the Go heap is refused ends the program, and one that the system grants beyond what
// the machine has ends it later, when it is touched.
package memory

import (
	"errors"
	"fmt"
	"sync"

	"github.com/dustin/go-humanize"
)

// ErrMemory is wrapped by the errors about memory that cannot be had.
var ErrMemory = errors.New("not enough memory")

// checked is the size from which on an allocation is checked: where less cannot be
// had, the machine's end is near anyway.
const checked = 256 << 20

// unlimited is the limit where none is known.
const unlimited = 1 << 62

// Check tells why so many bytes cannot be had, nil where they can.
func Check(bytes int) error {
	if bytes >= 0 && bytes < checked {
		return nil
	}
	if err := Fits(bytes); err != nil {
		return err
	}
	if err := try(bytes); err != nil {
		return Refused(bytes, err)
	}
	return nil
}

// Fits tells whether this process could have so many bytes if it had everything that
// the machine has, or the limit of the job that it is a part of.
func Fits(bytes int) error {
	most, what := limit()
	if bytes >= 0 && uint64(bytes) <= most {
		return nil
	}
	return Refused(bytes, fmt.Errorf("%s %s", what, humanize.IBytes(most)))
}

// Refused is the error for so many bytes that cannot be had for a reason.
func Refused(bytes int, reason error) error {
	return fmt.Errorf("%w: asked for %d bytes (%s): %w", ErrMemory, bytes, humanize.IBytes(uint64(bytes)), reason)
}

// limit is the most that this process can have, and what it is a limit of. It does
// not change while the process runs.
var limit = sync.OnceValues(readLimit)
