package h5

// #include <stdlib.h>
// #include "shim.h"
import "C"

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"
	"sync"
	"syscall"
	"unsafe"

	"gonum.org/v1/hdf5"
)

// File is an HDF5 file open for reading. It is safe for use by many goroutines,
// but for Close.
type File struct {
	path string
	file *hdf5.File
	disk *os.File // the same file, for reading around libhdf5
	info fs.FileInfo
	size int64

	mapOnce sync.Once
	mapped  *mapping

	mutex    sync.Mutex
	datasets map[string]*Dataset // open ones, by path
}

// Open opens a file for reading. The error is an [*Error]; it wraps
// [fs.ErrNotExist] where there is no such file, [ErrNotHDF5] where it is
// something else.
func Open(path string) (*File, error) { return OpenSame(path, nil) }

// OpenSame opens a file that was open before. The error wraps [ErrChanged] where
// it is no longer what it was.
func OpenSame(path string, before fs.FileInfo) (*File, error) {
	f := &File{path: path, datasets: map[string]*Dataset{}}
	if err := f.openDisk(); err != nil {
		return nil, &Error{Path: path, Doing: "open", Err: err}
	}
	if before != nil && !same(before, f.info) {
		f.disk.Close()
		return nil, &Error{Path: path, Doing: "open", Err: ErrChanged}
	}
	err := locked(func() (err error) {
		f.file, err = hdf5.OpenFile(path, hdf5.F_ACC_RDONLY)
		if err != nil {
			return &Error{Path: path, Doing: "open", Err: lastError()}
		}
		return nil
	})
	if err != nil {
		f.disk.Close()
		return nil, err
	}
	return f, nil
}

// openDisk opens the file for reading its bytes. It finds the plain reasons why a
// file cannot be opened, which libhdf5 tells in its own words.
func (f *File) openDisk() (err error) {
	// Without NONBLOCK a pipe would wait for a writer.
	if f.disk, err = os.OpenFile(f.path, os.O_RDONLY|syscall.O_NONBLOCK, 0); err != nil {
		return errors.Unwrap(err)
	}
	f.info, err = f.disk.Stat()
	switch {
	case err != nil:
		err = errors.Unwrap(err)
	case !f.info.Mode().IsRegular():
		err = fmt.Errorf("%w: it is a %v", ErrNotHDF5, kindOf(f.info.Mode()))
	case !hasSignature(f.disk, f.info.Size()):
		err = ErrNotHDF5
	}
	if err != nil {
		f.disk.Close()
		return err
	}
	f.size = f.info.Size()
	return nil
}

// same tells whether a file is still what it was.
func same(before, now fs.FileInfo) bool {
	return os.SameFile(before, now) && before.Size() == now.Size() && before.ModTime().Equal(now.ModTime())
}

func kindOf(mode os.FileMode) string {
	if mode.IsDir() {
		return "directory"
	}
	return "special file"
}

// hasSignature looks for the format signature at 0, 512, 1024, 2048, … as the
// format has it (behind a user block).
// https://support.hdfgroup.org/documentation/hdf5/latest/_f_m_t3.html, section II.A
func hasSignature(r io.ReaderAt, size int64) bool {
	const signature = "\x89HDF\r\n\x1a\n"
	buffer := make([]byte, len(signature))
	for at := int64(0); at+int64(len(signature)) <= size; at = max(2*at, 512) {
		if _, err := r.ReadAt(buffer, at); err != nil {
			return false
		}
		if string(buffer) == signature {
			return true
		}
	}
	return false
}

// Info is what the system told of the file when it was opened.
func (f *File) Info() fs.FileInfo { return f.info }

// Path is the path the file was opened by.
func (f *File) Path() string { return f.path }

// Close closes the file and every dataset of it.
func (f *File) Close() error {
	defer f.disk.Close()
	f.mapped.close()
	return locked(func() error {
		for _, d := range f.datasets {
			_ = d.dataset.Close() // the file's Close tells
		}
		clear(f.datasets)
		if err := f.file.Close(); err != nil {
			return f.fail("close", "", lastError())
		}
		return nil
	})
}

func (f *File) fail(doing, object string, err error) error {
	return &Error{Path: f.path, Object: object, Doing: doing, Err: err}
}

func (f *File) id() C.hid_t { return C.hid_t(f.file.ID()) }

// Kind is what an object in a file is.
type Kind int

// The kinds of objects. Missing also stands for a link that leads nowhere.
const (
	Missing Kind = iota
	Group
	Data
	Named // a named datatype
)

// Kind tells what is at a path in the file.
func (f *File) Kind(object string) Kind {
	var kind C.int
	_ = locked(func() error { // an object that cannot be opened is missing
		withString(object, func(c *C.char) { kind = C.shim_kind(f.id(), c) })
		return nil
	})
	return Kind(kind)
}

// Children lists the names of the links in a group, sorted.
func (f *File) Children(group string) ([]string, error) {
	return f.names(group, func(path *C.char, names *C.shim_names) C.int {
		return C.shim_children(f.id(), path, names)
	})
}

// Datasets lists the paths of all datasets below a group, relative to it,
// sorted. Soft links are not followed.
func (f *File) Datasets(group string) ([]string, error) {
	return f.names(group, func(path *C.char, names *C.shim_names) C.int {
		return C.shim_datasets(f.id(), path, names)
	})
}

func (f *File) names(group string, list func(*C.char, *C.shim_names) C.int) ([]string, error) {
	var text string
	err := locked(func() error {
		var names C.shim_names
		defer func() { C.free(unsafe.Pointer(names.text)) }()
		status := C.int(-1)
		withString(group, func(path *C.char) { status = list(path, &names) })
		if status < 0 {
			return f.fail("list", group, lastError())
		}
		text = C.GoStringN(names.text, C.int(names.used))
		return nil
	})
	if err != nil || text == "" {
		return nil, err
	}
	found := strings.Split(strings.TrimSuffix(text, "\x00"), "\x00")
	slices.Sort(found)
	return found, nil
}
