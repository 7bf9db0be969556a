package pending

import (
	"fmt"
	"io/fs"
	"os"
)

// File is a file that is not complete, for what is written by its name, or piece by
// piece. It ends with Complete or Discard.
type File struct {
	*os.File
	place string // where it will be for now
	path  string // where it will be in the end
}

// Create starts a file that replaces one of that name when it is complete, with
// permissions as [Write] has them. The error names the file.
func Create(path string, permissions fs.FileMode) (*File, error) {
	return createAt(path, path, permissions)
}

func createAt(place, path string, permissions fs.FileMode) (*File, error) {
	before, err := os.Lstat(place)
	replaces := err == nil && before.Mode().IsRegular()
	if replaces {
		permissions = before.Mode().Perm()
	}
	file, err := create(place, func(name string) (*os.File, error) {
		return os.OpenFile(name, os.O_RDWR|os.O_CREATE|os.O_EXCL, permissions)
	})
	if err != nil {
		return nil, fmt.Errorf("cannot write %s: %w", path, reason(err))
	}
	if replaces {
		_ = file.Chmod(permissions) // where that cannot be, it keeps fewer
	}
	return &File{File: file, place: place, path: path}, nil
}

// Complete gives the file its name. Synced, all of it is on disk before; else that is left
// to the system. Where it cannot be, the file is gone, and the one that it would replace is
// as it was. The error names it.
func (f *File) Complete(synced bool) (err error) {
	defer f.Discard()
	if synced {
		err = f.Sync()
	}
	if err == nil {
		err = rename(f.File, f.place)
	}
	if err == nil {
		err = f.Close()
	}
	if err != nil {
		return fmt.Errorf("cannot write %s: %w", f.path, reason(err))
	}
	return nil
}

// Discard removes the file, unless it is complete.
func (f *File) Discard() { discard(f.File) }
