package pasha

import (
	"fmt"
	"math"

	"extrapasha/internal/strided"
)

// Median is the median over the given dimensions as numpy.median makes it, see [Sum]: of
// an even number of elements the mean of the two in the middle, in float64; NaN where one
// element is, or there are none. It is found by selection, in a copy.
func Median[T Number](a Array[T], axes ...int) (Array[float64], error) {
	return quantiles("Median", a, axes, false, median[T])
}

// NaNMedian is [Median] without the elements that are not a number.
func NaNMedian[T Number](a Array[T], axes ...int) (Array[float64], error) {
	return quantiles("NaNMedian", a, axes, true, median[T])
}

// Quantile is what a part of the elements, from 0 to 1, is below, over the given
// dimensions: between two elements linearly, as numpy.quantile has it by default. See
// [Median].
func Quantile[T Number](a Array[T], part float64, axes ...int) (Array[float64], error) {
	return quantilesAt("Quantile", a, part, axes, false)
}

// NaNQuantile is [Quantile] without the elements that are not a number.
func NaNQuantile[T Number](a Array[T], part float64, axes ...int) (Array[float64], error) {
	return quantilesAt("NaNQuantile", a, part, axes, true)
}

func quantilesAt[T Number](what string, a Array[T], part float64, axes []int, skipNaN bool) (Array[float64], error) {
	if !(part >= 0 && part <= 1) {
		return Array[float64]{}, fmt.Errorf("pasha: %s: %v, expected a part from 0 to 1", what, part)
	}
	return quantiles(what, a, axes, skipNaN, func(data []T) float64 { return quantile(data, part) })
}

// gatherSize is about how many elements are copied together at a time.
const gatherSize = 1 << 18

// quantiles calls find with a copy of the elements that each of the result is made of, if
// there are any and none is NaN.
func quantiles[T Number](what string, a Array[T], axes []int, skipNaN bool, find func([]T) float64) (Array[float64], error) {
	r, err := reduceAxes(what, a, axes)
	if err != nil {
		return Array[float64]{}, err
	}
	out, err := Alloc[float64](Shape(r.shape...), Fill(math.NaN()), In(Serial()))
	size := r.gone.Size()
	if err != nil || size == 0 || out.Size() == 0 {
		return out, err
	}
	err = r.tasks(min(max(gatherSize/size, 1), 64), 1, func(_, from, to, _, _ int) {
		buffer := make([]T, (to-from)*size)
		r.gather(buffer, from, to)
		for k := from; k < to; k++ {
			data := buffer[(k-from)*size : (k-from+1)*size]
			if finite := numbersOf(data); len(finite) > 0 && (skipNaN || len(finite) == size) {
				out.Data[k] = find(finite)
			}
		}
	})
	return out, err
}

// gather copies the elements of some of the results, those of each together.
func (r *reduced[T]) gather(buffer []T, from, to int) {
	size := r.gone.Size()
	if r.along() {
		stride := r.gone.Stride()
		for k := from; k < to; k++ {
			base := r.kept.Offset(k)
			r.gone.Runs(0, size, func(_, offset, count int) {
				run := r.data[base+offset:]
				if stride == 1 {
					copy(buffer, run[:count])
				} else {
					for i := range count {
						buffer[i] = run[i*stride]
					}
				}
				buffer = buffer[count:]
			})
		}
		return
	}
	stride := r.kept.Stride()
	for g := range size {
		base := r.gone.Offset(g)
		r.kept.Runs(from, to, func(k, offset, count int) {
			run := r.data[base+offset:]
			for i := range count {
				buffer[(k-from+i)*size+g] = run[i*stride]
			}
		})
	}
}

// numbersOf moves the elements that are numbers to the front.
func numbersOf[T Number](data []T) []T {
	if !isFloating[T]() {
		return data
	}
	kept := 0
	for _, x := range data {
		data[kept] = x
		if x == x {
			kept++
		}
	}
	return data[:kept]
}

func median[T Number](data []T) float64 {
	low, high := strided.Neighbours(data, (len(data)-1)/2)
	if len(data)%2 == 1 {
		return low
	}
	return (low + high) / 2
}

func quantile[T Number](data []T, part float64) float64 {
	at := part * float64(len(data)-1)
	n := int(at)
	low, high := strided.Neighbours(data, n)
	weight := at - float64(n)
	switch {
	case weight == 0 || low == high: // also of infinite ones
		return low
	case weight < 0.5:
		return low + (high-low)*weight
	}
	return high - (high-low)*(1-weight)
}
