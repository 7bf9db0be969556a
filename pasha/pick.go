package pasha

import (
	"fmt"

	"extrapasha/internal/strided"
)

// Pick is a copy of a part of the array, one [Sel] per dimension, of any kind: lists,
// masks and ranges that go backwards, too. Dimensions behind the last Sel are taken
// whole. See [Array.View] for a part without a copy.
//
//	corners, err := images.Pick(psh.Ellipsis(), psh.Positions(0, -1))
func (a Array[T]) Pick(sels ...Sel) (Array[T], error) {
	sels, err := Expand(sels, len(a.shape))
	if err != nil {
		return Array[T]{}, fmt.Errorf("pasha: %v: %w", a, err)
	}
	from := 0
	shape, offsets := []int{}, [][]int{} // of each dimension that is left
	for axis, sel := range sels {
		positions, err := sel.Indices(a.shape[axis])
		if err != nil {
			return Array[T]{}, fmt.Errorf("pasha: dimension %d: %w", axis, err)
		}
		if sel.Single() {
			from += positions[0] * a.strides[axis]
			continue
		}
		shape = append(shape, len(positions))
		for i := range positions {
			positions[i] *= a.strides[axis]
		}
		offsets = append(offsets, positions)
	}
	size, err := strided.Size[T](shape) // a list may be longer than its dimension
	if err != nil {
		return Array[T]{}, fmt.Errorf("pasha: %w", err)
	}
	return arrayOf(strided.Gather(make([]T, 0, size), a.Data, from, offsets), shape, false), nil
}
