// Package along reduces arrays along some of their dimensions.
//
// It sees an array as runs of elements at equal distance along one dimension, the one
// whose elements lie closest together. All of a run belong to one element of the result
// where that dimension is reduced, and each to its own, which are neighbours, where it is
// kept.
package along

import (
	"fmt"
	"slices"

	"extrapasha/internal/strided"
)

// Array is an array whose dimensions are put in order to be reduced.
type Array[T any] struct {
	data       []T
	kept, gone strided.Axes // the dimensions of the result, and those that it does not have
	Shape      []int        // of the result
	run        Run
}

// Run calls work for each task, on all cores.
type Run func(tasks int, work func(task int)) error

// Of takes the given dimensions away, all where none are given; negative ones count from
// the last.
func Of[T any](data []T, axes strided.Axes, over []int, run Run) (*Array[T], error) {
	ndim := len(axes.Lengths)
	gone := make([]bool, ndim)
	for _, axis := range over {
		at := axis
		if at < 0 {
			at += ndim
		}
		if at < 0 || at >= ndim || gone[at] {
			var zero T
			return nil, fmt.Errorf("%w: no dimension %d in %T array of shape %s, or twice", strided.ErrShape, axis, zero, strided.Text(axes.Lengths))
		}
		gone[at] = true
	}
	r := &Array[T]{data: data, Shape: []int{}, run: run}
	for axis, length := range axes.Lengths {
		to := &r.kept
		if gone[axis] || len(over) == 0 {
			to = &r.gone
		} else {
			r.Shape = append(r.Shape, length)
		}
		if length != 1 {
			to.Lengths, to.Strides = append(to.Lengths, length), append(to.Strides, axes.Strides[axis])
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

// inner tells whether the runs are of a dimension that is reduced.
func (r *Array[T]) inner() bool {
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
func (r *Array[T]) tasks(tile, parts int, work func(part, from, to, first, last int)) error {
	kept, gone := r.kept.Size(), r.gone.Size()
	tiles := (kept + tile - 1) / tile
	do := func(task int) {
		from, part := task%tiles*tile, task/tiles
		work(part, from, min(from+tile, kept), part*gone/parts, (part+1)*gone/parts)
	}
	if kept*gone > taskSize {
		return r.run(tiles*parts, do)
	}
	for task := range tiles * parts {
		do(task)
	}
	return nil
}
