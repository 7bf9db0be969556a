package h5

import (
	"errors"
	"reflect"
)

// Attributes reads the attributes of a group or dataset: numbers, bools and
// strings, or slices of them where they are arrays, of one or of any number. Those
// without a value (null dataspace) and of other types are left out.
func (f *File) Attributes(path string) (map[string]any, error) {
	o, err := f.find(path)
	if err != nil {
		return nil, f.fail("read attributes of", path, err)
	}
	found, err := o.file.structure.Attributes(o.header)
	if err != nil {
		return nil, f.fail("read attributes of", path, err)
	}
	attributes := map[string]any{}
	for _, a := range found {
		n, _ := a.Space.Elements()
		if a.Err == nil && a.Space.Null {
			continue
		}
		var values any
		if err = a.Err; err == nil {
			values, err = o.file.values(a.Type, a.Raw, n)
		}
		switch {
		case errors.Is(err, ErrForm):
			continue
		case err != nil:
			return nil, f.fail("read attribute "+a.Name+" of", path, err)
		case len(a.Space.Shape) == 0:
			values = reflect.ValueOf(values).Index(0).Interface()
		}
		attributes[a.Name] = values
	}
	return attributes, nil
}
