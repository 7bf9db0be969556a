//go:build !unix

package pasha

import (
	"errors"
	"os"
	"path/filepath"
)

// pendingFile is what renameio has for Unix only.
type pendingFile struct {
	*os.File
	path string
}

// newPendingFile is a file that has its name once it is complete.
func newPendingFile(path string) (*pendingFile, error) {
	file, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*")
	return &pendingFile{file, path}, err
}

// CloseAtomicallyReplace gives it its name.
func (p *pendingFile) CloseAtomicallyReplace() error {
	if err := errors.Join(p.Sync(), p.Close()); err != nil {
		return err
	}
	return os.Rename(p.Name(), p.path)
}

// Cleanup removes it, unless it has its name.
func (p *pendingFile) Cleanup() error {
	p.Close()
	return os.Remove(p.Name())
}
