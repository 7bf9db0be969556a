package pasha

import (
	"fmt"
	"slices"
)

// Reductions of arrays see an array as runs of elements at equal distance along one
// dimension, the one whose elements lie closest together. All of a run belong to one
// element of the result where that dimension is reduced, and each to its own, which are
// neighbours, where it is kept.

// reduced is an array whose dimensions are put in order to be reduced.
type reduced[T any] struct {
	data       []T
	kept, gone axes  // the dimensions of the result, and those that it does not have
	shape      []int // of the result
}

// axes are dimensions, with their strides in the data.
type axes struct{ lengths, strides []int }

func (a axes) size() int {
	size := 1
	for _, length := range a.lengths {
		size *= length
	}
	return size
}

// offset is where in the data the n-th position is, in C order of the dimensions.
func (a axes) offset(n int) (offset int) {
	for axis := len(a.lengths) - 1; axis >= 0; axis-- {
		offset += n % a.lengths[axis] * a.strides[axis]
		n /= a.lengths[axis]
	}
	return offset
}

// stride is the distance of elements along the last dimension.
func (a axes) stride() int {
	if len(a.strides) == 0 {
		return 1
	}
	return max(a.strides[len(a.strides)-1], 1)
}

// runs visits the positions from from up to but not including to, as runs along the last
// dimension: the number of the first, where it is in the data, and how many follow.
func (a axes) runs(from, to int, visit func(n, offset, count int)) {
	length := 1
	if len(a.lengths) > 0 {
		length = a.lengths[len(a.lengths)-1]
	}
	for n := from; n < to; {
		count := min(length-n%length, to-n)
		visit(n, a.offset(n), count)
		n += count
	}
}

// reduceAxes takes away the given dimensions, all where none are given; negative ones
// count from the last.
func reduceAxes[T any](what string, a Array[T], over []int) (*reduced[T], error) {
	gone := make([]bool, a.NDim())
	for _, axis := range over {
		at := axis
		if at < 0 {
			at += a.NDim()
		}
		if at < 0 || at >= a.NDim() || gone[at] {
			return nil, fmt.Errorf("pasha: %s: %w: no dimension %d in %v, or twice", what, ErrShape, axis, a)
		}
		gone[at] = true
	}
	r := &reduced[T]{data: a.Data, shape: []int{}}
	for axis, length := range a.shape {
		to := &r.kept
		if gone[axis] || len(over) == 0 {
			to = &r.gone
		} else {
			r.shape = append(r.shape, length)
		}
		if length != 1 {
			to.lengths, to.strides = append(to.lengths, length), append(to.strides, a.strides[axis])
		}
	}
	if slices.Contains(r.gone.lengths, 0) {
		r.gone = axes{lengths: []int{0}, strides: []int{1}}
	}
	r.gone.sort()
	r.gone.join()
	r.kept.join()
	return r, nil
}

// sort puts the dimension whose elements lie closest together last.
func (a *axes) sort() {
	order := make([]int, len(a.lengths))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int { return a.strides[j] - a.strides[i] })
	lengths, strides := slices.Clone(a.lengths), slices.Clone(a.strides)
	for to, from := range order {
		a.lengths[to], a.strides[to] = lengths[from], strides[from]
	}
}

// join makes one dimension of neighbours that are like one.
func (a *axes) join() {
	last := 0
	for i := 1; i < len(a.lengths); i++ {
		if a.strides[last] == a.lengths[i]*a.strides[i] {
			a.lengths[last] *= a.lengths[i]
		} else {
			last++
			a.lengths[last] = a.lengths[i]
		}
		a.strides[last] = a.strides[i]
	}
	a.lengths, a.strides = a.lengths[:min(last+1, len(a.lengths))], a.strides[:min(last+1, len(a.strides))]
}

// along tells whether the runs are of a dimension that is reduced.
func (r *reduced[T]) along() bool {
	return len(r.kept.lengths) == 0 || len(r.gone.lengths) > 0 && r.gone.stride() < r.kept.stride()
}

const (
	// tileSize is how many elements of a result are worked out at a time at most, so
	// that they stay near a core.
	tileSize = 8192
	// taskSize is about how many elements of an array are one task.
	taskSize = 1 << 16
	// mostParts is into how many parts the elements are divided that few elements of a
	// result are made of, so that there is something to do for many cores.
	mostParts = 64
)

// tasks calls work for ranges of the elements of the result and of those that each is
// made of, on all cores where that is worth it. How often each range of the latter comes
// is the number of parts; neither depends on the number of cores.
func (r *reduced[T]) tasks(tile, parts int, work func(part, from, to, first, last int)) error {
	kept, gone := r.kept.size(), r.gone.size()
	tiles := (kept + tile - 1) / tile
	ctx := Serial()
	if kept*gone > taskSize {
		ctx = Threads(0)
	}
	return Map(func(_, task, _ int) error {
		from, part := task%tiles*tile, task/tiles
		work(part, from, min(from+tile, kept), part*gone/parts, (part+1)*gone/parts)
		return nil
	}, Range(0, tiles*parts, 1), On(ctx))
}
