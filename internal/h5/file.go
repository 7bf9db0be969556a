package h5

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"sync"

	"extrapasha/internal/h5/format"
	"extrapasha/internal/regular"
)

// File is an HDF5 file open for reading. It is safe for use by many goroutines,
// but for Close.
type File struct {
	path      string
	disk      *os.File
	info      fs.FileInfo
	size      int64
	structure *format.File
	depth     int    // links from file to file that led here
	home      string // a directory that counts as the file's own, beside the one it is in
	expected  Linked // what files were that it led to when it was open before

	mapOnce sync.Once
	mapped  *mapping

	library library

	mutex    sync.Mutex
	datasets map[string]*Dataset // those that are kept, by path
	linked   map[string]*File    // files that links lead to, by path
}

// Open opens a file for reading. The error is an [*Error]; it wraps
// [fs.ErrNotExist] where there is no such file, [ErrNotHDF5] where it is
// something else, [ErrLocked] where somebody writes it.
func Open(path string) (*File, error) { return OpenSame(path, nil) }

// OpenSame opens a file that was open before. The error wraps [ErrChanged] where
// it is no longer what it was.
func OpenSame(path string, before fs.FileInfo) (*File, error) {
	f := &File{path: path, datasets: map[string]*Dataset{}}
	if err := f.openDisk(before); err != nil {
		return nil, &Error{Path: path, Doing: "open", Err: err}
	}
	return f, nil
}

// openDisk opens the file, if it is one, and finds its beginning.
func (f *File) openDisk(before fs.FileInfo) (err error) {
	if f.disk, f.info, err = openRegular(f.path); err != nil {
		return err
	}
	defer func() {
		if err != nil {
			f.disk.Close()
		}
	}()
	if before != nil && !Same(before, f.info) {
		return ErrChanged
	}
	if err := lockShared(f.disk); err != nil {
		return err
	}
	f.size = f.info.Size()
	f.structure, err = format.Open(f.disk, f.size)
	return err
}

// openRegular opens a regular file. Nothing else can be of the format.
func openRegular(path string) (*os.File, fs.FileInfo, error) {
	file, info, err := regular.Open(path)
	var reason *fs.PathError
	switch {
	case errors.Is(err, regular.ErrNotRegular):
		err = fmt.Errorf("%w: %w", ErrNotHDF5, err)
	case errors.As(err, &reason): // the path is told already
		err = reason.Err
	}
	return file, info, err
}

// Info is what the system told of the file when it was opened.
func (f *File) Info() fs.FileInfo { return f.info }

// Path is the path the file was opened by.
func (f *File) Path() string { return f.path }

// Close closes the file, every dataset of it and the files that links in it led to.
func (f *File) Close() error {
	f.mapped.close()
	err := f.library.close()
	if err != nil {
		err = f.fail("close", "", err)
	}
	for _, linked := range f.linked {
		err = errors.Join(err, linked.Close())
	}
	for _, d := range f.datasets {
		d.close()
	}
	clear(f.datasets)
	f.disk.Close()
	return err
}

func (f *File) fail(doing, object string, err error) error {
	var inner *Error
	if errors.As(err, &inner) { // it tells of a file that a link led to
		return err
	}
	if errors.Is(err, ErrCorrupt) {
		if changed := f.Unchanged(); changed != nil { // which is why
			return changed
		}
	}
	return &Error{Path: f.path, Object: object, Doing: doing, Err: err}
}
