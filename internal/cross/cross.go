// Package cross brings values to another process and errors back, by encoding/gob. It
// finds what gob would leave out without a word, and what was written to copies, which
// the process that they come from does not see.
package cross

import (
	"bytes"
	"encoding"
	"encoding/gob"
	"errors"
	"fmt"
	"reflect"
	"sync"
)

// Err is wrapped by errors about what cannot cross.
var Err = errors.New("cannot cross to a worker process")

// Encode is the value that a pointer leads to. The error wraps [Err].
func Encode(pointer any) (text []byte, err error) {
	defer func() {
		if value := recover(); value != nil { // of nil pointers in a slice, for one
			err = fmt.Errorf("%w: %v", Err, value)
		}
	}()
	var out bytes.Buffer
	if err := gob.NewEncoder(&out).Encode(pointer); err != nil {
		return nil, fmt.Errorf("%w: %w", Err, err)
	}
	return out.Bytes(), nil
}

// Decode stores what was encoded where a pointer leads to.
func Decode(text []byte, pointer any) error {
	return gob.NewDecoder(bytes.NewReader(text)).Decode(pointer)
}

// Empty tells whether a type holds nothing, which gob cannot encode.
func Empty(t reflect.Type) bool { return t.Kind() == reflect.Struct && t.NumField() == 0 }

// HasPointers tells whether values of a type cannot be shared as they lie in memory.
func HasPointers(t reflect.Type) bool {
	switch kind := t.Kind(); {
	case kind >= reflect.Bool && kind <= reflect.Complex128:
		return false
	case kind == reflect.Array:
		return t.Len() > 0 && HasPointers(t.Elem())
	case kind == reflect.Struct:
		for i := range t.NumField() {
			if HasPointers(t.Field(i).Type) {
				return true
			}
		}
		return false
	}
	return true
}

var (
	gobEncoder      = reflect.TypeFor[gob.GobEncoder]()
	binaryMarshaler = reflect.TypeFor[encoding.BinaryMarshaler]()
)

// encoders are the answers of encodesItself, by type.
var encoders sync.Map

// encodesItself tells whether gob leaves the encoding to the type.
func encodesItself(t reflect.Type) bool {
	if known, ok := encoders.Load(t); ok {
		return known.(bool)
	}
	is := false
	for _, t := range []reflect.Type{t, reflect.PointerTo(t)} {
		is = is || t.Implements(gobEncoder) || t.Implements(binaryMarshaler)
	}
	encoders.Store(t, is)
	return is
}
