package pasha

import (
	"errors"
	"fmt"
	"iter"
	"reflect"
	"sync"
)

// ErrWrap is wrapped by the errors of [Wrap].
var ErrWrap = errors.New("no functor")

// wrappers holds a []func(any) Functor[V] for each type V.
var wrappers sync.Map

// RegisterWrapper adds a kind of value that [Wrap] knows, for kernels that take
// a V. wrap returns nil for values it does not know. Call it from an init
// function.
func RegisterWrapper[V any](wrap func(value any) Functor[V]) {
	list, _ := wrappers.LoadOrStore(reflect.TypeFor[V](), new(wrapperList[V]))
	registered := list.(*wrapperList[V])
	registered.Lock()
	defer registered.Unlock()
	registered.wraps = append(registered.wraps, wrap)
}

type wrapperList[V any] struct {
	sync.Mutex
	wraps []func(any) Functor[V]
}

// Wrap finds the functor for a value, for kernels that take a V: a functor is
// its own; a slice of V, an [Array] along its first dimension (V is an Array of
// the same type), an iterator over V or over pairs ([Pair]), and an int n for
// 0 to n-1 (V is int) are known, others come with [RegisterWrapper]. A value
// that no kind or more than one kind fits is an error.
func Wrap[V any](value any) (Functor[V], error) {
	var found []Functor[V]
	if functor := wrapKnown[V](value); functor != nil {
		found = append(found, functor)
	}
	if list, ok := wrappers.Load(reflect.TypeFor[V]()); ok {
		registered := list.(*wrapperList[V])
		registered.Lock()
		defer registered.Unlock()
		for _, wrap := range registered.wraps {
			if functor := wrap(value); functor != nil {
				found = append(found, functor)
			}
		}
	}
	var v V
	switch len(found) {
	case 1:
		return found[0], nil
	case 0:
		return nil, fmt.Errorf("pasha: %w for a kernel over %T in a %T; RegisterWrapper adds kinds of values", ErrWrap, v, value)
	}
	return nil, fmt.Errorf("pasha: %w: a %T for a kernel over %T is known as more than one kind: %T and %T", ErrWrap, value, v, found[0], found[1])
}

// wrapKnown is the functor for the kinds of value that pasha itself knows.
func wrapKnown[V any](value any) Functor[V] {
	switch value := value.(type) {
	case Functor[V]:
		return value
	case []V:
		return Slice(value)
	case iter.Seq[V]:
		return Seq(value)
	case func(func(V) bool):
		return Seq(iter.Seq[V](value))
	case int:
		functor, _ := Range(0, value, 1).(Functor[V])
		return functor
	case interface{ rows() any }:
		functor, _ := value.rows().(Functor[V])
		return functor
	}
	if pair, ok := any(new(V)).(interface{ gather(seq any) any }); ok {
		functor, _ := pair.gather(value).(Functor[V])
		return functor
	}
	return nil
}

// rows is the array's own functor, without its type.
func (a Array[T]) rows() any {
	functor, err := Along(a, 0)
	if err != nil {
		return nil
	}
	return functor
}

// gather is the functor over an iterator of such pairs, without its type.
func (*Pair[K, V]) gather(seq any) any {
	switch seq := seq.(type) {
	case iter.Seq2[K, V]:
		return Seq2(seq)
	case func(func(K, V) bool):
		return Seq2(iter.Seq2[K, V](seq))
	}
	return nil
}
