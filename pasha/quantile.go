package pasha

import (
	"fmt"

	"extrapasha/internal/along"
)

// Median is the median over the given dimensions as numpy.median makes it, see [Sum]: of
// an even number of elements the mean of the two in the middle, in float64; NaN where one
// element is, or there are none. It is found by selection, in a copy.
func Median[T Number](a Array[T], axes ...int) (Array[float64], error) {
	return reduceAlong("Median", a, axes, func(r *along.Array[T]) ([]float64, error) { return along.Median(r, false) })
}

// NaNMedian is [Median] without the elements that are not a number.
func NaNMedian[T Number](a Array[T], axes ...int) (Array[float64], error) {
	return reduceAlong("NaNMedian", a, axes, func(r *along.Array[T]) ([]float64, error) { return along.Median(r, true) })
}

// Quantile is what a part of the elements, from 0 to 1, is below, over the given
// dimensions: between two elements linearly, as numpy.quantile has it by default. See
// [Median].
func Quantile[T Number](a Array[T], part float64, axes ...int) (Array[float64], error) {
	return quantile("Quantile", a, part, axes, false)
}

// NaNQuantile is [Quantile] without the elements that are not a number.
func NaNQuantile[T Number](a Array[T], part float64, axes ...int) (Array[float64], error) {
	return quantile("NaNQuantile", a, part, axes, true)
}

func quantile[T Number](what string, a Array[T], part float64, axes []int, skipNaN bool) (Array[float64], error) {
	if !(part >= 0 && part <= 1) {
		return Array[float64]{}, fmt.Errorf("pasha: %s: %v, expected a part from 0 to 1", what, part)
	}
	return reduceAlong(what, a, axes, func(r *along.Array[T]) ([]float64, error) { return along.Quantile(r, part, skipNaN) })
}
