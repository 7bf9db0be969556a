package h5

// #include "shim.h"
import "C"

import (
	"fmt"
	"slices"
	"unsafe"

	"extrapasha/internal/h5/format"
)

// What is made like something in another file is made of what package format finds there.
// libhdf5 does not look at the other file: it crashes on some damaged ones, and takes places
// in the table of shared messages of that file for places in that of the new one.

// createLike makes a dataset of a shape, which may grow up to most, that is stored as another
// one: what is virtual or in other files becomes one piece.
func (w *Writer) createLike(path string, d *Dataset, shape, most []int) (id C.hid_t, err error) {
	if hasReference(d.object.Type) {
		return -1, d.fail("copy", fmt.Errorf("%w: %s, which lead nowhere in another file", ErrType, d.TypeName()))
	}
	if err := d.vetFilters(); err != nil {
		return -1, d.fail("copy", err)
	}
	rank, limits := C.int(len(shape)), make([]int, len(most))
	if d.object.Space.Null {
		rank = C.SHIM_NULL
	}
	for axis := range most {
		limits[axis] = max(most[axis], 0) // 0 is no limit
	}
	err = w.locked(func() error {
		kind, err := typeLike(d.object.Type)
		if err != nil {
			return d.fail("copy", err)
		}
		defer C.H5Tclose(kind)
		list, err := storageLike(d.object, kind)
		if err != nil {
			return d.fail("copy", err)
		}
		defer C.H5Pclose(list)
		withString(path, func(c *C.char) {
			id = C.shim_create_stored(w.file, c, kind, rank, &dims(shape)[0], &dims(limits)[0], list)
		})
		if id < 0 {
			return w.fail("create", path, lastError())
		}
		return nil
	})
	return id, err
}

func hasReference(t *format.Type) bool {
	return t.Class == format.Reference || t.Base != nil && hasReference(t.Base) ||
		slices.ContainsFunc(t.Members, func(m format.Member) bool { return m.Type != nil && hasReference(m.Type) })
}

// typeLike makes a type in libhdf5, whose lock is held. The caller closes it.
func typeLike(t *format.Type) (C.hid_t, error) {
	id := C.shim_decode_type(unsafe.Pointer(unsafe.SliceData(t.Message)), C.size_t(len(t.Message)))
	if id < 0 {
		return -1, lastError()
	}
	return id, nil
}

// storageLike is how a dataset of a type is stored, in libhdf5, whose lock is held. The caller
// closes it.
func storageLike(o *format.Object, kind C.hid_t) (C.hid_t, error) {
	list := C.shim_storage()
	if list < 0 {
		return -1, lastError()
	}
	if err := setStorage(list, o, kind); err != nil {
		C.H5Pclose(list)
		return -1, err
	}
	return list, nil
}

func setStorage(list C.hid_t, o *format.Object, kind C.hid_t) error {
	if o.Layout.Class == format.Chunked && C.H5Pset_chunk(list, C.int(len(o.Layout.Chunk)), &dims(o.Layout.Chunk)[0]) < 0 {
		return lastError()
	}
	if o.Layout.PlainEdges && C.H5Pset_chunk_opts(list, C.H5D_CHUNK_DONT_FILTER_PARTIAL_CHUNKS) < 0 {
		return lastError()
	}
	for _, f := range o.Filters {
		flags := C.uint(C.H5Z_FLAG_MANDATORY)
		if f.Optional {
			flags = C.H5Z_FLAG_OPTIONAL
		}
		values := (*C.uint)(unsafe.Pointer(unsafe.SliceData(f.Values)))
		if C.H5Pset_filter(list, C.H5Z_filter_t(f.ID), flags, C.size_t(len(f.Values)), values) < 0 {
			return lastError()
		}
	}
	switch {
	case zeros(o.Fill):
	case hasVariable(o.Type):
		return fmt.Errorf("%w: %v that are not empty where none was written", ErrType, o.Type)
	case C.H5Pset_fill_value(list, kind, unsafe.Pointer(&o.Fill[0])) < 0:
		return lastError()
	}
	return nil
}

// CopyAttributes gives an object the attributes of one of another file, of any type.
// References, which would lead nowhere in another file, lead nowhere.
func (w *Writer) CopyAttributes(path string, from *File, object string) error {
	o, err := from.find(object)
	if err != nil {
		return from.fail("read attributes of", object, err)
	}
	return w.copyAttributes(path, o)
}

func (w *Writer) copyAttributes(path string, o object) error {
	found, err := o.file.structure.Attributes(o.header)
	if err != nil {
		return o.file.fail("read attributes of", o.path, err)
	}
	for _, a := range found {
		if a.Err == nil {
			err = w.copyAttribute(path, o, a)
		} else {
			err = o.file.fail("copy attribute "+a.Name+" of", o.path, a.Err)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (w *Writer) copyAttribute(path string, o object, a format.Attribute) error {
	switch {
	case hasReference(a.Type):
		return w.attributeLike(path, a, nil)
	case a.Type.Class == format.Variable && a.Type.Text:
		texts := make([]string, len(a.Raw)/a.Type.Size)
		if err := o.file.structure.Texts(a.Raw, texts); err != nil {
			return o.file.fail("copy attribute "+a.Name+" of", o.path, err)
		}
		return withTexts(texts, func(values unsafe.Pointer) error { return w.attributeLike(path, a, values) })
	case hasVariable(a.Type):
		return w.copyAttributeWithLibrary(o, path, a)
	}
	return w.attributeLike(path, a, unsafe.Pointer(unsafe.SliceData(a.Raw)))
}

// attributeLike makes an attribute like another, of values as they are in memory. nil are
// zeros.
func (w *Writer) attributeLike(path string, a format.Attribute, values unsafe.Pointer) error {
	return w.locked(func() error {
		kind, err := typeLike(a.Type)
		if err != nil {
			return w.fail("set attribute "+a.Name+" of", path, err)
		}
		defer C.H5Tclose(kind)
		rank, status := C.int(len(a.Space.Shape)), C.int(-1)
		if a.Space.Null {
			rank = C.SHIM_NULL
		}
		withString(path, func(object *C.char) {
			withString(a.Name, func(name *C.char) {
				status = C.shim_attribute_of(w.file, object, name, kind, rank, &dims(a.Space.Shape)[0], values)
			})
		})
		if status < 0 {
			return w.fail("set attribute "+a.Name+" of", path, lastError())
		}
		return nil
	})
}

// copyAttributeWithLibrary has libhdf5 read an attribute of an object, and write it.
func (w *Writer) copyAttributeWithLibrary(o object, path string, a format.Attribute) error {
	return w.locked(func() error {
		file, err := o.file.openLibrary()
		if err != nil {
			return o.file.fail("copy attribute "+a.Name+" of", o.path, err)
		}
		from := C.H5Oopen_by_addr(file, C.haddr_t(o.header))
		if from < 0 {
			return o.file.fail("copy attribute "+a.Name+" of", o.path, lastError())
		}
		defer C.H5Oclose(from)
		kind, err := typeLike(a.Type)
		if err != nil {
			return w.fail("set attribute "+a.Name+" of", path, err)
		}
		defer C.H5Tclose(kind)
		status := C.int(-1)
		withString(path, func(to *C.char) {
			withString(a.Name, func(name *C.char) { status = C.shim_copy_attribute(from, name, kind, w.file, to) })
		})
		if status < 0 {
			return w.fail("set attribute "+a.Name+" of", path, lastError())
		}
		return nil
	})
}
