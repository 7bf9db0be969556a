package h5

// #include <stdlib.h>
// #include "shim.h"
import "C"

import "unsafe"

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
		var ok bool
		if value, ok = readAttribute(id, DType(dtype), int(n)); !ok {
			return f.fail("read attribute "+name+" of", object, lastError())
		}
		return nil
	})
	return value, err
}

func readAttribute(id C.hid_t, dtype DType, n int) (value any, ok bool) {
	switch dtype {
	case Int8:
		return numbers[int8](id, dtype, n)
	case Int16:
		return numbers[int16](id, dtype, n)
	case Int32:
		return numbers[int32](id, dtype, n)
	case Int64:
		return numbers[int64](id, dtype, n)
	case Uint8:
		return numbers[uint8](id, dtype, n)
	case Uint16:
		return numbers[uint16](id, dtype, n)
	case Uint32:
		return numbers[uint32](id, dtype, n)
	case Uint64:
		return numbers[uint64](id, dtype, n)
	case Float32:
		return numbers[float32](id, dtype, n)
	case Float64:
		return numbers[float64](id, dtype, n)
	case String:
		return attributeStrings(id, n)
	}
	return nil, true
}

func numbers[T any](id C.hid_t, dtype DType, n int) (any, bool) {
	out := make([]T, n)
	ok := C.shim_read_attribute(id, C.int(dtype), unsafe.Pointer(&out[0])) >= 0
	return oneOrAll(out), ok
}

func attributeStrings(id C.hid_t, n int) (any, bool) {
	texts := (**C.char)(C.calloc(C.size_t(n), C.size_t(unsafe.Sizeof(uintptr(0)))))
	defer C.shim_free_strings(C.size_t(n), texts)
	if C.shim_read_attribute_strings(id, C.size_t(n), texts) < 0 {
		return nil, false
	}
	out := make([]string, n)
	for i, text := range unsafe.Slice(texts, n) {
		out[i] = C.GoString(text)
	}
	return oneOrAll(out), true
}

func oneOrAll[T any](values []T) any {
	if len(values) == 1 {
		return values[0]
	}
	return values
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
