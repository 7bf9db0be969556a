package cross

import (
	"fmt"
	"reflect"
	"unsafe"
)

// Check finds what gob would leave out without a word.
type Check struct {
	// Meet is called with every value that encodes itself, such as an array.
	Meet func(value any)
	// Whole tells whether a value that embeds one that encodes itself has an encoding
	// of all of it.
	Whole func(value any) bool
	// Shared tells whether memory is shared with the other process.
	Shared func(memory []byte) bool
}

// Value checks a value. name is what to call it; the error wraps [Err].
func (c *Check) Value(v reflect.Value, name string) error { return c.check(v, name, nil) }

// check checks a value below the pointers that led to it.
func (c *Check) check(v reflect.Value, path string, above []unsafe.Pointer) error {
	refuse := func(format string, args ...any) error {
		return fmt.Errorf("%w: %s %s", Err, path, fmt.Sprintf(format, args...))
	}
	if !v.IsValid() || v.IsZero() {
		return nil
	}
	switch v.Kind() {
	case reflect.Func, reflect.Chan, reflect.UnsafePointer:
		return refuse("is a %v", v.Type())
	case reflect.Interface:
		return c.check(v.Elem(), path, above)
	case reflect.Pointer:
		for _, pointer := range above {
			if pointer == v.UnsafePointer() {
				return refuse("leads back to itself")
			}
		}
		if encodesItself(v.Type()) {
			c.Meet(v.Interface())
			return nil
		}
		return c.check(v.Elem(), path, append(above, v.UnsafePointer()))
	case reflect.Struct:
		return c.checkStruct(v, path, above)
	case reflect.Map:
		for entries := v.MapRange(); entries.Next(); {
			if err := c.check(entries.Key(), path+" (key)", above); err != nil {
				return err
			}
			if err := c.check(entries.Value(), fmt.Sprintf("%s[%v]", path, entries.Key()), above); err != nil {
				return err
			}
		}
	case reflect.Slice, reflect.Array:
		if v.Kind() == reflect.Slice && v.Len() > 0 && c.Shared(unsafe.Slice((*byte)(v.UnsafePointer()), 1)) {
			return refuse("is a slice of an array in shared memory, of which a worker would get a copy: pass the array")
		}
		if kind := v.Type().Elem().Kind(); kind <= reflect.Complex128 || kind == reflect.String {
			return nil
		}
		for i := range v.Len() {
			if err := c.check(v.Index(i), fmt.Sprintf("%s[%d]", path, i), above); err != nil {
				return err
			}
		}
	}
	return nil
}

func (c *Check) checkStruct(v reflect.Value, path string, above []unsafe.Pointer) error {
	t := v.Type()
	if encodesItself(t) {
		c.Meet(v.Interface())
		for i := range t.NumField() {
			if field := t.Field(i); field.Anonymous && encodesItself(field.Type) && t.NumField() > 1 && !c.Whole(v.Interface()) {
				return fmt.Errorf("%w: %s (%v) has more than the %v in it, which alone would cross: give that field a name", Err, path, t, field.Type)
			}
		}
		return nil
	}
	for i := range t.NumField() {
		field := t.Field(i)
		name := path + "." + field.Name
		if !field.IsExported() {
			if !v.Field(i).IsZero() {
				return fmt.Errorf("%w: %s is not exported, so that it would be left out: begin its name with a capital letter", Err, name)
			}
			continue
		}
		if err := c.check(v.Field(i), name, above); err != nil {
			return err
		}
	}
	return nil
}
