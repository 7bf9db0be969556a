package crew

// Place is where an array lies in memory.
type Place struct {
	Memory []byte // from its first element on
	Elem   int    // bytes of one
	Shape  []int
	// Strides are the distances of neighbours along each dimension, in elements.
	Strides []int
}

// Rows are the pieces of memory of some rows of the array, in C order of the elements.
func (p *Place) Rows(rows Share, visit func(piece []byte)) {
	if rows.Start >= rows.Stop {
		return
	}
	shape := append([]int{rows.Len()}, p.Shape[1:]...)
	p.pieces(rows.Start*p.Strides[0], shape, p.Strides, visit)
}

// pieces visits what a part of the array is made of, from an offset on.
func (p *Place) pieces(from int, shape, strides []int, visit func(piece []byte)) {
	size, compact := 1, true
	for axis := len(shape) - 1; axis >= 0; axis-- {
		compact = compact && (shape[axis] == 1 || strides[axis] == size)
		size *= shape[axis]
	}
	switch {
	case size == 0:
	case compact:
		visit(p.Memory[from*p.Elem : (from+size)*p.Elem])
	default:
		for i := range shape[0] {
			p.pieces(from+i*strides[0], shape[1:], strides[1:], visit)
		}
	}
}

// RowSize is the bytes of elements in a row.
func (p *Place) RowSize() int {
	size := p.Elem
	for _, length := range p.Shape[1:] {
		size *= length
	}
	return size
}

// Single is the memory of some rows where that is one piece, nil where it is not.
func (p *Place) Single(rows Share) (memory []byte) {
	n := 0
	p.Rows(rows, func(piece []byte) { memory, n = piece, n+1 })
	if n > 1 {
		return nil
	}
	return memory
}

// Len is the number of items in the share.
func (s Share) Len() int { return s.Stop - s.Start }
