package h5

// #include "shim.h"
import "C"

import (
	"strings"

	"extrapasha/internal/h5/format"
)

// tree is something of a file that is copied with everything below it.
//
// This package walks it, and copies one dataset after the other. H5Ocopy would do all of it
// in one call, but libhdf5 1.10 crashes in it where chunks of texts cannot be read, as in a
// file that somebody cuts short meanwhile.
type tree struct {
	*Writer
	data  func(path string) bool
	names map[uint64]string // in the new file, of the objects that are there
}

// CopyTree copies what is at a path of another file, with its attributes and everything
// below it: at a path that may be there, if both are groups. Several names of an object of
// it are several names in the copy; links to paths are not followed, and are the same links.
//
// data tells of which datasets, by the first of their paths in the copy, the data are copied.
// The others are stored as they would be, but read as what was never written. The files
// have to stay open until [Writer.Then] tells.
func (w *Writer) CopyTree(path string, from *File, object string, data func(path string) bool) error {
	o, err := from.find(object)
	if err != nil {
		return from.fail("copy", object, err)
	}
	t := tree{Writer: w, data: data, names: map[uint64]string{o.header: path}}
	return t.copy(path, o)
}

func (t *tree) copy(path string, o object) error {
	kind, err := o.file.structure.Kind(o.header)
	if err != nil {
		return o.file.fail("copy", o.path, err)
	}
	switch kind {
	case format.Dataset:
		return t.dataset(path, o)
	case format.Group:
		err = t.Ensure(path)
	default:
		err = t.namedType(path, o)
	}
	if err == nil {
		err = t.copyAttributes(path, o)
	}
	if err != nil || kind != format.Group {
		return err
	}
	links, err := o.links()
	if err != nil {
		return o.file.fail("list", o.path, err)
	}
	for _, link := range links {
		below := object{o.file, member(o.path, link.Name), link.Object}
		if err := t.link(member(path, link.Name), below, link); err != nil {
			return err
		}
	}
	return nil
}

// member is the path of what is in a group.
func member(group, name string) string {
	if group == "/" {
		return name
	}
	return group + "/" + name
}

func (t *tree) link(path string, o object, link Link) error {
	switch name, known := t.names[link.Object]; {
	case link.File != "":
		return t.ExternalLink(path, link.File, link.Target)
	case link.Target != "":
		return t.SoftLink(path, link.Target)
	case known:
		return t.HardLink(path, "/"+strings.TrimPrefix(name, "/"))
	}
	t.names[link.Object] = path
	return t.copy(path, o)
}

func (t *tree) dataset(path string, o object) error {
	d, err := o.dataset(o.path)
	if err != nil {
		return o.file.fail("copy", o.path, err)
	}
	c, err := t.copyOf(path, d, d.shape, d.object.Space.Most)
	if err != nil {
		return err
	}
	defer c.Close()
	switch {
	case d.object.Space.Null || !t.data(path):
		return nil
	case len(d.shape) == 0:
		return c.copyAny(d, Whole(d.shape))
	}
	if err := c.Append(d, 0, d.shape[0]); err != nil {
		return err
	}
	return c.flush()
}

// namedType makes a named type without its attributes.
func (t *tree) namedType(path string, o object) error {
	of, err := o.file.structure.Object(o.header)
	if err != nil {
		return o.file.fail("copy", o.path, err)
	}
	return t.locked(func() error {
		kind, err := typeLike(of.Type)
		if err != nil {
			return o.file.fail("copy", o.path, err)
		}
		defer C.H5Tclose(kind)
		status := C.int(-1)
		withString(path, func(c *C.char) { status = C.shim_name_type(t.file, c, kind) })
		if status < 0 {
			return t.fail("create", path, lastError())
		}
		return nil
	})
}
