package strided

import (
	"cmp"
	"math/bits"
	"slices"
)

type number interface {
	~int8 | ~int16 | ~int32 | ~int64 | ~int | ~uint8 | ~uint16 | ~uint32 | ~uint64 | ~uint | ~float32 | ~float64
}

// Neighbours are the n-th and the next element as they would be in order; the last one
// has none but itself.
func Neighbours[T number](data []T, n int) (low, high float64) {
	selectNth(data, n)
	if n+1 == len(data) {
		return float64(data[n]), float64(data[n])
	}
	return float64(data[n]), float64(slices.Min(data[n+1:]))
}

// selectNth puts the element at n that would be there if all were in order, with no
// larger ones before and no smaller ones behind it. There must be no NaN.
func selectNth[T cmp.Ordered](data []T, n int) {
	// Some orders make a bad choice of pivots; then the rest is put in order.
	for rounds := 2*bits.Len(uint(len(data))) + 8; len(data) > 16 && rounds > 0; rounds-- {
		below, above := partition(data, pivot(data))
		switch {
		case n <= below:
			data = data[:below+1]
		case n >= above:
			data, n = data[above:], n-above
		default:
			return
		}
	}
	slices.Sort(data)
}

// pivot is the median of three medians of three.
func pivot[T cmp.Ordered](data []T) T {
	step := (len(data) - 1) / 8
	at := func(i int) T { return data[i*step] }
	return middle(middle(at(0), at(1), at(2)), middle(at(3), at(4), at(5)), middle(at(6), at(7), at(8)))
}

func middle[T cmp.Ordered](a, b, c T) T { return max(min(a, b), min(max(a, b), c)) }

// partition puts what is at most the pivot before what is at least it: up to below, and
// from above on. What lies between is like the pivot.
func partition[T cmp.Ordered](data []T, pivot T) (below, above int) {
	i, j := 0, len(data)-1
	for i <= j {
		for data[i] < pivot {
			i++
		}
		for data[j] > pivot {
			j--
		}
		if i <= j {
			data[i], data[j] = data[j], data[i]
			i, j = i+1, j-1
		}
	}
	return j, i
}
