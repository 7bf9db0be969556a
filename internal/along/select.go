package along

import (
	"cmp"
	"math/bits"
	"slices"
)

// neighbours are the n-th and the next element as they would be in order; the last one
// has none but itself.
func neighbours[T Number](data []T, n int) (low, high float64) {
	data, n = narrowed(data, n)
	selectNth(data, n)
	if n+1 == len(data) {
		return float64(data[n]), float64(data[n])
	}
	return float64(data[n]), float64(slices.Min(data[n+1:]))
}

// narrowed are a few of the data that have the n-th and the next element among them, and
// the place of the n-th there: a sample tells between which values they ought to be, and
// one pass without branches brings what is there to the front. Where the data is small, or
// the sample misleads, it is all of it.
func narrowed[T Number](data []T, n int) ([]T, int) {
	const size, margin = 1 << 10, 1 << 6 // four standard deviations of the place in a sample
	if len(data) < 16*size {
		return data, n
	}
	sample := make([]T, size)
	for i := range sample {
		sample[i] = data[i*(len(data)/size)]
	}
	slices.Sort(sample)
	at := int(float64(n) / float64(len(data)) * size)
	low, high := sample[max(at-margin, 0)], sample[min(at+margin, size-1)]
	if at < margin {
		low = slices.Min(data)
	}
	if at+margin >= size {
		high = slices.Max(data)
	}
	below, within := 0, 0
	for i, x := range data {
		data[i], data[within] = data[within], x
		within += one(x >= low) & one(x <= high)
		below += one(x < low)
	}
	switch {
	case n < below || n+1 >= below+within:
		return data, n
	case within > len(data)/2: // many are alike
		return data[:within], n - below
	}
	return narrowed(data[:within], n-below)
}

// one is 1 for what holds, without a branch.
func one(holds bool) (n int) {
	if holds {
		n = 1
	}
	return n
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
