package pasha

import (
	"bytes"
	"encoding"
	"encoding/gob"
	"fmt"
	"reflect"
	"sync"
	"unsafe"
)

// parcel is what of a map crosses to a worker process, but for its place there.
type parcel struct {
	Recipe  string
	Items   int
	Kind    functorKind
	Args    []byte
	Functor []byte
	Parts   []byte // of a reduction

	slabs []slabbed // in the arguments
	free  func()    // ends the use of memory that was made for it
}

// functorKind tells how a functor has crossed.
type functorKind int

const (
	crossedItself  functorKind = iota // by its own encoding
	crossedArray                      // a slice, as an array in shared memory
	crossedElement                    // a slice, element by element
)

func init() {
	gob.Register(rangeFunctor{})
}

// Crosser is an item that knows which functors give it, where these have a type of their
// own for each type of item: a recipe for such items makes them known to gob.
type Crosser interface {
	// Functors is an empty functor of each type.
	Functors() []any
}

// registerFunctors makes the functors with items of type V known to gob, those that
// have a type of their own for each V.
func registerFunctors[V any]() {
	var item V
	if item, ok := any(item).(interface{ functor() any }); ok {
		gob.Register(item.functor())
	}
	if item, ok := any(item).(Crosser); ok {
		for _, functor := range item.Functors() {
			gob.Register(functor)
		}
	}
}

func (a Array[T]) functor() any    { return axisFunctor[T]{} }
func (l Labelled[T]) functor() any { return dimFunctor[T]{} }

// pack makes what crosses. The error wraps ErrCross.
func pack[A, V any](recipe string, args A, functor Functor[V]) (*parcel, error) {
	p := &parcel{Recipe: recipe, Items: functor.Len(), free: func() {}}
	err := p.check(reflect.ValueOf(&args).Elem(), "arguments", nil)
	if err == nil && !empty[A]() {
		p.Args, err = encode(&args)
	}
	if err != nil {
		return nil, fmt.Errorf("pasha: recipe %q: %w", recipe, err)
	}
	if err = packFunctor(p, functor); err != nil {
		p.free()
		return nil, fmt.Errorf("pasha: recipe %q over %T: %w", recipe, functor, err)
	}
	return p, nil
}

func packFunctor[V any](p *parcel, functor Functor[V]) (err error) {
	values, ok := functor.(sliceFunctor[V])
	switch {
	case !ok:
		if err := p.check(reflect.ValueOf(functor), "functor", nil); err != nil {
			return err
		}
		if p.Functor, err = encode(&functor); err != nil {
			return fmt.Errorf("%w; it may have to be made known with gob.Register in an init function", err)
		}
	case hasPointers(reflect.TypeFor[V]()):
		p.Kind = crossedElement
		if err := p.check(reflect.ValueOf([]V(values)), "values", nil); err != nil {
			return err
		}
		p.Functor, err = encode((*[]V)(&values))
	default:
		p.Kind = crossedArray
		var array Array[V]
		if array, err = share(p, values); err == nil {
			p.Functor, err = encode(&array)
		}
	}
	return err
}

// share is values in shared memory: where they are, or copied there for the map.
func share[V any](p *parcel, values []V) (Array[V], error) {
	if _, ok := shared.Find(asBytes(values)); !ok {
		memory, copied, err := copyScratch(values)
		if err != nil {
			return Array[V]{}, err
		}
		p.free = func() { giveScratch(memory) }
		values = copied
	}
	return NewArray(values)
}

func unpackArgs[A, V any](p *parcel) (args A, functor Functor[V], err error) {
	if !empty[A]() {
		if err := decode(p.Args, &args); err != nil {
			return args, nil, fmt.Errorf("arguments: %w", err)
		}
	}
	switch p.Kind {
	case crossedArray:
		var array Array[V]
		err = decode(p.Functor, &array)
		if len(array.Data) == 0 { // values of a type without size
			array.Data = make([]V, p.Items)
		}
		functor = Slice(array.Data)
	case crossedElement:
		var values []V
		err = decode(p.Functor, &values)
		functor = Slice(values)
	default:
		err = decode(p.Functor, &functor)
	}
	return args, functor, err
}

