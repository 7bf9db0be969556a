package extradata

import (
	"fmt"
	"strings"

	"extrapasha/internal/closest"
	"extrapasha/keydata"
	"extrapasha/run"
)

// Errors of the packages below that users of a collection meet.
type (
	// ProposalError is a proposal that is not there.
	ProposalError = run.ProposalError
	// RunError is a run that is not there.
	RunError = run.RunError
	// FilesError is a run directory without data files.
	FilesError = run.FilesError
	// FileStructureError is an HDF5 file that is no data file.
	FileStructureError = run.FileStructureError
	// UnreadableError is a run of which no file can be read.
	UnreadableError = run.UnreadableError
	// TrainIDError is a train that is not in the data.
	TrainIDError = keydata.TrainIDError
	// NoDataError is data with no entries where at least one is needed.
	NoDataError = keydata.NoDataError
	// TypeError is a key read as a type that its elements do not have.
	TypeError = keydata.TypeError
	// FieldError is a struct that does not fit structured data, or a field that it does
	// not have.
	FieldError = keydata.FieldError
)

// Reasons why data cannot be read, see package keydata.
var (
	ErrChanged = keydata.ErrChanged
	ErrCorrupt = keydata.ErrCorrupt
)

// SourceNameError is a source that is not in the data.
type SourceNameError struct {
	// Source is what was asked for.
	Source string
	// Closest are sources that are there and look like it.
	Closest []string
}

func (e *SourceNameError) Error() string {
	return fmt.Sprintf("no source %q in this data%s", e.Source, closest.Hint(e.Closest))
}

// KeyNameError is a key that a source does not have.
type KeyNameError struct {
	// Source and Key are what was asked for.
	Source, Key string
	// Closest are keys of the source that look like it.
	Closest []string
}

func (e *KeyNameError) Error() string {
	return fmt.Sprintf("no key %q in source %s%s", e.Key, e.Source, closest.Hint(e.Closest))
}

// ConflictError is data that has the same train of the same source in several
// files.
type ConflictError struct {
	// Sources are the names of those sources, sorted.
	Sources []string
	// Example tells a train and the files that it is in, empty where it is the
	// section that differs.
	Example string
}

func (e *ConflictError) Error() string {
	reason := "the same train in different files"
	if e.Example != "" {
		reason = e.Example
	}
	return fmt.Sprintf("conflicting data, %s, for %d sources: %s", reason, len(e.Sources), strings.Join(e.Sources, ", "))
}
