package pending

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Directory is a directory of files that is not complete. It ends with Complete or
// Discard.
type Directory struct {
	open *os.File
	path string
}

// CreateDirectory starts a directory where nothing is, with permissions less what the
// umask takes. The error names it.
func CreateDirectory(path string, permissions fs.FileMode) (*Directory, error) {
	path = filepath.Clean(path)
	open, err := create(path, func(name string) (*os.File, error) {
		if err := os.Mkdir(name, permissions); err != nil {
			return nil, err
		}
		open, err := os.Open(name)
		if errors.Is(err, fs.ErrNotExist) {
			err = fs.ErrExist // somebody took it for abandoned: another name is tried
		}
		return open, err
	})
	if err != nil {
		return nil, fmt.Errorf("cannot make %s: %w", path, reason(err))
	}
	return &Directory{open: open, path: path}, nil
}

// Create starts a file in the directory, as [Create] does.
func (d *Directory) Create(name string, permissions fs.FileMode) (*File, error) {
	return createAt(filepath.Join(d.open.Name(), name), filepath.Join(d.path, name), permissions)
}

// Complete gives the directory its name. Where that cannot be, as something else has it,
// the directory is gone. The error names it.
func (d *Directory) Complete() error {
	defer d.Discard()
	if err := rename(d.open, d.path); err != nil {
		return fmt.Errorf("cannot make %s: %w", d.path, reason(err))
	}
	return d.open.Close()
}

// Discard removes the directory and all that is in it, unless it is complete.
func (d *Directory) Discard() { discard(d.open) }
