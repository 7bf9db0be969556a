package h5

// #include "shim.h"
import "C"

import "extrapasha/internal/h5/format"

// CopyObject copies an object of another file with its attributes and everything below
// it, as it is stored. What this package can read of it is read first, so that nothing
// damaged is copied.
func (w *Writer) CopyObject(path string, from *File, object string) error {
	o, err := from.find(object)
	if err != nil {
		return from.fail("copy", object, err)
	}
	if o.file == from {
		o.path = object
	}
	if err := o.check(); err != nil {
		return from.fail("copy", object, err)
	}
	return w.copyIn(o, path, "copy to", func(file C.hid_t, from, to *C.char) C.int {
		return C.shim_copy_object(file, from, w.file, to)
	})
}

// copyIn has libhdf5 copy something of an object to a path.
func (w *Writer) copyIn(o object, path, doing string, do func(file C.hid_t, from, to *C.char) C.int) error {
	return w.locked(func() error {
		if o.file.library.file == nil {
			if err := o.file.openLibrary(); err != nil {
				return o.file.fail("copy", o.path, err)
			}
		}
		status := C.int(-1)
		withString(o.path, func(from *C.char) {
			withString(path, func(to *C.char) { status = do(C.hid_t(o.file.library.file.ID()), from, to) })
		})
		if status < 0 {
			return w.fail(doing, path, lastError())
		}
		return nil
	})
}

// check reads what is below an object, and its attributes.
func (o object) check() error {
	kind, err := o.file.structure.Kind(o.header)
	if err != nil {
		return err
	}
	if kind != format.Group {
		return o.file.checkOne(o.path, kind, o.header)
	}
	return o.file.structure.Walk(o.header, func(below string, kind format.Kind, header uint64) error {
		return o.file.checkOne(o.path+"/"+below, kind, header)
	})
}

func (f *File) checkOne(path string, kind format.Kind, header uint64) error {
	attributes, err := f.structure.Attributes(header)
	if err != nil {
		return err
	}
	for _, a := range attributes {
		if a.Err != nil {
			return a.Err
		}
	}
	if kind != format.Dataset {
		return nil
	}
	d, err := f.Once(path)
	if err != nil {
		return err
	}
	if d.dtype.Go() == nil {
		return d.vet()
	}
	_, err = ReadFew(d, Whole(d.shape))
	return err
}
