package run

import (
	"fmt"
	"io/fs"
	"strings"

	"extrapasha/internal/closest"
	"extrapasha/internal/h5"
)

// ErrNoObject is wrapped where a file lacks a dataset or group.
var ErrNoObject = h5.ErrNoObject

// ProposalError is a proposal whose directory is not there. It is an
// [fs.ErrNotExist].
type ProposalError struct {
	// Proposal is what was asked for, as a directory name or path.
	Proposal string
	// Root is the data root that was searched, empty for a path.
	Root string
	// Closest are proposals that are there and look like it.
	Closest []string
}

func (e *ProposalError) Error() string {
	if e.Root == "" {
		return fmt.Sprintf("no proposal directory %s", e.Proposal)
	}
	return fmt.Sprintf("no proposal %s below %s (expected %s/INSTRUMENT/CYCLE/%s; set %s for another data root)%s",
		e.Proposal, e.Root, e.Root, e.Proposal, RootVariable, closest.Hint(e.Closest))
}

// Unwrap is [fs.ErrNotExist].
func (e *ProposalError) Unwrap() error { return fs.ErrNotExist }

// RunError is a run whose directory is not there. It is an [fs.ErrNotExist].
type RunError struct {
	// Path is the directory that is missing.
	Path string
	// Closest are runs that are there and look like it.
	Closest []string
}

func (e *RunError) Error() string {
	return fmt.Sprintf("no run directory %s%s", e.Path, closest.Hint(e.Closest))
}

// Unwrap is [fs.ErrNotExist].
func (e *RunError) Unwrap() error { return fs.ErrNotExist }

// FilesError is a run directory without data files. It is an [fs.ErrNotExist].
type FilesError struct {
	// Path is the directory, Pattern what the names of files had to match.
	Path, Pattern string
}

func (e *FilesError) Error() string {
	return fmt.Sprintf("no HDF5 files in %s with names like %q", e.Path, e.Pattern)
}

// Unwrap is [fs.ErrNotExist].
func (e *FilesError) Unwrap() error { return fs.ErrNotExist }

// FileStructureError is an HDF5 file that lacks a part of the format.
type FileStructureError struct {
	// Path is the file.
	Path string
	// Err tells what is missing or wrong.
	Err error
}

func (e *FileStructureError) Error() string {
	const what = "not a European XFEL data file"
	if reason := e.Err.Error(); strings.HasPrefix(reason, e.Path) {
		return fmt.Sprintf("%s: %s", what, reason)
	}
	return fmt.Sprintf("%s: %s: %v", what, e.Path, e.Err)
}

// Unwrap is the reason.
func (e *FileStructureError) Unwrap() error { return e.Err }

// UnreadableError is a run of which no file can be read.
type UnreadableError struct {
	// Path is the run directory.
	Path string
	// Errs tells what is wrong with each file.
	Errs []error
}

func (e *UnreadableError) Error() string {
	return fmt.Sprintf("none of the %d files in %s can be read, the first: %v", len(e.Errs), e.Path, e.Errs[0])
}

// Unwrap is the errors of all files.
func (e *UnreadableError) Unwrap() []error { return e.Errs }
