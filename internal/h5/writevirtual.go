package h5

// #include <stdlib.h>
// #include "shim.h"
import "C"

import (
	"fmt"
	"slices"
	"strings"
	"unsafe"

	"extrapasha/internal/h5/format"
)

// What a file has that presents the data of others.

// Rows are rows of a dataset in another file.
type Rows struct {
	Path         string // of the file
	First, Count int
}

// Virtual makes a virtual dataset of rows of the datasets of the same path in other
// files, one after the other. Its elements are of the type that they are of in the
// file like.
func (w *Writer) Virtual(path string, shape []int, like string, rows []Rows) error {
	file, err := Open(like)
	if err != nil {
		return err
	}
	defer file.Close()
	d, err := file.Once(path)
	if err != nil {
		return err
	}
	return w.virtual(path, d, shape, rows)
}

// VirtualLike makes a virtual dataset of rows of the datasets of the same path as d in
// other files, one after the other, with the type of its elements and its attributes.
func (w *Writer) VirtualLike(path string, d *Dataset, rows []Rows) error {
	shape := slices.Clone(d.shape)
	shape[0] = 0
	for _, part := range rows {
		shape[0] += part.Count
	}
	if err := w.virtual(path, d, shape, rows); err != nil {
		return err
	}
	return w.copyAttributes(path, object{d.file, d.inFile, d.header})
}

// virtual makes a virtual dataset of rows of the datasets of the same path as d.
func (w *Writer) virtual(path string, d *Dataset, shape []int, rows []Rows) error {
	blocks, next := make([]Block, len(rows)), 0
	for i, part := range rows {
		here, there := Whole(shape), Whole(shape)
		here.Start[0], there.Start[0], here.Count[0], there.Count[0] = next, part.First, part.Count, part.Count
		blocks[i] = Block{File: part.Path, Dataset: d.path, Here: here, There: there}
		next += part.Count
	}
	return w.blocks(path, shape, blocks, nil, func() (C.hid_t, error) { return typeLike(d.object.Type) })
}

// Block is a block of a virtual dataset, and the block with as many elements of a dataset
// in another file that it is, one after the other. Steps are 1.
type Block struct {
	File, Dataset string
	Here, There   Region
}

// VirtualOf makes a virtual dataset of blocks of others. What is in none of them is fill,
// one element as it is in memory.
func (w *Writer) VirtualOf(path string, dtype DType, shape []int, fill []byte, blocks []Block) error {
	if dtype.size() == 0 || len(fill) != dtype.size() {
		return w.fail("create", path, fmt.Errorf("%w: %d bytes to fill in for %v", ErrType, len(fill), dtype))
	}
	return w.blocks(path, shape, blocks, fill, func() (C.hid_t, error) { return C.shim_memory_type(C.int(dtype)), nil })
}

// blocks makes a virtual dataset of a type that is made with the library's lock held.
func (w *Writer) blocks(path string, shape []int, blocks []Block, fill []byte, makeType func() (C.hid_t, error)) error {
	if len(shape) < 1 || len(shape) > C.SHIM_MAX_RANK {
		return w.fail("create", path, fmt.Errorf("%w: a virtual dataset of shape %v", ErrBounds, shape))
	}
	return w.locked(func() error {
		kind, err := makeType()
		if err != nil {
			return w.fail("create", path, err)
		}
		defer C.H5Tclose(kind)
		list := C.shim_virtual_list()
		if list < 0 {
			return w.fail("create", path, lastError())
		}
		defer C.H5Pclose(list)
		for _, b := range blocks {
			if err := b.add(list, shape); err != nil {
				return w.fail("create", path, err)
			}
		}
		id := C.hid_t(-1)
		withString(path, func(p *C.char) {
			id = C.shim_create_virtual(w.file, p, kind, C.int(len(shape)), &dims(shape)[0], list, unsafe.Pointer(unsafe.SliceData(fill)))
		})
		if id < 0 {
			return w.fail("create", path, lastError())
		}
		C.H5Dclose(id)
		return nil
	})
}

// add adds the block to what a virtual dataset of a shape is made of.
func (b Block) add(list C.hid_t, shape []int) error {
	if slices.Contains(b.Here.Count, 0) {
		return nil
	}
	here, there := b.Here.block(shape), b.There.block(b.There.end())
	status := C.int(-1)
	withString(strings.ReplaceAll(b.File, "%", "%%"), func(f *C.char) { // else it stands for a number
		withString(b.Dataset, func(d *C.char) { status = C.shim_virtual_block(list, &here, f, d, &there) })
	})
	if status < 0 {
		return lastError()
	}
	return nil
}

// end is the shape of the smallest dataset that has the region.
func (r Region) end() []int {
	end := slices.Clone(r.Start)
	for axis, count := range r.Count {
		end[axis] += count
	}
	return end
}

// block is the region of a dataset of a shape as C has it.
func (r Region) block(shape []int) C.shim_block {
	return C.shim_block{rank: C.int(len(shape)), dims: *dims(shape), start: *dims(r.Start), count: *dims(r.Count)}
}

// Ensure makes a group and those above it, where they are not there yet.
func (w *Writer) Ensure(path string) error {
	return w.locked(func() error {
		status := C.int(-1)
		withString(path, func(c *C.char) { status = C.shim_ensure_group(w.file, c) })
		if status < 0 {
			return w.fail("create", path, lastError())
		}
		return nil
	})
}

// ExternalLink makes a link at path that leads to an object of another file.
func (w *Writer) ExternalLink(path, file, target string) error {
	var err error
	withString(file, func(f *C.char) {
		err = w.link(path, target, func(p, t *C.char) C.int { return C.shim_link(w.file, p, f, t) })
	})
	return err
}

// SetNumber gives a group or dataset an attribute that is a number.
func (w *Writer) SetNumber(object, name string, value int64) error {
	return w.attribute(object, name, Int64, -1, unsafe.Pointer(&value))
}

// SetTexts gives a group or dataset an attribute that is an array of texts.
func (w *Writer) SetTexts(object, name string, values []string) error {
	return withTexts(values, func(texts unsafe.Pointer) error { return w.attribute(object, name, String, len(values), texts) })
}

func (w *Writer) attribute(object, name string, dtype DType, n int, values unsafe.Pointer) error {
	return w.locked(func() error {
		status := C.int(-1)
		withString(object, func(o *C.char) {
			withString(name, func(a *C.char) {
				status = C.shim_attributes(w.file, o, a, C.int(dtype), C.int(n), values)
			})
		})
		if status < 0 {
			return w.fail("set attribute "+name+" of", object, lastError())
		}
		return nil
	})
}

// IsVirtual tells whether a dataset is made of parts of others.
func (d *Dataset) IsVirtual() bool { return d.object.Layout.Class == format.Virtual }
