package pasha

import (
	"fmt"
	"slices"

	"extrapasha/internal/strided"
)

// Number is the types of elements that can be added up and compared. Numbers in half
// precision are converted to float32 first.
type Number interface {
	int8 | int16 | int32 | int64 | int | uint8 | uint16 | uint32 | uint64 | uint | float32 | float64
}

// Accumulator is the types that sums can be made in.
type Accumulator interface{ int64 | uint64 | float64 }

// Numbers is an item that the reductions take which pasha has itself: an [Array] of
// numbers, or a struct that embeds one, such as [Labelled]. A slice of numbers is made of
// such items by [NewArray] and [Along].
type Numbers[T Number] interface{ numbers() Array[T] }

func (a Array[T]) numbers() Array[T] { return a }

// flat gives the elements of arrays of one shape in C order.
type flat[T Number] struct {
	shape  []int
	buffer []T // for arrays that are not compact
}

func (f *flat[T]) of(a Array[T]) ([]T, error) {
	if !slices.Equal(a.shape, f.shape) {
		return nil, fmt.Errorf("%w: %v, expected shape %s as the first item has it", ErrShape, a, strided.Text(f.shape))
	}
	if a.Compact() {
		return a.Data[:a.Size()], nil
	}
	f.buffer = strided.Append(f.buffer[:0], a.Data, a.axes())
	return f.buffer, nil
}
