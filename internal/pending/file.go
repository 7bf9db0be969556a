package pending

import (
	"fmt"
	"io/fs"
	"os"
)

// File is a file that has no name yet, for those that a library writes by a path.
type File struct {
	path        string
	file        *os.File
	permissions fs.FileMode // of one that was vacated, else 0
}

// Create begins a file that will replace one of that name, whose permissions it keeps;
// those of a new one are given, less what the umask takes. Nothing of it stays unless
// Commit is called. The error names the file.
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
	return &File{path: path, file: file}, nil
}

// Name is the path of the file until it has its own.
func (f *File) Name() string { return f.file.Name() }

// Vacate removes the file, for a library that makes one of that name itself: ext4 writes
// one that was truncated to the disk before it is closed. Commit gives that the
// permissions.
func (f *File) Vacate() error {
	info, err := f.file.Stat()
	if err != nil {
		return reason(err)
	}
	f.permissions = info.Mode().Perm()
	return reason(os.Remove(f.Name()))
}

// Commit gives the file its name, once all of it is written.
func (f *File) Commit() error {
	defer discard(f.file)
	if err := f.file.Close(); err != nil {
		return fmt.Errorf("cannot write %s: %w", f.path, reason(err))
	}
	if f.permissions != 0 {
		if err := os.Chmod(f.Name(), f.permissions); err != nil {
			return fmt.Errorf("cannot write %s: %w", f.path, reason(err))
		}
	}
	if err := rename(f.file, f.path); err != nil {
		return fmt.Errorf("cannot write %s: %w", f.path, reason(err))
	}
	return nil
}

// Discard removes the file, unless it has its name.
func (f *File) Discard() { discard(f.file) }
