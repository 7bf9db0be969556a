package pasha

import (
	"fmt"
	"iter"
	"slices"

	"extrapasha/internal/strided"
)

// ErrShape is wrapped by every error about a shape or a selection: a negative
// or overflowing length, a dimension that is not there, a position outside it.
var ErrShape = strided.ErrShape

// Array is an n-dimensional array over a flat slice. It is a small value:
// copies of it, its rows and its views all share Data.
//
// The element at position (i, j, …) is Data[i*Strides()[0] + j*Strides()[1] + …].
// An array as [Alloc] makes it in C order is compact: Data holds its elements
// and nothing else, the last dimension running fastest. In a view Data starts
// at the first element and may hold elements that are not in the view.
type Array[T any] struct {
	Data    []T
	shape   []int
	strides []int
}

// Shaped is anything that has a shape, see [Like].
type Shaped interface {
	// Shape is the length of each dimension, the slowest in C order first.
	Shape() []int
}

// NewArray gives data a shape, in C order and without a copy. The shape must
// have as many elements as data; no shape at all means one dimension.
func NewArray[T any](data []T, shape ...int) (Array[T], error) {
	if len(shape) == 0 {
		shape = []int{len(data)}
	}
	size, err := strided.Size[T](shape)
	if err != nil {
		return Array[T]{}, fmt.Errorf("pasha: %w", err)
	}
	if size != len(data) {
		return Array[T]{}, fmt.Errorf("pasha: %w: %s has %d elements, the data %d", ErrShape, strided.Text(shape), size, len(data))
	}
	return arrayOf(data, slices.Clone(shape), false), nil
}

// arrayOf is NewArray with everything checked. It keeps shape.
func arrayOf[T any](data []T, shape []int, fortran bool) Array[T] {
	return Array[T]{Data: data, shape: shape, strides: strided.Compact(shape, fortran)}
}

// Shape is the length of each dimension. It is the array's own: do not change it.
func (a Array[T]) Shape() []int { return a.shape }

// Strides is the distance in Data between neighbours along each dimension, in
// elements. It is the array's own: do not change it.
func (a Array[T]) Strides() []int { return a.strides }

// NDim is the number of dimensions; a scalar has none.
func (a Array[T]) NDim() int { return len(a.shape) }

// Len is the length of the first dimension, 1 for a scalar.
func (a Array[T]) Len() int {
	if len(a.shape) == 0 {
		return min(len(a.Data), 1)
	}
	return a.shape[0]
}

// Size is the number of elements.
func (a Array[T]) Size() int {
	if len(a.shape) == 0 {
		return min(len(a.Data), 1)
	}
	return a.axes().Size()
}

// String tells type and shape, not the elements.
func (a Array[T]) String() string {
	var zero T
	return fmt.Sprintf("%T array of shape %s", zero, strided.Text(a.shape))
}

// At is the element at a position, one number per dimension. It panics, as a
// slice does, where the position is outside the array.
func (a Array[T]) At(position ...int) T { return a.Data[a.offset(position)] }

// Set stores value at a position, one number per dimension. It panics, as a
// slice does, where the position is outside the array.
func (a Array[T]) Set(value T, position ...int) { a.Data[a.offset(position)] = value }

func (a Array[T]) offset(position []int) int {
	if len(position) != len(a.shape) {
		panic(positionError(position, a.shape))
	}
	offset := 0
	for axis, i := range position {
		if uint(i) >= uint(a.shape[axis]) {
			panic(positionError(position, a.shape))
		}
		offset += i * a.strides[axis]
	}
	return offset
}

// positionError copies its arguments so that a position that is in range
// never has to leave the caller's stack.
func positionError(position, shape []int) error {
	return fmt.Errorf("pasha: %w: no element %s in an array of shape %s", ErrShape, strided.Text(slices.Clone(position)), strided.Text(shape))
}

// Row is the i-th slice along the first dimension, a view with one dimension
// less. It allocates nothing. It panics, as a slice does, where there is no
// such row.
func (a Array[T]) Row(i int) Array[T] {
	if len(a.shape) == 0 || uint(i) >= uint(a.shape[0]) {
		panic(positionError([]int{i}, a.shape))
	}
	row := Array[T]{shape: a.shape[1:], strides: a.strides[1:]}
	from := i * a.strides[0]
	row.Data = a.Data[min(from, len(a.Data)):min(from+row.axes().Extent(), len(a.Data))]
	return row
}

