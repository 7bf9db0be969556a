package pasha

import (
	"fmt"
	"iter"
	"slices"
)

// Share is a range of the items of a functor, from Start up to but not
// including Stop.
type Share struct{ Start, Stop int }

// Len is the number of items in the share.
func (s Share) Len() int { return s.Stop - s.Start }

// Functor is a collection that a kernel can be mapped over.
type Functor[V any] interface {
	// Len is the number of items.
	Len() int
	// Walk visits the items of a share in order, each with its index in the
	// functor. Items without a value may be left out. Many walks run at once,
	// so a walk keeps its buffers and open files to itself. An error of visit
	// ends the walk, which returns it as it is. What visit is given may be
	// valid only until it returns: Copy to keep.
	Walk(share Share, visit func(index int, value V) error) error
}

// Divider is a functor that knows where it is best divided into shares: at the
// borders of files or chunks, say.
type Divider interface {
	// Cuts are indices, in ascending order, that are cheaper to start a share
	// at than others.
	Cuts() []int
}

type sliceFunctor[V any] []V

// Slice is the functor over the elements of a slice.
func Slice[V any](values []V) Functor[V] { return sliceFunctor[V](values) }

func (s sliceFunctor[V]) Len() int { return len(s) }

func (s sliceFunctor[V]) Walk(share Share, visit func(int, V) error) error {
	for i := share.Start; i < share.Stop; i++ {
		if err := visit(i, s[i]); err != nil {
			return err
		}
	}
	return nil
}

type rangeFunctor struct{ Start, Count, Step int }

// Range is the functor over the integers from start up to but not including
// stop, as Python's range. A negative step counts down. A step of 0 gives no
// items, as does a stop on the wrong side of start.
func Range(start, stop, step int) Functor[int] {
	r := rangeFunctor{Start: start, Step: step}
	switch {
	case step > 0 && stop > start:
		r.Count = (stop-start-1)/step + 1
	case step < 0 && stop < start:
		r.Count = (start-stop-1)/-step + 1
	}
	return r
}

func (r rangeFunctor) Len() int { return r.Count }

func (r rangeFunctor) Walk(share Share, visit func(int, int) error) error {
	for i := share.Start; i < share.Stop; i++ {
		if err := visit(i, r.Start+i*r.Step); err != nil {
			return err
		}
	}
	return nil
}

type axisFunctor[T any] struct {
	Array Array[T]
	Axis  int
}

// Along is the functor over the slices of an array along one dimension: its
// values are views with that dimension taken out. A negative axis counts from
// the last.
func Along[T any](array Array[T], axis int) (Functor[Array[T]], error) {
	if axis < 0 {
		axis += array.NDim()
	}
	if axis < 0 || axis >= array.NDim() {
		return nil, fmt.Errorf("pasha: Along: %w: no such dimension in %v", ErrShape, array)
	}
	return axisFunctor[T]{array, axis}, nil
}

func (f axisFunctor[T]) Len() int { return f.Array.shape[f.Axis] }

func (f axisFunctor[T]) ItemShape() []int {
	return slices.Delete(slices.Clone(f.Array.shape), f.Axis, f.Axis+1)
}

func (f axisFunctor[T]) Walk(share Share, visit func(int, Array[T]) error) error {
	item := Array[T]{
		shape:   f.ItemShape(),
		strides: slices.Delete(slices.Clone(f.Array.strides), f.Axis, f.Axis+1),
	}
	extent := item.axes().Extent()
	for i := share.Start; i < share.Stop; i++ {
		from := min(i*f.Array.strides[f.Axis], len(f.Array.Data))
		item.Data = f.Array.Data[from:min(from+extent, len(f.Array.Data))]
		if err := visit(i, item); err != nil {
			return err
		}
	}
	return nil
}

// Seq is the functor over what an iterator yields. The values are gathered when
// the functor is made, since many workers take shares of them: for data that
// does not fit into memory write a functor that reads it.
func Seq[V any](seq iter.Seq[V]) Functor[V] { return Slice(slices.Collect(seq)) }

// Pair is what a two-valued iterator yields at a time.
type Pair[K, V any] struct {
	Key   K
	Value V
}

// Seq2 is the functor over what a two-valued iterator yields, such as maps.All,
// gathered as [Seq] does.
func Seq2[K, V any](seq iter.Seq2[K, V]) Functor[Pair[K, V]] {
	var pairs []Pair[K, V]
	for key, value := range seq {
		pairs = append(pairs, Pair[K, V]{key, value})
	}
	return Slice(pairs)
}
