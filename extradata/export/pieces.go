package export

import "slices"

// pieces is how an array is cut: each piece is a run of its elements in C order, so that
// it can be deflated from where it lies.
type pieces struct {
	shape []int
	chunk []int // 1 before an axis, whole behind it
	axis  int   // that is cut
	inner int   // elements behind each position along it
	along int   // pieces along it
	count int
}

// piece is one of them.
type piece struct {
	offset       []int // of its first element
	start, count int   // elements
}

// cut makes pieces of at most so many elements, but for what cannot be less.
func cut(shape []int, most int) pieces {
	p := pieces{shape: shape, chunk: slices.Repeat([]int{1}, len(shape)), inner: 1, along: 1, count: 1}
	for axis := len(shape) - 1; axis >= 0; axis-- {
		p.axis, p.along = axis, 1
		if p.inner*shape[axis] <= most {
			p.chunk[axis] = shape[axis]
			if axis > 0 {
				p.inner *= shape[axis]
			}
			continue
		}
		length := max(most/p.inner, 1)
		p.along = (shape[axis] + length - 1) / length
		p.chunk[axis] = (shape[axis] + p.along - 1) / p.along // as even as can be
		p.along = (shape[axis] + p.chunk[axis] - 1) / p.chunk[axis]
		break
	}
	p.count = p.along
	for _, length := range shape[:min(p.axis, len(shape))] {
		p.count *= length
	}
	if slices.Contains(shape, 0) {
		p.count = 0
	}
	return p
}

// size is the number of elements of a whole piece.
func (p pieces) size() int {
	size := 1
	for _, length := range p.chunk {
		size *= length
	}
	return size
}

// at is the piece of a number.
func (p pieces) at(number int) piece {
	if len(p.shape) == 0 {
		return piece{count: 1}
	}
	outer, first := number/p.along, number%p.along*p.chunk[p.axis]
	length := min(p.chunk[p.axis], p.shape[p.axis]-first)
	found := piece{offset: make([]int, len(p.shape)), start: (outer*p.shape[p.axis] + first) * p.inner, count: length * p.inner}
	found.offset[p.axis] = first
	for axis := p.axis - 1; axis >= 0; axis-- {
		found.offset[axis] = outer % p.shape[axis]
		outer /= p.shape[axis]
	}
	return found
}
