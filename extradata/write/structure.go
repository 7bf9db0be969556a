package write

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"extrapasha/extradata/internal/target"
	"extrapasha/internal/h5"
	"extrapasha/run"
)

// Data says which data a clone of a run has beside what describes it: INDEX, METADATA,
// and what data reduction and errata tell.
type Data struct {
	// Run and Control are the data in RUN and CONTROL.
	Run, Control bool
}

// CopyStructure clones the data files of a run directory into another directory, which
// is made where there is none: all groups, datasets, attributes and links, but without
// the data of INSTRUMENT, and of RUN and CONTROL unless they are asked for. What has no
// data reads as what was never written. The error wraps [ErrSource] where both
// directories are the same. A file is there when it is whole; those before one that
// fails stay.
func CopyStructure(from, to string, data Data) error {
	paths, err := run.DataFiles(from)
	if err != nil {
		return fmt.Errorf("cannot copy the structure of %s: %w", from, err)
	}
	if err := os.MkdirAll(to, 0o777); err != nil {
		return fmt.Errorf("cannot copy the structure of %s: %w", from, err)
	}
	for _, path := range paths {
		if err := data.copyFile(path, filepath.Join(to, filepath.Base(path))); err != nil {
			return err
		}
	}
	return nil
}

// copyFile clones a file.
func (data Data) copyFile(from, to string) error {
	if err := target.Differs(to, from); err != nil {
		return err
	}
	file, err := h5.Open(from)
	if err != nil {
		return err
	}
	defer file.Close()
	w, err := h5.Create(to)
	if err != nil {
		return err
	}
	defer w.Discard()
	c := clone{Writer: w, from: file, data: data, names: map[uint64]string{}}
	if err := errors.Join(w.CopyAttributes("/", file, "/"), c.group("")); err != nil {
		return fmt.Errorf("cannot write %s: %w", to, err)
	}
	return w.Close()
}

// clone is a file that is made of the structure of another.
type clone struct {
	*h5.Writer
	from  *h5.File
	data  Data
	names map[uint64]string // of the objects that are there
}

// group clones what is in a group.
func (c *clone) group(group string) error {
	links, err := c.from.Links("/" + group)
	if err != nil {
		return err
	}
	for _, link := range links {
		path := strings.TrimPrefix(group+"/"+link.Name, "/")
		if err := c.link(path, link); err != nil {
			return err
		}
	}
	return nil
}

func (c *clone) link(path string, link h5.Link) error {
	switch name, known := c.names[link.Object]; {
	case link.File != "":
		return c.ExternalLink(path, link.File, link.Target)
	case link.Target != "":
		return c.SoftLink(path, link.Target)
	case known:
		return c.HardLink(path, "/"+name)
	}
	c.names[link.Object] = path
	kind, err := c.from.Kind(path)
	switch {
	case err != nil:
		return err
	case kind == h5.Group:
		return errors.Join(c.Ensure(path), c.CopyAttributes(path, c.from, path), c.group(path))
	case kind == h5.Data && !c.has(path):
		d, err := c.from.Once(path)
		if errors.Is(err, h5.ErrNull) {
			return c.CopyObject(path, c.from, path)
		}
		if err != nil {
			return err
		}
		return c.EmptyOf(path, d)
	}
	return c.CopyObject(path, c.from, path)
}

// has tells whether the data of a dataset is copied.
func (c *clone) has(path string) bool {
	switch section, _, _ := strings.Cut(path, "/"); section {
	case string(run.Instrument):
		return false
	case string(run.Control):
		return c.data.Control
	case "RUN":
		return c.data.Run
	}
	return true
}
