package export

import (
	"errors"
	"fmt"
	"maps"
	"path"
	"reflect"
	"slices"
	"strings"
	"unicode"

	psh "extrapasha/pasha"
)

// ErrName is wrapped by errors about names that cannot be, or that are taken.
var ErrName = errors.New("bad name")

// named is what a name in the file stands for: a dimension, with coordinates or without, a
// single coordinate, or, where it is neither, an array.
type named struct {
	dimension, single bool
	length            int
	values            any    // coordinates, nil where there are none
	labels            Labels // name and unit of those
}

// axis is a dimension of an array, by its name in the file.
type axis struct {
	of     string
	number int
	path   string
}

// singles are the names of single coordinates.
func (l Labels) singles() (names []string) {
	for name, value := range l.Coords {
		if !slices.Contains(l.Dims, name) && value != nil {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// joined is a list of names as NetCDF's conventions have it.
func joined(names []string) string { return strings.Join(names, " ") }

// isAxis tells whether an array is nothing but the coordinates of a dimension, which are
// written with it.
func isAxis(name string, labels Labels) bool {
	return len(labels.Dims) == 1 && labels.Dims[0] == path.Base(name)
}

// name takes the names of an array, its dimensions and coordinates.
func (f *File) name(name string, a array) error {
	if f.netCDF && a.Dims == nil {
		for i := range a.shape {
			a.Dims = append(a.Dims, fmt.Sprintf("%s_dim_%d", path.Base(name), i))
		}
	}
	own := isAxis(name, a.Labels)
	if own {
		coords := map[string]any{}
		maps.Copy(coords, a.Coords)
		coords[a.Dims[0]] = a.values.Interface()
		a.Coords = coords
	}
	wanted, err := f.wanted(name, a, own)
	if err != nil {
		return err
	}
	f.mutex.Lock()
	defer f.mutex.Unlock()
	if f.err != nil {
		return f.err
	}
	for name, is := range wanted {
		if err := f.fits(name, is); err != nil {
			return err
		}
	}
	for name, is := range wanted {
		if before := f.names[name]; before == nil || before.values == nil {
			f.names[name] = is
		}
	}
	for i, dim := range a.Dims {
		if !own {
			f.axes = append(f.axes, axis{name, i, path.Join(path.Dir(name), dim)})
		}
	}
	return nil
}

// wanted are the names that an array needs.
func (f *File) wanted(name string, a array, own bool) (map[string]*named, error) {
	if a.Dims != nil && len(a.Dims) != len(a.shape) {
		return nil, fmt.Errorf("%w: %d names for dimensions of shape %v", psh.ErrShape, len(a.Dims), a.shape)
	}
	names := map[string]*named{}
	take := func(name string, is named) error {
		if err := f.checkName(name); err != nil {
			return err
		}
		if names[name] != nil {
			return fmt.Errorf("%w: two of its parts are called %q", ErrName, name)
		}
		names[name] = &is
		return nil
	}
	dir := path.Dir(name)
	var errs []error
	if !own {
		errs = append(errs, take(name, named{}))
	}
	for i, dim := range a.Dims {
		is := named{dimension: true, length: a.shape[i], values: copied(a.Coords[dim])}
		if own {
			is.labels = Labels{Name: a.Name, Units: a.Units}
		}
		errs = append(errs, take(path.Join(dir, dim), is))
	}
	for _, single := range a.singles() {
		errs = append(errs, take(path.Join(dir, single), named{single: true, values: a.Coords[single]}))
	}
	for dim, values := range a.Coords {
		errs = append(errs, f.checkCoordinate(dim, values, names[path.Join(dir, dim)]))
	}
	return names, errors.Join(errs...)
}

// copied are coordinates for the time until they are written.
func copied(values any) any {
	v := reflect.ValueOf(values)
	if v.Kind() != reflect.Slice {
		return values
	}
	return reflect.AppendSlice(reflect.MakeSlice(v.Type(), 0, v.Len()), v).Interface()
}

func (f *File) checkCoordinate(dim string, values any, is *named) error {
	v := reflect.ValueOf(values)
	switch slice := v.Kind() == reflect.Slice; {
	case !v.IsValid() || is == nil:
		return nil
	case is.dimension && (!slice || v.Len() != is.length), is.single && slice:
		return fmt.Errorf("%w: coordinates for %q must be a slice as long as that dimension", psh.ErrShape, dim)
	}
	a, err := arrayFrom(values)
	if err == nil {
		_, err = elementOf(a.values.Type().Elem(), f.netCDF)
	}
	if err != nil {
		return fmt.Errorf("coordinates for %q: %w", dim, err)
	}
	return nil
}

// fits tells whether a name may stand for something, beside what it does.
func (f *File) fits(name string, is *named) error {
	before := f.names[name]
	switch {
	case before == nil && f.inside(name):
		return fmt.Errorf("%w: %q is both a group and a result", ErrName, name)
	case before == nil:
		return nil
	case before.dimension != is.dimension || before.single != is.single || !is.dimension && !is.single:
		return fmt.Errorf("%w: there is another %q", ErrName, name)
	case before.length != is.length:
		return fmt.Errorf("%w: dimension %q has length %d, there is one of %d", psh.ErrShape, name, is.length, before.length)
	case before.values != nil && is.values != nil && !reflect.DeepEqual(before.values, is.values):
		return fmt.Errorf("%w: %q has other coordinates than there are", psh.ErrShape, name)
	}
	return nil
}

// inside tells whether a name would be a group for others, or others for it.
func (f *File) inside(name string) bool {
	for other := range f.names {
		if strings.HasPrefix(other, name+"/") || strings.HasPrefix(name, other+"/") {
			return true
		}
	}
	return false
}

// checkName refuses what HDF5 does not take for a name, or NetCDF where it is one: see
// https://docs.unidata.ucar.edu/netcdf-c/current/file_format_specifications.html.
func (f *File) checkName(name string) error {
	for part := range strings.SplitSeq(name, "/") {
		switch {
		case part == "" || part == "." || part == ".." || strings.Contains(part, "\x00"):
			return fmt.Errorf("%w: %q", ErrName, name)
		case f.netCDF && (strings.ContainsFunc(part, unicode.IsControl) || strings.HasSuffix(part, " ") || !strings.ContainsFunc(part[:1], startsName) && part[0] < 0x80):
			return fmt.Errorf("%w: %q cannot be one in NetCDF", ErrName, name)
		}
	}
	return nil
}

func startsName(r rune) bool { return r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) }

// writeAxes writes dimensions and single coordinates, and tells which arrays have them.
func (f *File) writeAxes() error {
	for _, name := range slices.Sorted(maps.Keys(f.names)) {
		is := f.names[name]
		if !is.dimension && !is.single {
			continue
		}
		if err := f.writeAxis(name, is); err != nil {
			return err
		}
	}
	for _, a := range f.axes {
		if err := f.writer.AttachScale(a.of, a.number, a.path); err != nil {
			return err
		}
	}
	return nil
}

func (f *File) writeAxis(name string, is *named) error {
	title := path.Base(name)
	a := array{shape: []int{is.length}}
	if is.values == nil {
		// What NetCDF calls a dimension without coordinates.
		title = fmt.Sprintf("This is a netCDF dimension but not a netCDF variable.%10d", is.length)
		a.values = reflect.ValueOf(make([]float32, is.length))
	} else {
		var err error
		if a, err = arrayFrom(is.values); err != nil {
			return err
		}
	}
	e, err := elementOf(a.values.Type().Elem(), f.netCDF)
	if err != nil {
		return err
	}
	if err := f.write(name, e, a); err != nil {
		return err
	}
	if is.values != nil {
		err = f.describe(name, element{attributes: e.attributes}, is.labels)
	}
	if err == nil && is.dimension {
		err = f.writer.MakeScale(name, title)
	}
	return err
}
