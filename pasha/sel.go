package pasha

import (
	"fmt"
	"math"
	"slices"

	"extrapasha/internal/strided"
)

// Begin as the start of a [Span] and End as its stop mean the whole way, in the
// direction of the step: Span(Begin, End).By(-1) turns a dimension around.
const (
	Begin = math.MinInt
	End   = math.MaxInt
)

// Sel selects along one dimension, as an item of a NumPy index does: a single
// position ([At]), a range ([Span]), every n-th of it ([Sel.By]), everything
// ([Every]), a list of positions ([Positions]) or those that a mask marks ([Mask]).
// Negative positions count from the end. [Ellipsis] stands for many dimensions.
type Sel struct {
	kind              selKind
	start, stop, step int
	list              []int
	mask              []bool
}

type selKind int

const (
	ranged selKind = iota
	single
	listed
	masked
	ellipsis
)

// At selects one position; the dimension goes away.
func At(position int) Sel { return Sel{kind: single, start: position, step: 1} }

// Span selects the positions from start up to but not including stop. What
// reaches beyond the dimension is cut off, as in NumPy.
func Span(start, stop int) Sel { return Sel{start: start, stop: stop, step: 1} }

// Every selects the whole dimension.
func Every() Sel { return Span(Begin, End) }

// Positions selects a list of positions, in its order, where one may be more than
// once. Of all dimensions one may have a list or a mask: NumPy would pair the
// positions of several.
func Positions(positions ...int) Sel { return Sel{kind: listed, step: 1, list: positions} }

// Mask selects the positions for which mask is true. It must be as long as the
// dimension.
func Mask(mask []bool) Sel { return Sel{kind: masked, step: 1, mask: mask} }

// Ellipsis stands for whole dimensions, as many as the other selections leave over.
func Ellipsis() Sel { return Sel{kind: ellipsis, step: 1} }

// By takes every step-th of the positions of a range, the first one included. A
// negative step goes backwards: Span(5, 2).By(-1) are 5, 4 and 3.
func (s Sel) By(step int) Sel { s.step = step; return s }

// Single tells whether the selection is one position, which drops the dimension.
func (s Sel) Single() bool { return s.kind == single }

// Listed tells whether the selection is a list or a mask, which [Sel.Resolve] cannot
// tell in three numbers.
func (s Sel) Listed() bool { return s.kind == listed || s.kind == masked }

// Resolve applies the selection to a dimension of the given length: the first
// position, how many there are, and the step between them, which may be negative.
// The error wraps [ErrShape] where a single position is outside the dimension, where
// a step is 0, and for what is no range.
func (s Sel) Resolve(length int) (start, count, step int, err error) {
	switch {
	case s.kind == single:
		start, err = strided.Position(s.start, length)
		return start, 1, 1, err
	case s.kind != ranged:
		return 0, 0, 0, fmt.Errorf("%w: a list, a mask or an ellipsis, expected a position or a range", ErrShape)
	}
	start, count, err = strided.Range(s.start, s.stop, s.step, length)
	return start, count, s.step, err
}

// Indices are the positions that the selection picks of a dimension of the given
// length, in its order. The error wraps [ErrShape]: a position outside, a mask of
// another length, an ellipsis.
func (s Sel) Indices(length int) ([]int, error) {
	switch {
	case s.Listed() && s.step != 1:
		return nil, fmt.Errorf("%w: a step of %d of a list", ErrShape, s.step)
	case s.kind == listed:
		return strided.List(s.list, length)
	case s.kind == masked:
		return strided.Marked(s.mask, length)
	}
	start, count, step, err := s.Resolve(length)
	if err != nil {
		return nil, err
	}
	picked := make([]int, count)
	for i := range picked {
		picked[i] = start + i*step
	}
	return picked, nil
}

// Expand is a selection for each of ndim dimensions: those that an [Ellipsis] stands
// for, and those behind the last, are taken whole. The error wraps [ErrShape] where
// there are more selections than dimensions, two ellipses, or two lists.
func Expand(sels []Sel, ndim int) ([]Sel, error) {
	lists, rest := 0, -1
	for i, sel := range sels {
		switch {
		case sel.Listed():
			lists++
		case sel.kind == ellipsis && rest >= 0:
			return nil, fmt.Errorf("%w: a second ellipsis", ErrShape)
		case sel.kind == ellipsis:
			rest = i
		}
	}
	if lists > 1 {
		return nil, fmt.Errorf("%w: %d lists or masks, expected one: pick one after the other", ErrShape, lists)
	}
	after := []Sel(nil)
	if rest >= 0 {
		sels, after = sels[:rest], sels[rest+1:]
	}
	left := ndim - len(sels) - len(after)
	if left < 0 {
		return nil, fmt.Errorf("%w: %d selections for %d dimensions", ErrShape, len(sels)+len(after), ndim)
	}
	return slices.Concat(sels, slices.Repeat([]Sel{Every()}, left), after), nil
}

// Cut is the shape that selections leave of one: those of single positions drop their
// dimension. The error wraps [ErrShape] for selections that do not fit, see [Expand].
func Cut(shape []int, sels ...Sel) ([]int, error) {
	sels, err := Expand(sels, len(shape))
	if err != nil {
		return nil, err
	}
	left := []int{}
	for axis, sel := range sels {
		picked, err := sel.Indices(shape[axis])
		if err != nil {
			return nil, fmt.Errorf("dimension %d: %w", axis, err)
		}
		if !sel.Single() {
			left = append(left, len(picked))
		}
	}
	return left, nil
}