// empty tells whether a type holds nothing, which gob cannot encode.
func empty[A any]() bool {
	t := reflect.TypeFor[A]()
	return t.Kind() == reflect.Struct && t.NumField() == 0
}

func encode(pointer any) (text []byte, err error) {
	defer func() {
		if value := recover(); value != nil { // of nil pointers in a slice, for one
			err = fmt.Errorf("%w: %v", ErrCross, value)
		}
	}()
	var out bytes.Buffer
	if err := gob.NewEncoder(&out).Encode(pointer); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrCross, err)
	}
	return out.Bytes(), nil
}

func decode(text []byte, pointer any) error {
	return gob.NewDecoder(bytes.NewReader(text)).Decode(pointer)
}

// check finds what gob would leave out without a word, and the arrays with slabs.
// path is what to call the value, above the pointers that led to it.
func (p *parcel) check(v reflect.Value, path string, above []unsafe.Pointer) error {
	refuse := func(format string, args ...any) error {
		return fmt.Errorf("%w: %s %s", ErrCross, path, fmt.Sprintf(format, args...))
	}
	if !v.IsValid() || v.IsZero() {
		return nil
	}
	if array, ok := v.Interface().(interface{ memory() []byte }); ok {
		p.addSlabs(array.memory())
	}
	switch v.Kind() {
	case reflect.Func, reflect.Chan, reflect.UnsafePointer:
		return refuse("is a %v", v.Type())
	case reflect.Interface:
		return p.check(v.Elem(), path, above)
	case reflect.Pointer:
		for _, pointer := range above {
			if pointer == v.UnsafePointer() {
				return refuse("leads back to itself")
			}
		}
		if encodesItself(v.Type()) {
			return nil
		}
		return p.check(v.Elem(), path, append(above, v.UnsafePointer()))
	case reflect.Struct:
		return p.checkStruct(v, path, above)
	case reflect.Map:
		for entries := v.MapRange(); entries.Next(); {
			if err := p.check(entries.Key(), path+" (key)", above); err != nil {
				return err
			}
			if err := p.check(entries.Value(), fmt.Sprintf("%s[%v]", path, entries.Key()), above); err != nil {
				return err
			}
		}
	case reflect.Slice, reflect.Array:
		if v.Kind() == reflect.Slice && v.Len() > 0 {
			if _, ok := shared.Find(unsafe.Slice((*byte)(v.UnsafePointer()), 1)); ok {
				return refuse("is a slice of an array in shared memory, of which a worker would get a copy: pass the array")
			}
		}
		if kind := v.Type().Elem().Kind(); kind <= reflect.Complex128 || kind == reflect.String {
			return nil
		}
		for i := range v.Len() {
			if err := p.check(v.Index(i), fmt.Sprintf("%s[%d]", path, i), above); err != nil {
				return err
			}
		}
	}
	return nil
}

// addSlabs notes the array with slabs that memory is a part of, once.
func (p *parcel) addSlabs(memory []byte) {
	found, ok := slabsWith(memory)
	for _, s := range p.slabs {
		ok = ok && !within(s.memory, found.memory)
	}
	if ok {
		p.slabs = append(p.slabs, found)
	}
}

func (p *parcel) checkStruct(v reflect.Value, path string, above []unsafe.Pointer) error {
	t := v.Type()
	if encodesItself(t) {
		known, ok := v.Interface().(interface{ labelled() reflect.Type })
		for i := range t.NumField() {
			if field := t.Field(i); field.Anonymous && encodesItself(field.Type) && t.NumField() > 1 && !(ok && known.labelled() == t) {
				return fmt.Errorf("%w: %s (%v) has more than the %v in it, which alone would cross: give that field a name", ErrCross, path, t, field.Type)
			}
		}
		return nil
	}
	for i := range t.NumField() {
		field := t.Field(i)
		name := path + "." + field.Name
		if !field.IsExported() {
			if !v.Field(i).IsZero() {
				return fmt.Errorf("%w: %s is not exported, so that it would be left out: begin its name with a capital letter", ErrCross, name)
			}
			continue
		}
		if err := p.check(v.Field(i), name, above); err != nil {
			return err
		}
	}
	return nil
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
