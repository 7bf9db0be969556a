package h5

// #include "shim.h"
import "C"

import (
	"fmt"
	"runtime"
	"unsafe"

	"extrapasha/internal/h5/format"
)

// PutRecords writes a whole dataset of elements of any type but those with parts of
// variable length, records mostly: raw are the bytes that the file will have.
func PutRecords(w *Writer, path string, shape []int, of *format.Type, raw []byte, layout Layout) error {
	if size, err := Whole(shape).size(shape); err != nil || size*of.Size != len(raw) {
		return w.fail("write", path, fmt.Errorf("%w: %d bytes for a shape of %v of %v", ErrBounds, len(raw), shape, of))
	}
	form, err := layout.form(shape)
	if err != nil {
		return w.fail("create", path, err)
	}
	return w.locked(func() error {
		id, err := typeOf(of)
		if err != nil {
			return w.fail("create", path, err)
		}
		defer C.H5Tclose(id)
		data := C.hid_t(-1)
		withString(path, func(c *C.char) { data = C.shim_create_of(w.file, c, id, &form) })
		if data < 0 {
			return w.fail("create", path, lastError())
		}
		defer C.H5Dclose(data)
		if len(raw) == 0 {
			return nil
		}
		status := C.shim_write_of(data, id, unsafe.Pointer(&raw[0]))
		runtime.KeepAlive(raw)
		if status < 0 {
			return w.fail("write", path, lastError())
		}
		return nil
	})
}

// typeOf makes a type in libhdf5, whose lock is held. The caller closes it.
func typeOf(t *format.Type) (id C.hid_t, err error) {
	big := C.int(0)
	if t.Big {
		big = 1
	}
	size := C.size_t(t.Size)
	switch {
	case dtypeOf(t) == Bool:
		id = C.shim_memory_type(C.SHIM_BOOL)
	case t.Class == format.Integer && t.Signed:
		id = C.shim_base_type(C.SHIM_SIGNED, size, big)
	case t.Class == format.Integer:
		id = C.shim_base_type(C.SHIM_UNSIGNED, size, big)
	case t.Class == format.Float:
		id = C.shim_base_type(C.SHIM_FLOAT, size, big)
	case t.Class == format.Text:
		id = C.shim_base_type(C.SHIM_TEXT, size, big)
	case t.Class == format.Opaque:
		id = C.shim_base_type(C.SHIM_OPAQUE, size, big)
	case t.Class == format.Compound:
		return compoundOf(t)
	case t.Class == format.Array:
		var base C.hid_t
		if base, err = typeOf(t.Base); err != nil {
			return -1, err
		}
		defer C.H5Tclose(base)
		id = C.H5Tarray_create2(base, C.uint(len(t.Dims)), &dims(t.Dims)[0])
	default:
		return -1, fmt.Errorf("%w: %v cannot be written", ErrType, t)
	}
	if id < 0 {
		return -1, lastError()
	}
	return id, nil
}

func compoundOf(t *format.Type) (C.hid_t, error) {
	id := C.H5Tcreate(C.H5T_COMPOUND, C.size_t(t.Size))
	if id < 0 {
		return -1, lastError()
	}
	for _, member := range t.Members {
		part, err := typeOf(member.Type)
		if err == nil {
			status := C.herr_t(-1)
			withString(member.Name, func(c *C.char) { status = C.H5Tinsert(id, c, C.size_t(member.Offset), part) })
			C.H5Tclose(part)
			if status < 0 {
				err = lastError()
			}
		}
		if err != nil {
			C.H5Tclose(id)
			return -1, err
		}
	}
	return id, nil
}
