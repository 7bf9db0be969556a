package format

import (
	"errors"
	"fmt"
)

// Reasons why something is not read.
var (
	// ErrForm is a structure that is not read here, though it may be fine.
	ErrForm = errors.New("not of a form that is read without libhdf5")
	// ErrCorrupt is a structure or data that cannot be what was written.
	ErrCorrupt = errors.New("the data is corrupt")
	// ErrNoObject is a path that leads nowhere.
	ErrNoObject = errors.New("no such object")
)

func corrupt(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrCorrupt, fmt.Sprintf(format, args...))
}

func exotic(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrForm, fmt.Sprintf(format, args...))
}
