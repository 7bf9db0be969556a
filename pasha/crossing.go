package pasha

import (
	"encoding/gob"
	"fmt"
	"reflect"
	"unsafe"

	"extrapasha/internal/crew"
	"extrapasha/internal/cross"
	"extrapasha/internal/memory"
)

// ErrCross is wrapped by errors about kernels, arguments or functors that cannot
// cross to a worker process, which come before any work is started, and by those about
// results that could not cross back, since they are not in arrays.
var ErrCross = cross.Err

func init() {
	gob.Register(rangeFunctor{})
	gob.Register(&PanicError{})
	RegisterError(ErrContext, ErrMemory, ErrShape, ErrWrap, crew.ErrExit)
}

// RegisterError makes errors known that kernels may return, so that errors.Is finds
// them in what a map returns whose kernel ran in another process: for variables
// such as io.EOF. Call it from an init function. Types of errors that errors.As is
// to find are made known with gob.Register, and must be such that gob can encode
// them.
//
// Of other errors the text comes back.
func RegisterError(errs ...error) { cross.RegisterError(errs...) }

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
func pack[A, V any](recipe string, args A, functor Functor[V]) (*crew.Packed, error) {
	if recipes.find(recipe) == nil { // one of pasha's own
		var item V
		return nil, fmt.Errorf("%w: reductions over items of type %T are not known to worker processes; call psh.RegisterItems[%T]() in an init function", ErrCross, item, item)
	}
	p := &crew.Packed{Parcel: crew.Parcel{Recipe: recipe, Items: functor.Len()}}
	err := checker(p).Value(reflect.ValueOf(&args).Elem(), "arguments")
	if err == nil && !cross.Empty(reflect.TypeFor[A]()) {
		p.Args, err = cross.Encode(&args)
	}
	if err != nil {
		return nil, fmt.Errorf("pasha: recipe %q: %w", recipe, err)
	}
	if err = packFunctor(p, functor); err != nil {
		p.Free()
		return nil, fmt.Errorf("pasha: recipe %q over %T: %w", recipe, functor, err)
	}
	return p, nil
}

// checker finds what would not cross, and the arrays that do.
func checker(p *crew.Packed) *cross.Check {
	return &cross.Check{
		Meet: func(value any) {
			if array, ok := value.(interface{ place() crew.Place }); ok {
				p.Meet(array.place())
			}
		},
		Whole: func(value any) bool {
			known, ok := value.(interface{ labelled() reflect.Type })
			return ok && known.labelled() == reflect.TypeOf(value)
		},
		Shared: func(memory []byte) bool { _, ok := crew.Memory.Find(memory); return ok },
	}
}

func packFunctor[V any](p *crew.Packed, functor Functor[V]) (err error) {
	values, ok := functor.(sliceFunctor[V])
	switch {
	case !ok:
		if err := checker(p).Value(reflect.ValueOf(functor), "functor"); err != nil {
			return err
		}
		if p.Functor, err = cross.Encode(&functor); err != nil {
			return fmt.Errorf("%w; it may have to be made known with gob.Register in an init function", err)
		}
	case cross.HasPointers(reflect.TypeFor[V]()):
		p.Kind = crew.Element
		if err := checker(p).Value(reflect.ValueOf([]V(values)), "values"); err != nil {
			return err
		}
		p.Functor, err = cross.Encode((*[]V)(&values))
	default:
		p.Kind = crew.Flat
		var array Array[V]
		if array, err = shareValues(p, values); err == nil {
			p.Inputs = append(p.Inputs, array.place())
			p.Functor, err = cross.Encode(&array)
		}
	}
	return err
}

// shareValues is values in shared memory: where they are, or copied there for the map.
func shareValues[V any](p *crew.Packed, values []V) (Array[V], error) {
	from := memory.Bytes(values)
	if _, ok := crew.Memory.Find(from); !ok {
		to, err := crew.TakeScratch(len(from))
		if err != nil {
			return Array[V]{}, err
		}
		p.OnFree(func() { crew.GiveScratch(to) })
		const part = 1 << 18
		err = onCores(len(from)/part+1, func(i int) {
			copy(to[i*part:], from[i*part:min((i+1)*part, len(from))])
		})
		if err != nil {
			return Array[V]{}, err
		}
		values = unsafe.Slice((*V)(unsafe.Pointer(unsafe.SliceData(to))), len(values))
	}
	return NewArray(values)
}

func unpackArgs[A, V any](p *crew.Parcel) (args A, functor Functor[V], err error) {
	if !cross.Empty(reflect.TypeFor[A]()) {
		if err := cross.Decode(p.Args, &args); err != nil {
			return args, nil, fmt.Errorf("arguments: %w", err)
		}
	}
	switch p.Kind {
	case crew.Flat:
		var array Array[V]
		err = cross.Decode(p.Functor, &array)
		if len(array.Data) == 0 { // values of a type without size
			array.Data = make([]V, p.Items)
		}
		functor = Slice(array.Data)
	case crew.Element:
		var values []V
		err = cross.Decode(p.Functor, &values)
		functor = Slice(values)
	default:
		err = cross.Decode(p.Functor, &functor)
	}
	return args, functor, err
}
