package h5

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"extrapasha/internal/h5/format"
)

// Data of a file may lie in others: behind a link, in raw files, in the sources of a
// virtual dataset. They are looked for where libhdf5 looks for them.

// linkLimit is how many links from file to file are followed.
const linkLimit = 16

// open opens a file that a link of this one names.
func (f *File) open(name string) (*File, error) {
	path, err := f.place(name, "HDF5_EXT_PREFIX")
	if err != nil {
		return nil, err
	}
	return f.openAt(path)
}

// openAt opens a file that this one leads to, once.
func (f *File) openAt(path string) (*File, error) {
	if f.depth >= linkLimit {
		return nil, fmt.Errorf("%w: more than %d links from file to file", ErrCorrupt, linkLimit)
	}
	f.mutex.Lock()
	defer f.mutex.Unlock()
	if linked := f.linked[path]; linked != nil {
		return linked, linked.Unchanged()
	}
	linked, err := OpenSame(path, f.expected[path])
	if err != nil {
		return nil, err
	}
	linked.depth, linked.home, linked.expected = f.depth+1, f.home, f.expected
	if f.linked == nil {
		f.linked = map[string]*File{}
	}
	f.linked[path] = linked
	return linked, nil
}

// place is the path of a file that this one names: in the directory that the
// environment names, in that of the file, or as it is.
func (f *File) place(name, variable string) (string, error) {
	if name == "." {
		return f.path, nil
	}
	places := []string{name}
	if !filepath.IsAbs(name) {
		places = []string{filepath.Join(filepath.Dir(f.path), name), name}
		if prefix := os.Getenv(variable); prefix != "" {
			origin := strings.ReplaceAll(prefix, "${ORIGIN}", filepath.Dir(f.path))
			places = append([]string{filepath.Join(origin, name)}, places...)
		}
	}
	for _, path := range places {
		if _, err := os.Stat(path); err == nil {
			return filepath.Abs(path)
		}
	}
	return "", fmt.Errorf("%s: %w", places[0], os.ErrNotExist)
}

// named is the path of a file that this one names, whether it is there or not.
func (f *File) named(name, variable string) string {
	path, err := f.place(name, variable)
	switch {
	case err == nil:
		return path
	case filepath.IsAbs(name):
		return name
	}
	return filepath.Join(filepath.Dir(f.path), name)
}

// leadsOut tells whether a path is outside of the directories of this file.
func (f *File) leadsOut(path string) bool {
	return !inside(filepath.Dir(f.path), path) && (f.home == "" || !inside(f.home, path))
}

// inside tells whether a path is in a directory or below, with symbolic links followed.
func inside(dir, path string) bool {
	dir, err := filepath.EvalSymlinks(dir)
	if err != nil {
		return false
	}
	real, err := filepath.EvalSymlinks(path)
	if err != nil {
		real = path
	}
	below, err := filepath.Rel(dir, real)
	return err == nil && below != ".." && !strings.HasPrefix(below, ".."+string(filepath.Separator))
}

// noticed are the places outside that were told of.
var noticed sync.Map

// notice tells once that data lies outside of the directory of the file.
func (f *File) notice(what, object, path string) {
	if !f.leadsOut(path) {
		return
	}
	if _, told := noticed.LoadOrStore([2]string{f.path, path}, true); !told {
		slog.Warn(what+" outside of the run's directory", "file", f.path, "object", object, "place", path)
	}
}

// Outside is a part of a file that lies in another.
type Outside struct {
	Object string // its path in the file
	What   string // "external link", "external raw storage", "virtual dataset"
	Place  string // the other file, as it is named
	// LeadsOut tells that it is not in the directory of the file or below.
	LeadsOut bool
}

// Outsides lists what of the file lies in others.
func (f *File) Outsides() (found []Outside, err error) {
	add := func(object, what, name, variable string) {
		if name != "." {
			found = append(found, Outside{object, what, name, f.leadsOut(f.named(name, variable))})
		}
	}
	groups := func(path string, header uint64) error {
		links, err := f.structure.Links(header)
		for _, link := range links {
			if link.Kind == format.Outside {
				add(strings.TrimPrefix(path+"/"+link.Name, "/"), "external link", link.File, "HDF5_EXT_PREFIX")
			}
		}
		return err
	}
	err = f.structure.Walk(f.structure.Root(), func(path string, kind format.Kind, header uint64) error {
		if kind == format.Group {
			return groups(path, header)
		}
		if kind != format.Dataset {
			return nil
		}
		o, err := f.structure.Object(header)
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		for _, part := range o.External {
			add(path, "external raw storage", part.Name, "HDF5_EXTFILE_PREFIX")
		}
		sources, err := f.structure.Sources(o)
		for _, source := range sources {
			add(path, "virtual dataset", source.File, virtualPrefix)
		}
		return err
	})
	if err = errors.Join(groups("", f.structure.Root()), err); err != nil {
		return found, f.fail("list", "", err)
	}
	return found, nil
}
