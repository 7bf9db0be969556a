package h5

// #cgo LDFLAGS: -lhdf5_hl
// #include "scale.h"
import "C"

import (
	"fmt"
	"unsafe"

	"extrapasha/internal/h5/format"
)

// What results need that the facility's files do not have: elements of any type that are
// written past libhdf5, and dimension scales, see
// https://docs.hdfgroup.org/hdf5/v1_10/group___h5_d_s.html.

// NewDatasetOf is [NewDataset] for elements of any type but those with parts of variable
// length.
func NewDatasetOf(w *Writer, path string, shape []int, of *format.Type, layout Layout) (*NewData, error) {
	d := &NewData{writer: w, path: path, dtype: dtypeOf(of), rank: len(shape)}
	form, err := layout.form(shape)
	if err != nil {
		return nil, w.fail("create", path, err)
	}
	err = w.locked(func() error {
		id, err := typeOf(of)
		if err != nil {
			return w.fail("create", path, err)
		}
		defer C.H5Tclose(id)
		withString(path, func(c *C.char) { d.id = C.shim_create_of(w.file, c, id, &form) })
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

// Offset is where in the file the elements of a dataset in one piece are: what is there
// may be written past libhdf5 until the file is closed. The dataset must have its room,
// see [Layout].
func (d *NewData) Offset() (int64, error) {
	var offset C.haddr_t
	err := d.writer.locked(func() error {
		if offset = C.H5Dget_offset(d.id); offset == C.HADDR_UNDEF {
			return d.writer.fail("write", d.path, fmt.Errorf("%w: it has no place of its own", ErrForm))
		}
		return nil
	})
	return int64(offset), err
}

// SetValues gives a group or dataset an attribute: n values of a type, as they are in
// memory, a single one where n is negative.
func (w *Writer) SetValues(object, name string, of *format.Type, n int, raw []byte) error {
	dtype := dtypeOf(of)
	if dtype == Other || dtype == Record || len(raw) != of.Size*max(n, -n) {
		return w.fail("set attribute "+name+" of", object, fmt.Errorf("%w: %d bytes for %d values of %v", ErrType, len(raw), n, of))
	}
	return w.attribute(object, name, dtype, n, unsafe.Pointer(unsafe.SliceData(raw)))
}

// MakeScale makes a dataset a dimension, with the name that NetCDF has for it.
func (w *Writer) MakeScale(path, name string) error {
	return w.scale("make a dimension of", path, func(p *C.char) (status C.int) {
		withString(name, func(n *C.char) { status = C.shim_make_scale(w.file, p, n) })
		return status
	})
}

// AttachScale tells that a dimension of a dataset is the one that was made of another.
func (w *Writer) AttachScale(path string, axis int, scale string) error {
	return w.scale("attach a dimension to", path, func(p *C.char) (status C.int) {
		withString(scale, func(s *C.char) { status = C.shim_attach_scale(w.file, p, C.uint(axis), s) })
		return status
	})
}

func (w *Writer) scale(doing, path string, do func(path *C.char) C.int) error {
	return w.locked(func() error {
		status := C.int(-1)
		withString(path, func(p *C.char) { status = do(p) })
		if status < 0 {
			return w.fail(doing, path, lastError())
		}
		return nil
	})
}
