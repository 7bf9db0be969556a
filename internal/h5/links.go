package h5

// #include "shim.h"
import "C"

import "extrapasha/internal/h5/format"

// Link is an entry of a group.
type Link struct {
	Name string
	// Object is the same for all names of an object of the file, 0 where the link leads
	// to a path.
	Object uint64
	// Target is the path that a soft link leads to, or one to the file File.
	Target, File string
}

// Links lists the links of a group, sorted by name.
func (f *File) Links(group string) ([]Link, error) {
	o, err := f.find(group)
	if err != nil {
		return nil, f.fail("list", group, err)
	}
	links, err := o.links()
	if err != nil {
		return nil, f.fail("list", group, err)
	}
	return links, nil
}

func (o object) links() ([]Link, error) {
	found, err := o.file.structure.Links(o.header)
	if err != nil {
		return nil, err
	}
	links := make([]Link, 0, len(found))
	for _, link := range found {
		switch link.Kind {
		case format.Hard:
			links = append(links, Link{Name: link.Name, Object: link.Header})
		case format.Soft, format.Outside:
			links = append(links, Link{Name: link.Name, Target: link.Target, File: link.File})
		}
	}
	return links, nil
}

// HardLink gives an object another name.
func (w *Writer) HardLink(path, target string) error {
	return w.link(path, target, func(p, t *C.char) C.int { return C.shim_hard_link(w.file, p, t) })
}

// Most is how long each dimension of the dataset may become, -1 without limit.
func (d *Dataset) Most() []int { return d.object.Space.Most }

// Fill is what elements are that were never written, as it lies in the file, nil for 0.
func (d *Dataset) Fill() []byte { return d.object.Fill }
