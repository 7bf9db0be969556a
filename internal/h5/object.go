package h5

import (
	"errors"
	"fmt"
	"os"
	"slices"

	"extrapasha/internal/h5/format"
)

// Kind is what an object in a file is.
type Kind int

// The kinds of objects. Missing also stands for a link that leads nowhere.
const (
	Missing Kind = iota
	Group
	Data
	Named // a named datatype
)

// object is where a path leads: the header of an object, in this file or in one that a
// link leads to.
type object struct {
	file   *File
	path   string // in the file, for errors
	header uint64
}

// find follows a path.
func (f *File) find(path string) (object, error) {
	link, err := f.structure.Find(path)
	if err != nil {
		return object{}, err
	}
	if link.Kind != format.Outside {
		return object{f, path, link.Header}, nil
	}
	other, err := f.open(link.File)
	if errors.Is(err, os.ErrNotExist) {
		err = fmt.Errorf("%w: %w", ErrNoObject, err)
	}
	if err != nil {
		return object{}, fmt.Errorf("%s leads to another file: %w", path, err)
	}
	f.notice("a link leads to another file", path, other.path)
	return other.find(link.Target)
}

// Kind tells what is at a path in the file. The error is that of a damaged file.
func (f *File) Kind(path string) (Kind, error) {
	o, err := f.find(path)
	if errors.Is(err, ErrNoObject) {
		return Missing, nil
	}
	if err != nil {
		return Missing, f.fail("find", path, err)
	}
	kind, err := o.file.structure.Kind(o.header)
	if err != nil {
		return Missing, f.fail("find", path, err)
	}
	return map[format.Kind]Kind{format.Group: Group, format.Dataset: Data, format.NamedType: Named}[kind], nil
}

// Children lists the names of the links in a group, sorted.
func (f *File) Children(group string) ([]string, error) {
	o, err := f.find(group)
	if err != nil {
		return nil, f.fail("list", group, err)
	}
	links, err := o.file.structure.Links(o.header)
	if err != nil {
		return nil, f.fail("list", group, err)
	}
	names := make([]string, len(links))
	for i, link := range links {
		names[i] = link.Name
	}
	return names, nil
}

// Datasets lists the paths of all datasets below a group, relative to it, sorted. One
// that has several names is listed once, by the first. Soft links, and those to
// other files, are not followed.
func (f *File) Datasets(group string) ([]string, error) {
	o, err := f.find(group)
	if err != nil {
		return nil, f.fail("list", group, err)
	}
	var paths []string
	err = o.file.structure.Walk(o.header, func(path string, kind format.Kind, _ uint64) error {
		if kind == format.Dataset {
			paths = append(paths, path)
		}
		return nil
	})
	if err != nil {
		return nil, f.fail("list", group, err)
	}
	slices.Sort(paths)
	return paths, nil
}

// LinkTarget is where a soft link leads, empty where there is none at the path.
func (f *File) LinkTarget(path string) (string, error) {
	link, err := f.structure.FindLink(path)
	switch {
	case errors.Is(err, ErrNoObject):
		return "", nil
	case err != nil:
		return "", f.fail("find", path, err)
	case link.Kind != format.Soft:
		return "", nil
	}
	return link.Target, nil
}
