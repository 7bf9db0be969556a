package along

import (
	"fmt"
	"math"
)

// Number is the types of elements that can be added up and compared.
type Number interface {
	int8 | int16 | int32 | int64 | int | uint8 | uint16 | uint32 | uint64 | uint | float32 | float64
}

// Accumulator is the types that sums can be made in.
type Accumulator interface{ int64 | uint64 | float64 }

// IsFloating and isSigned tell about a type of numbers.
func IsFloating[T Number]() bool { return T(1)/T(2) != 0 }
func isSigned[T Number]() bool   { zero := T(0); return zero-1 < 0 }

// IsNaN tells whether a number is none, as only floats can.
func IsNaN[T Number](x T) bool {
	y := x // which spares the tools a surprise
	return x != y
}

// CheckSum makes sure that a sum can be made in S: as in NumPy, integers of a sign are
// added up in int64, those without in uint64 or, if they have less bits, in int64.
// Any number can be added up in float64.
func CheckSum[S Accumulator, T Number]() error {
	var sum S
	var x T
	ok := true
	switch any(sum).(type) {
	case int64:
		ok = !IsFloating[T]() && (isSigned[T]() || uint64(T(0)-1) <= math.MaxInt64)
	case uint64:
		ok = !IsFloating[T]() && !isSigned[T]()
	}
	if !ok {
		return fmt.Errorf("a sum of %T in %T would not be right, expected one in float64 or an integer that holds them", x, sum)
	}
	return nil
}

// AddTo adds numbers to the sum of each.
func AddTo[S Accumulator, T Number](sums []S, data []T, skipNaN bool) {
	sums = sums[:len(data)]
	if skipNaN {
		for i, x := range data {
			if !IsNaN(x) {
				sums[i] += S(x)
			}
		}
		return
	}
	for i, x := range data {
		sums[i] += S(x)
	}
}

// Count counts numbers in bins of equal width between edges. That edges are numbers of
// limited precision makes it look whether the bin that a number is worked out to be in is
// the right one.
func Count[T Number](counts []int64, edges []float64, run []T, stride int) {
	bins := len(counts)
	low, high := edges[0], edges[bins]
	scale := float64(bins) / (high - low)
	for i := 0; i < len(run); i += stride {
		x := float64(run[i])
		if !(x >= low && x <= high) {
			continue
		}
		bin := min(int((x-low)*scale), bins-1)
		if x < edges[bin] {
			bin--
		} else if bin+1 < bins && x >= edges[bin+1] {
			bin++
		}
		counts[bin]++
	}
}
