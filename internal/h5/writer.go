package h5

// #include <stdlib.h>
// #include "shim.h"
import "C"

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"unsafe"

	"gonum.org/v1/hdf5"
)

// Writer is an HDF5 file being written. It appears under its path when Close
// is called; until then, and after Discard, there is nothing of that name.
type Writer struct {
	path, temporary string
	file            *hdf5.File
}

// Create starts a new file, which will replace one of that name.
func Create(path string) (*Writer, error) {
	w := &Writer{path: path, temporary: fmt.Sprintf("%s.%d.part", path, os.Getpid())}
	// libhdf5 does not say why a file cannot be created.
	probe, err := os.Create(w.temporary)
	if err != nil {
		return nil, &Error{Path: path, Doing: "create", Err: errors.Unwrap(err)}
	}
	probe.Close()
	err = locked(func() (err error) {
		w.file, err = hdf5.CreateFile(w.temporary, hdf5.F_ACC_TRUNC)
		if err != nil {
			return w.fail("create", "", lastError())
		}
		return nil
	})
	if err != nil {
		os.Remove(w.temporary)
		return nil, err
	}
	return w, nil
}

func (w *Writer) fail(doing, object string, err error) error {
	return &Error{Path: w.path, Object: object, Doing: doing, Err: err}
}

func (w *Writer) id() C.hid_t { return C.hid_t(w.file.ID()) }

// Close completes the file and gives it its name.
func (w *Writer) Close() error {
	if w.file == nil {
		return nil
	}
	if err := w.close(); err != nil {
		os.Remove(w.temporary)
		return err
	}
	if err := os.Rename(w.temporary, w.path); err != nil {
		os.Remove(w.temporary)
		return w.fail("create", "", errors.Unwrap(err))
	}
	return nil
}

// Discard throws away a file that is not closed. After Close it does nothing.
func (w *Writer) Discard() {
	if w.file != nil {
		_ = w.close() // what it holds is thrown away
		os.Remove(w.temporary)
	}
}

func (w *Writer) close() error {
	file := w.file
	w.file = nil
	return locked(func() error {
		if err := file.Close(); err != nil {
			return w.fail("write", "", lastError())
		}
		return nil
	})
}

// Layout says how a dataset is stored.
type Layout struct {
	// Chunk is the shape of the chunks; the first dimension can then grow
	// without limit. nil is one contiguous piece.
	Chunk []int
	// Deflate is the level of compression, 0 for none. It needs chunks.
	Deflate int
}

// Put writes a whole dataset, making the groups above it.
func Put[T any](w *Writer, path string, shape []int, data []T, layout Layout) error {
	if size, err := Whole(shape).size(shape); err != nil || size != len(data) {
		return w.fail("write", path, fmt.Errorf("%w: %d elements for a shape of %v", ErrBounds, len(data), shape))
	}
	d, err := NewDataset[T](w, path, shape, layout)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.put(data, len(data), unsafe.Pointer(unsafe.SliceData(data)))
}

// PutStrings writes a whole dataset of strings of variable length.
func PutStrings(w *Writer, path string, shape []int, data []string, layout Layout) error {
	if size, err := Whole(shape).size(shape); err != nil || size != len(data) {
		return w.fail("write", path, fmt.Errorf("%w: %d elements for a shape of %v", ErrBounds, len(data), shape))
	}
	d, err := NewDataset[string](w, path, shape, layout)
	if err != nil {
		return err
	}
	defer d.Close()
	n := C.size_t(len(data))
	texts := (**C.char)(C.calloc(max(n, 1), C.size_t(unsafe.Sizeof(uintptr(0)))))
	defer C.shim_free_strings(n, texts)
	for i, slot := 0, unsafe.Slice(texts, len(data)); i < len(data); i++ {
		slot[i] = C.CString(data[i])
	}
	return d.put(data, len(data), unsafe.Pointer(texts))
}

// NewData is a dataset that is being written.
type NewData struct {
	writer *Writer
	id     C.hid_t
	path   string
	dtype  DType
	rank   int
}

