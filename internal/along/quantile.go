package along

import "math"

// gatherSize is about how many elements are copied together at a time.
const gatherSize = 1 << 18

// Median is the median of the elements that each of the result is made of, NaN where one
// of them is or there are none.
func Median[T Number](r *Array[T], skipNaN bool) ([]float64, error) {
	return quantiles(r, skipNaN, median[T])
}

// Quantile is what a part of the elements is below that each of the result is made of,
// NaN where one of them is or there are none.
func Quantile[T Number](r *Array[T], part float64, skipNaN bool) ([]float64, error) {
	return quantiles(r, skipNaN, func(data []T) float64 { return quantile(data, part) })
}

// quantiles calls find with a copy of the elements that each of the result is made of, if
// there are any and none is NaN.
func quantiles[T Number](r *Array[T], skipNaN bool, find func([]T) float64) ([]float64, error) {
	out, err := elements[float64](r.Shape)
	for k := range out {
		out[k] = math.NaN()
	}
	size := r.gone.Size()
	if err != nil || size == 0 || len(out) == 0 {
		return out, err
	}
	err = r.tasks(min(max(gatherSize/size, 1), 64), 1, func(_, from, to, _, _ int) {
		buffer := make([]T, (to-from)*size)
		r.gather(buffer, from, to)
		for k := from; k < to; k++ {
			data := buffer[(k-from)*size : (k-from+1)*size]
			if finite := numbersOf(data); len(finite) > 0 && (skipNaN || len(finite) == size) {
				out[k] = find(finite)
			}
		}
	})
	return out, err
}

// gather copies the elements of some of the results, those of each together.
func (r *Array[T]) gather(buffer []T, from, to int) {
	size := r.gone.Size()
	if r.inner() {
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
	if !IsFloating[T]() {
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
	low, high := neighbours(data, (len(data)-1)/2)
	if len(data)%2 == 1 {
		return low
	}
	return (low + high) / 2
}

func quantile[T Number](data []T, part float64) float64 {
	at := part * float64(len(data)-1)
	n := int(at)
	low, high := neighbours(data, n)
	weight := at - float64(n)
	switch {
	case weight == 0 || low == high: // also of infinite ones
		return low
	case weight < 0.5:
		return low + (high-low)*weight
	}
	return high - (high-low)*(1-weight)
}
