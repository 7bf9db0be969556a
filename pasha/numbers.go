package pasha

import (
	"fmt"
	"math"
	"slices"
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

// isFloat and isSigned tell about a type of numbers.
func isFloating[T Number]() bool { return T(1)/T(2) != 0 }
func isSigned[T Number]() bool   { zero := T(0); return zero-1 < 0 }

// isNaN tells whether a number is none, as only floats can.
func isNaN[T Number](x T) bool {
	y := x // which spares the tools a surprise
	return x != y
}

// checkSum makes sure that a sum can be made in S: as in NumPy, integers of a sign are
// added up in int64, those without in uint64 or, if they have less bits, in int64.
// Any number can be added up in float64.
func checkSum[S Accumulator, T Number]() error {
	var sum S
	var x T
	ok := true
	switch any(sum).(type) {
	case int64:
		ok = !isFloating[T]() && (isSigned[T]() || uint64(T(0)-1) <= math.MaxInt64)
	case uint64:
		ok = !isFloating[T]() && !isSigned[T]()
	}
	if !ok {
		return fmt.Errorf("pasha: a sum of %T in %T would not be right, expected one in float64 or an integer that holds them", x, sum)
	}
	return nil
}

// flat gives the elements of arrays of one shape in C order.
type flat[T Number] struct {
	shape  []int
	buffer []T // for arrays that are not compact
}

func (f *flat[T]) of(a Array[T]) ([]T, error) {
	if !slices.Equal(a.shape, f.shape) {
		return nil, fmt.Errorf("%w: %v, expected shape %s as the first item has it", ErrShape, a, shapeString(f.shape))
	}
	if a.Compact() {
		return a.Data[:a.Size()], nil
	}
	f.buffer = a.appendTo(f.buffer[:0])
	return f.buffer, nil
}
