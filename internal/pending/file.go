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
	path        string
	vacated     bool
	permissions fs.FileMode // of a file in its place
}

// Create starts a file that replaces one of that name when it is complete, with
// permissions as [Write] has them. The error names the file.
func Create(path string, permissions fs.FileMode) (*File, error) {
	before, err := os.Lstat(path)
	replaces := err == nil && before.Mode().IsRegular()
	if replaces {
		permissions = before.Mode().Perm()
	}
	file, err := create(path, permissions)
	if err != nil {
		return nil, fmt.Errorf("cannot write %s: %w", path, reason(err))
	}
	if replaces {
		_ = file.Chmod(permissions) // where that cannot be, it keeps fewer
	}
	return &File{File: file, path: path}, nil
}

// Vacate removes the file, for a library that makes one of that name itself: ext4 writes
// one that was truncated to the disk before it is closed. Complete gives that the
// permissions, and leaves it to the system when it is on disk.
func (f *File) Vacate() error {
	info, err := f.Stat()
	if err != nil {
		return reason(err)
	}
	f.vacated, f.permissions = true, info.Mode().Perm()
	if err := os.Remove(f.Name()); err != nil {
		return reason(err)
	}
	return nil
}

// Complete has all of the file on disk and gives it its name. Where that cannot be the
// file is gone, and the one that it would replace is as it was. The error names it.
func (f *File) Complete() error {
	defer f.Discard()
	var err error
	if f.vacated {
		err = os.Chmod(f.Name(), f.permissions)
	} else {
		err = f.Sync()
	}
	if err == nil {
		err = f.Close()
	}
	if err == nil {
		err = rename(f.File, f.path)
	}
	if err != nil {
		return fmt.Errorf("cannot write %s: %w", f.path, reason(err))
	}
	return nil
}

// Discard removes the file, unless it is complete.
func (f *File) Discard() { discard(f.File) }
