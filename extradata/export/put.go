package export

import (
	"fmt"
	"maps"
	"slices"

	"extrapasha/internal/h5"
)

// Put writes a result under a name, which has the groups that it is in before it, "fit/centre":
// a psh.Array or psh.Labelled of bools, numbers, texts, times or structs of them, a slice,
// or a single value. Nothing of it is kept. Large arrays are deflated and written on
// all cores, while other goroutines may put other results.
//
// Dimensions that are named, and their coordinates, are in the group of the array. Two
// arrays there with a dimension of the same name share it, and it must be the same. In a
// NetCDF file what has no names for its dimensions gets them.
//
// The error wraps [ErrType] for elements that the file cannot hold, [ErrName], or
// [psh.ErrShape] where labels do not fit.
func (f *File) Put(name string, value any) error {
	a, err := arrayFrom(value)
	if err == nil {
		err = f.put(name, a)
	}
	if err != nil {
		return fmt.Errorf("export: %s: %s: %w", f.path, name, err)
	}
	return nil
}

func (f *File) put(name string, a array) error {
	e, err := elementOf(a.values.Type().Elem(), f.netCDF)
	if err != nil {
		return err
	}
	if err := f.name(name, a); err != nil || isAxis(name, a.Labels) {
		return err
	}
	return f.writing(func() error {
		if err := f.write(name, e, a); err != nil {
			return err
		}
		return f.describe(name, e, a.Labels)
	})
}

// write writes the elements of an array.
func (f *File) write(path string, e element, a array) error {
	if e.of == nil {
		texts := make([]string, a.values.Len())
		for i := range texts {
			texts[i] = a.values.Index(i).String()
		}
		return h5.PutStrings(f.writer, path, a.shape, texts, h5.Layout{})
	}
	v, err := f.newVariable(path, e, a.shape)
	if err != nil {
		return err
	}
	defer v.data.Close()
	return v.putAll(e.raw(a.values))
}

// describe gives what was written its attributes.
func (f *File) describe(path string, e element, labels Labels) error {
	attributes := maps.Clone(e.attributes)
	if attributes == nil {
		attributes = map[string]any{}
	}
	if labels.Units != "" {
		attributes["units"] = labels.Units
	}
	if labels.Name != "" {
		attributes["long_name"] = labels.Name
	}
	if single := labels.singles(); len(single) > 0 {
		attributes["coordinates"] = joined(single)
	}
	for _, name := range slices.Sorted(maps.Keys(attributes)) {
		if err := f.setAttribute(path, name, attributes[name]); err != nil {
			return err
		}
	}
	if e.fill == nil || len(e.attributes) > 0 {
		return nil
	}
	return f.writer.SetValues(path, "_FillValue", e.of, 1, e.fill)
}
