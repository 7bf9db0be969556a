// Package strided knows how the elements of an array lie in memory along its dimensions.
package strided

import "slices"

// Axes are dimensions, with their strides in the data.
type Axes struct{ Lengths, Strides []int }

func (a Axes) Size() int {
	size := 1
	for _, length := range a.Lengths {
		size *= length
	}
	return size
}

// Offset is where in the data the n-th position is, in C order of the dimensions.
func (a Axes) Offset(n int) (offset int) {
	for axis := len(a.Lengths) - 1; axis >= 0; axis-- {
		offset += n % a.Lengths[axis] * a.Strides[axis]
		n /= a.Lengths[axis]
	}
	return offset
}

// Stride is the distance of elements along the last dimension.
func (a Axes) Stride() int {
	if len(a.Strides) == 0 {
		return 1
	}
	return max(a.Strides[len(a.Strides)-1], 1)
}

// Runs visits the positions from from up to but not including to, as runs along the last
// dimension: the number of the first, where it is in the data, and how many follow.
func (a Axes) Runs(from, to int, visit func(n, offset, count int)) {
	length := 1
	if len(a.Lengths) > 0 {
		length = a.Lengths[len(a.Lengths)-1]
	}
	for n := from; n < to; {
		count := min(length-n%length, to-n)
		visit(n, a.Offset(n), count)
		n += count
	}
}

// Sort puts the dimension whose elements lie closest together last.
func (a *Axes) Sort() {
	order := make([]int, len(a.Lengths))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int { return a.Strides[j] - a.Strides[i] })
	lengths, strides := slices.Clone(a.Lengths), slices.Clone(a.Strides)
	for to, from := range order {
		a.Lengths[to], a.Strides[to] = lengths[from], strides[from]
	}
}

// Join makes one dimension of neighbours that are like one.
func (a *Axes) Join() {
	last := 0
	for i := 1; i < len(a.Lengths); i++ {
		if a.Strides[last] == a.Lengths[i]*a.Strides[i] {
			a.Lengths[last] *= a.Lengths[i]
		} else {
			last++
			a.Lengths[last] = a.Lengths[i]
		}
		a.Strides[last] = a.Strides[i]
	}
	a.Lengths, a.Strides = a.Lengths[:min(last+1, len(a.Lengths))], a.Strides[:min(last+1, len(a.Strides))]
}
