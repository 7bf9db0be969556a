package cross

import (
	"bytes"
	"fmt"
	"reflect"
	"sync"
	"time"
	"unsafe"
)

// What a kernel writes into its arguments, but for arrays, stays in the worker process
// and would be lost: a worker keeps a copy of what it was given, and compares.

// Original is a value as it was, and what to call it.
type Original struct {
	value, copied reflect.Value
	path          string
}

// Keep copies what a pointer leads to; nil where there is nothing in it that could be
// written to.
func Keep(pointer any, path string) *Original {
	v := reflect.ValueOf(pointer).Elem()
	if !Writable(v.Type()) {
		return nil
	}
	o := &Original{value: v, copied: reflect.New(v.Type()).Elem(), path: path}
	duplicate(o.copied, v)
	return o
}

// Lost is the error for what was written to the value, nil where nothing was. It wraps
// [Err].
func (o *Original) Lost() error {
	if o == nil {
		return nil
	}
	where, of, changed := firstChange(o.copied, o.value)
	if !changed {
		return nil
	}
	return fmt.Errorf("%w: the kernel has written to %s (%v), which stays in the worker process: "+
		"write to a psh.Array that psh.Alloc has made, to a row for each item or a slab for each worker (psh.PerWorker)", Err, o.path+where, of)
}

// writables are the answers of Writable, by type.
var writables sync.Map

// Writable tells whether what is written to a value of a type can be seen by others
// that have a copy of it. What crosses in an encoding of its own, such as an array, is
// not looked into, nor are fields that are not exported.
func Writable(t reflect.Type) bool {
	if known, ok := writables.Load(t); ok {
		return known.(bool)
	}
	is := false
	switch t.Kind() {
	case reflect.Pointer, reflect.Interface, reflect.Slice, reflect.Map:
		is = !encodesItself(t)
	case reflect.Array:
		is = t.Len() > 0 && Writable(t.Elem())
	case reflect.Struct:
		for i := 0; i < t.NumField() && !encodesItself(t); i++ {
			is = is || t.Field(i).IsExported() && Writable(t.Field(i).Type)
		}
	}
	writables.Store(t, is)
	return is
}

// duplicate sets to to a value that shares nothing with v that is writable.
func duplicate(to, v reflect.Value) {
	to.Set(v)
	if !Writable(v.Type()) || v.IsZero() {
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		to.Set(reflect.New(v.Type().Elem()))
		duplicate(to.Elem(), v.Elem())
	case reflect.Interface:
		inner := reflect.New(v.Elem().Type()).Elem()
		duplicate(inner, v.Elem())
		to.Set(inner)
	case reflect.Slice:
		to.Set(reflect.MakeSlice(v.Type(), v.Len(), v.Len()))
		duplicateElements(to, v)
	case reflect.Array:
		duplicateElements(to, v)
	case reflect.Map:
		to.Set(reflect.MakeMapWithSize(v.Type(), v.Len()))
		value := reflect.New(v.Type().Elem()).Elem()
		for entries := v.MapRange(); entries.Next(); {
			duplicate(value, entries.Value())
			to.SetMapIndex(entries.Key(), value)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				duplicate(to.Field(i), v.Field(i))
			}
		}
	}
}

func duplicateElements(to, v reflect.Value) {
	if !Writable(v.Type().Elem()) {
		reflect.Copy(to, v)
		return
	}
	for i := range v.Len() {
		duplicate(to.Index(i), v.Index(i))
	}
}

// firstChange is where in a value it is no longer what it was, and the type of what is
// there.
func firstChange(was, is reflect.Value) (where string, of reflect.Type, changed bool) {
	switch was.Kind() {
	case reflect.Func, reflect.Chan, reflect.UnsafePointer: // which have not crossed
	case reflect.Pointer, reflect.Interface:
		return changedTarget(was, is)
	case reflect.Struct:
		return changedField(was, is)
	case reflect.Map:
		return changedEntry(was, is)
	case reflect.Slice, reflect.Array:
		return changedElement(was, is)
	case reflect.Float32, reflect.Float64:
		changed = differ(was.Float(), is.Float())
	case reflect.Complex64, reflect.Complex128:
		a, b := was.Complex(), is.Complex()
		changed = differ(real(a), real(b)) || differ(imag(a), imag(b))
	default:
		changed = !was.Equal(is)
	}
	return "", was.Type(), changed
}

// differ tells numbers apart; one that is none is like another.
func differ(a, b float64) bool { return a != b && (a == a || b == b) }

func changedTarget(was, is reflect.Value) (where string, of reflect.Type, changed bool) {
	switch {
	case was.IsNil() || is.IsNil():
		return "", was.Type(), was.IsNil() != is.IsNil()
	case was.Elem().Type() != is.Elem().Type():
		return "", was.Type(), true
	case encodesItself(was.Type()): // the copy has the same, unless it was replaced
		return "", was.Type(), was.Kind() == reflect.Pointer && was.Pointer() != is.Pointer()
	}
	return firstChange(was.Elem(), is.Elem())
}

func changedField(was, is reflect.Value) (where string, of reflect.Type, changed bool) {
	t := was.Type()
	if encodesItself(t) {
		before, ok := was.Interface().(time.Time)
		return "", t, ok && !before.Equal(is.Interface().(time.Time))
	}
	for i := range t.NumField() {
		if !t.Field(i).IsExported() {
			continue
		}
		if where, of, changed := firstChange(was.Field(i), is.Field(i)); changed {
			return "." + t.Field(i).Name + where, of, true
		}
	}
	return "", t, false
}

func changedElement(was, is reflect.Value) (where string, of reflect.Type, changed bool) {
	t := was.Type()
	if was.Len() != is.Len() {
		return "", t, true
	}
	if t.Kind() == reflect.Slice && !HasPointers(t.Elem()) && bytes.Equal(elementBytes(was), elementBytes(is)) {
		return "", t, false
	}
	for i := range was.Len() {
		if where, of, changed := firstChange(was.Index(i), is.Index(i)); changed {
			return fmt.Sprintf("[%d]%s", i, where), of, true
		}
	}
	return "", t, false
}

// elementBytes is the memory of a slice of values without pointers.
func elementBytes(v reflect.Value) []byte {
	return unsafe.Slice((*byte)(v.UnsafePointer()), v.Len()*int(v.Type().Elem().Size()))
}

func changedEntry(was, is reflect.Value) (where string, of reflect.Type, changed bool) {
	t := was.Type()
	for entries := was.MapRange(); entries.Next(); {
		key, before, now := entries.Key(), entries.Value(), is.MapIndex(entries.Key())
		if !now.IsValid() {
			if key.Equal(key) { // what is not like itself is not found
				return keyPath(key), t.Elem(), true
			}
			continue
		}
		if where, of, changed := firstChange(before, now); changed {
			return keyPath(key) + where, of, true
		}
	}
	for entries := is.MapRange(); entries.Next(); {
		if key := entries.Key(); key.Equal(key) && !was.MapIndex(key).IsValid() {
			return keyPath(key), t.Elem(), true
		}
	}
	return "", t, was.Len() != is.Len()
}

func keyPath(key reflect.Value) string {
	if key.Kind() == reflect.String {
		return fmt.Sprintf("[%q]", key.String())
	}
	return fmt.Sprintf("[%v]", key)
}