// NewDataset makes a dataset to be written chunk by chunk, and the groups above
// it. It must be closed before the file is.
func NewDataset[T any](w *Writer, path string, shape []int, layout Layout) (*NewData, error) {
	d := &NewData{writer: w, path: path, dtype: DTypeOf[T](), rank: len(shape)}
	if d.dtype == Other {
		var zero T
		return nil, w.fail("create", path, fmt.Errorf("%w: %T", ErrType, zero))
	}
	err := locked(func() error {
		var chunk *C.hsize_t
		if layout.Chunk != nil {
			chunk = dims(layout.Chunk).ptr()
		}
		withString(path, func(c *C.char) {
			d.id = C.shim_create(w.id(), c, C.int(d.dtype), C.int(len(shape)), dims(shape).ptr(), chunk, C.int(layout.Deflate))
		})
		if d.id < 0 {
			return w.fail("create", path, lastError())
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return d, nil
}

// PutVirtual makes a virtual dataset of the rows of the datasets of the same path in
// other files, one after the other; rows tells how many each has.
func PutVirtual[T any](w *Writer, path string, shape []int, files []string, rows []int) error {
	return locked(func() error {
		names := (**C.char)(C.calloc(C.size_t(len(files))+1, C.size_t(unsafe.Sizeof(uintptr(0)))))
		defer C.shim_free_strings(C.size_t(len(files)), names)
		counts := make([]C.hsize_t, len(files)+1)
		for i, slot := 0, unsafe.Slice(names, len(files)); i < len(files); i++ {
			slot[i], counts[i] = C.CString(files[i]), C.hsize_t(rows[i])
		}
		id := C.hid_t(-1)
		withString(path, func(c *C.char) {
			id = C.shim_create_virtual(w.id(), c, C.int(DTypeOf[T]()), C.int(len(shape)), dims(shape).ptr(), C.int(len(files)), names, c, &counts[0])
		})
		if id < 0 {
			return w.fail("create", path, lastError())
		}
		C.H5Dclose(id)
		return nil
	})
}

func (d *NewData) put(data any, size int, memory unsafe.Pointer) error {
	if size == 0 {
		return nil
	}
	return locked(func() error {
		status := C.shim_write(d.id, C.int(d.dtype), memory)
		runtime.KeepAlive(data)
		if status < 0 {
			return d.writer.fail("write", d.path, lastError())
		}
		return nil
	})
}

// WriteChunk writes one chunk as it is to lie in the file, compressed already
// if the dataset is. offset is the position of its first element.
func (d *NewData) WriteChunk(offset []int, raw []byte) error {
	return locked(func() error {
		if C.shim_write_chunk(d.id, dims(offset).ptr(), C.size_t(len(raw)), unsafe.Pointer(unsafe.SliceData(raw))) < 0 {
			return d.writer.fail("write", d.path, lastError())
		}
		return nil
	})
}

// Close ends the writing of the dataset.
func (d *NewData) Close() {
	_ = locked(func() error { C.H5Dclose(d.id); return nil }) // the file's Close tells
}

// SoftLink makes a soft link at path that leads to target.
func (w *Writer) SoftLink(path, target string) error {
	return locked(func() error {
		status := C.int(-1)
		withString(path, func(p *C.char) {
			withString(target, func(t *C.char) { status = C.shim_soft_link(w.id(), p, t) })
		})
		if status < 0 {
			return w.fail("link", path, lastError())
		}
		return nil
	})
}

// Group makes a group, where a dataset below it does not.
func (w *Writer) Group(path string) error {
	return locked(func() error {
		group, err := w.file.CreateGroup(path)
		if err != nil {
			return w.fail("create", path, lastError())
		}
		return group.Close()
	})
}

// SetAttribute gives a group or dataset a text attribute.
func (w *Writer) SetAttribute(object, name, value string) error {
	return locked(func() error {
		status := C.int(-1)
		withString(object, func(o *C.char) {
			withString(name, func(n *C.char) {
				withString(value, func(v *C.char) { status = C.shim_attribute(w.id(), o, n, v) })
			})
		})
		if status < 0 {
			return w.fail("set attribute "+name+" of", object, lastError())
		}
		return nil
	})
}