// axes is how the elements lie in Data.
func (a Array[T]) axes() strided.Axes { return strided.Axes{Lengths: a.shape, Strides: a.strides} }

// Rows iterates over the slices along the first dimension, as [Array.Row] gives them.
func (a Array[T]) Rows() iter.Seq2[int, Array[T]] {
	return func(yield func(int, Array[T]) bool) {
		for i := range a.Len() {
			if !yield(i, a.Row(i)) {
				return
			}
		}
	}
}

// All iterates over the elements in C order, whatever the order in memory, with
// their number in that order.
func (a Array[T]) All() iter.Seq2[int, T] {
	return func(yield func(int, T) bool) {
		n := 0
		strided.Lines(a.Data, a.axes(), func(run []T, stride int) bool {
			for i := 0; i < len(run); i += stride {
				if !yield(n, run[i]) {
					return false
				}
				n++
			}
			return true
		})
	}
}

// Compact tells whether the elements lie in C order and without gaps, so that
// Data[:Size()] is the array.
func (a Array[T]) Compact() bool { return a.axes().Compact() }

// Copy is a compact copy in C order.
func (a Array[T]) Copy() Array[T] {
	return arrayOf(strided.Append(make([]T, 0, a.Size()), a.Data, a.axes()), slices.Clone(a.shape), false)
}

// Fill sets every element to value.
func (a Array[T]) Fill(value T) {
	strided.Lines(a.Data, a.axes(), func(run []T, stride int) bool {
		for i := 0; i < len(run); i += stride {
			run[i] = value
		}
		return true
	})
}

// T is the array with its dimensions in reverse order, a view.
func (a Array[T]) T() Array[T] {
	a.shape, a.strides = slices.Clone(a.shape), slices.Clone(a.strides)
	slices.Reverse(a.shape)
	slices.Reverse(a.strides)
	return a
}

// Reshape is the same data with another shape of as many elements, a view. The
// array must be compact.
func (a Array[T]) Reshape(shape ...int) (Array[T], error) {
	if !a.Compact() {
		return Array[T]{}, fmt.Errorf("pasha: %w: %v is not compact, Copy it before Reshape", ErrShape, a)
	}
	size, err := strided.Size[T](shape)
	if err != nil {
		return Array[T]{}, fmt.Errorf("pasha: %w", err)
	}
	if size != a.Size() {
		return Array[T]{}, fmt.Errorf("pasha: %w: %v cannot become %s: %d elements, not %d", ErrShape, a, strided.Text(shape), a.Size(), size)
	}
	return arrayOf(a.Data, slices.Clone(shape), false), nil
}

// View is a part of the array, one [Sel] per dimension; dimensions behind the
// last Sel are taken whole. It shares the data. The error wraps [ErrShape] for what
// cannot be seen without a copy, lists and ranges that go backwards: see [Array.Pick].
//
//	frame, err := images.View(psh.At(3))                       // one frame
//	corner, err := images.View(psh.Every(), psh.Span(0, 64), psh.Span(0, 64))
func (a Array[T]) View(sels ...Sel) (Array[T], error) {
	sels, err := Expand(sels, len(a.shape))
	if err != nil {
		return Array[T]{}, fmt.Errorf("pasha: %v: %w", a, err)
	}
	view := Array[T]{}
	from := 0
	for axis, sel := range sels {
		start, count, step, err := sel.Resolve(a.shape[axis])
		if err == nil && step < 0 || sel.Listed() {
			err = fmt.Errorf("%w: a list or a range that goes backwards is no view, Pick it", ErrShape)
		}
		if err != nil {
			return Array[T]{}, fmt.Errorf("pasha: dimension %d: %w", axis, err)
		}
		from += start * a.strides[axis]
		if !sel.Single() {
			view.shape = append(view.shape, count)
			view.strides = append(view.strides, step*a.strides[axis])
		}
	}
	from = min(from, len(a.Data))
	view.Data = a.Data[from:min(from+view.axes().Extent(), len(a.Data))]
	return view, nil
}

// CopyFrom sets every element to that of an array of the same shape, whatever
// the order of both in memory.
func (a Array[T]) CopyFrom(from Array[T]) error {
	if !slices.Equal(a.shape, from.shape) {
		return fmt.Errorf("pasha: CopyFrom: %w: %v into %v", ErrShape, from, a)
	}
	if from.Compact() {
		strided.Copy(a.Data, a.axes(), from.Data)
	} else {
		strided.Copy(a.Data, a.axes(), from.Copy().Data)
	}
	return nil
}
