package pasha

import (
	"fmt"
	"math"
)

// End as the stop of a [Span] means: to the end of the dimension.
const End = math.MaxInt

// Sel selects along one dimension, as an item of a NumPy index does: a single
// position ([At]), a range ([Span]), every n-th of it ([Sel.By]) or everything
// ([Every]). Negative positions count from the end.
type Sel struct {
	start, stop, step int
	single            bool
}

// At selects one position; the dimension goes away.
func At(position int) Sel { return Sel{start: position, step: 1, single: true} }

// Span selects the positions from start up to but not including stop. What
// reaches beyond the dimension is cut off, as in NumPy.
func Span(start, stop int) Sel { return Sel{start: start, stop: stop, step: 1} }

// Every selects the whole dimension.
func Every() Sel { return Span(0, End) }

// By takes every step-th of the positions, the first one included.
func (s Sel) By(step int) Sel { s.step = step; return s }

// Single tells whether the selection is one position, which drops the dimension.
func (s Sel) Single() bool { return s.single }

// Resolve applies the selection to a dimension of the given length: the first
// position, how many there are, and the step between them. It fails where a
// single position is outside the dimension, or a step is not positive.
func (s Sel) Resolve(length int) (start, count, step int, err error) {
	if s.single {
		start = s.start
		if start < 0 {
			start += length
		}
		if start < 0 || start >= length {
			return 0, 0, 0, fmt.Errorf("%w: position %d is outside a dimension of length %d", ErrShape, s.start, length)
		}
		return start, 1, 1, nil
	}
	if s.step < 1 {
		return 0, 0, 0, fmt.Errorf("%w: step %d, expected 1 or more", ErrShape, s.step)
	}
	start, stop := clip(s.start, length), clip(s.stop, length)
	if stop <= start {
		return start, 0, s.step, nil
	}
	return start, (stop - start + s.step - 1) / s.step, s.step, nil
}

func clip(position, length int) int {
	if position < 0 {
		position += length
	}
	return min(max(position, 0), length)
}
