package export

import (
	"fmt"
	"reflect"
)

// attribute is one of what is written when the file is closed.
type attribute struct {
	of, name string
	value    any
}

// SetAttribute tells something of a result, or of a group or, as "/", of the file: a text, a
// number or a bool, or a slice of them. The error wraps [ErrType] for others.
func (f *File) SetAttribute(of, name string, value any) error {
	err := f.using(func() error {
		f.mutex.Lock()
		defer f.mutex.Unlock()
		if is := f.names[of]; is != nil && (is.dimension || is.single) {
			f.later = append(f.later, attribute{of, name, copied(value)})
			_, _, err := f.attributeOf(value)
			return err
		}
		return f.setAttribute(of, name, value)
	})
	if err != nil {
		return fmt.Errorf("export: %s: %s: attribute %s: %w", f.path, of, name, err)
	}
	return nil
}

func (f *File) setAttribute(of, name string, value any) error {
	switch value := value.(type) {
	case string:
		return f.writer.SetAttribute(of, name, value)
	case []string:
		return f.writer.SetTexts(of, name, value)
	}
	a, e, err := f.attributeOf(value)
	if err != nil {
		return err
	}
	if e.of == nil {
		return f.writer.SetAttribute(of, name, a.values.Index(0).String())
	}
	n := -1
	if len(a.shape) > 0 {
		n = a.values.Len()
	}
	return f.writer.SetValues(of, name, e.of, n, e.raw(a.values))
}

// attributeOf is the value of an attribute as an array, and what its elements become.
func (f *File) attributeOf(value any) (array, element, error) {
	a, err := arrayFrom(value)
	if err != nil {
		return a, element{}, err
	}
	goes := a.values.Type().Elem()
	e, err := elementOf(goes, f.netCDF)
	_, texts := value.([]string)
	if several := len(a.shape) > 0; err != nil || e.of == nil && several && !texts || goes.Kind() == reflect.Struct || len(a.shape) > 1 {
		return a, e, fmt.Errorf("%w: %T, expected texts or numbers", ErrType, value)
	}
	return a, e, nil
}
