//go:build !linux

package h5

import (
	"fmt"
	"io/fs"
	"os"
)

// mapping is a file in memory, which needs Linux: elsewhere files are read.
type mapping struct{ data []byte }

type loan struct{ from, to int }

func newMapping(*os.File, int64) *mapping { return nil }
func (*mapping) close()                   {}
func (*mapping) holds(uintptr) bool       { return false }
func (*mapping) again(loan) bool          { return false }
func (*mapping) lend(loan) ([]byte, bool) { return nil, false }
func (*mapping) takeBack(loan) error      { return nil }
func (f *File) ask(transfer)              {}

// Unchanged tells that the file is still what it was when it was opened; else the
// error wraps [ErrChanged].
func (f *File) Unchanged() error {
	now, err := f.disk.Stat()
	if err != nil {
		return f.fail("read", "", err)
	}
	if !Same(f.info, now) {
		return f.fail("read", "", fmt.Errorf("%w: it has %d bytes, and had %d", ErrChanged, now.Size(), f.size))
	}
	return nil
}

// sameChange needs to know when a file was last changed in anything.
func sameChange(fs.FileInfo, fs.FileInfo) bool { return true }

// inode would be the number of a file on its disk.
func inode(fs.FileInfo) uint64 { return 0 }
