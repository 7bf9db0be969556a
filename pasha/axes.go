package pasha

import (
	"fmt"
	"slices"

	"extrapasha/internal/strided"
)

// Reductions of arrays see an array as runs of elements at equal distance along one
// dimension, the one whose elements lie closest together. All of a run belong to one
// element of the result where that dimension is reduced, and each to its own, which are
// neighbours, where it is kept.

// reduced is an array whose dimensions are put in order to be reduced.
type reduced[T any] struct {
	data       []T
	kept, gone strided.Axes // the dimensions of the result, and those that it does not have
	shape      []int        // of the result
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
			to.Lengths, to.Strides = append(to.Lengths, length), append(to.Strides, a.strides[axis])
		}
	}
	if slices.Contains(r.gone.Lengths, 0) {
		r.gone = strided.Axes{Lengths: []int{0}, Strides: []int{1}}
	}
	r.gone.Sort()
	r.gone.Join()
	r.kept.Join()
	return r, nil
}

// along tells whether the runs are of a dimension that is reduced.
func (r *reduced[T]) along() bool {
	return len(r.kept.Lengths) == 0 || len(r.gone.Lengths) > 0 && r.gone.Stride() < r.kept.Stride()
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
	kept, gone := r.kept.Size(), r.gone.Size()
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
