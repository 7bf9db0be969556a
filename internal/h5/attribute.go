package h5

// #include <stdlib.h>
// #include "shim.h"
import "C"

import "reflect"

// Attributes reads the attributes of a group or dataset: numbers, bools and
// strings, or slices of them where there is more than one. Other types are left
// out.
func (f *File) Attributes(object string) (map[string]any, error) {
	names, err := f.names(object, func(path *C.char, names *C.shim_names) C.int {
		return C.shim_attribute_names(f.id(), path, names)
	})
	if err != nil {
		return nil, err
	}
	attributes := map[string]any{}
	for _, name := range names {
		value, err := f.attribute(object, name)
		if err != nil {
			return nil, err
		}
		if value != nil {
			attributes[name] = value
		}
	}
	return attributes, nil
}

func (f *File) attribute(object, name string) (value any, err error) {
	err = locked(func() error {
		var dtype C.int
		var n C.size_t
		id := C.hid_t(-1)
		withString(object, func(o *C.char) {
			withString(name, func(a *C.char) { id = C.shim_open_attribute(f.id(), o, a, &dtype, &n) })
		})
		if id < 0 {
			return f.fail("read attribute "+name+" of", object, lastError())
		}
		defer C.H5Aclose(id)
		if n == 0 || n > 1<<20 { // attributes hold up to 64 kB
			return nil
		}
		value, err = f.readAttribute(object, name, id, DType(dtype), int(n))
		return err
	})
	return value, err
}

func (f *File) readAttribute(object, name string, id C.hid_t, dtype DType, n int) (any, error) {
	if dtype == Other {
		return nil, nil
	}
	doing := "read attribute " + name + " of"
	out := reflect.MakeSlice(reflect.SliceOf(dtype.Go()), n, n)
	if texts, ok := out.Interface().([]string); ok {
		err := f.strings(doing, object, texts, func(into **C.char) C.int {
			return C.shim_read_attribute_strings(id, C.size_t(n), into)
		})
		if err != nil {
			return nil, err
		}
	} else if C.shim_read_attribute(id, C.int(dtype), out.UnsafePointer()) < 0 {
		return nil, f.fail(doing, object, lastError())
	}
	if n == 1 {
		return out.Index(0).Interface(), nil
	}
	return out.Interface(), nil
}

// LinkTarget is where a soft link leads, and whether there is one at that path.
func (f *File) LinkTarget(path string) (target string, ok bool) {
	var text [4096]C.char
	_ = locked(func() error { // what cannot be asked is no link
		withString(path, func(c *C.char) {
			ok = C.shim_link_target(f.id(), c, &text[0], C.size_t(len(text))) > 0
		})
		return nil
	})
	return C.GoString(&text[0]), ok
}
