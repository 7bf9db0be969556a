package format

import "math"

// Space is the shape of a dataset or attribute.
type Space struct {
	// Null tells that there are no elements at all.
	Null bool
	// Shape is the length of each dimension, none of a single value. Most is how
	// long each may become, [NoLimit] without limit.
	Shape, Most []int
}

// NoLimit is the most of a dimension without limit.
const NoLimit = -1

// rankLimit is libhdf5's.
const rankLimit = 32

func parseSpace(b []byte) (s Space, err error) {
	p := parser{b: b}
	version, rank, flags := p.byte(), int(p.byte()), p.byte()
	switch version {
	case 1:
		p.take(5)
	case 2:
		s.Null = p.byte() == 2
	default:
		return s, corrupt("a dataspace of version %d", version)
	}
	if rank > rankLimit {
		return s, corrupt("%d dimensions", rank)
	}
	s.Shape, s.Most = make([]int, rank), make([]int, rank)
	for axis := range s.Shape {
		if s.Shape[axis] = p.length(8, math.MaxInt); p.short {
			return s, corrupt("a dimension of more than %d", math.MaxInt)
		}
	}
	copy(s.Most, s.Shape)
	if flags&1 != 0 {
		for axis := range s.Most {
			most := p.number(8)
			switch {
			case most == undefined:
				s.Most[axis] = NoLimit
			case most > math.MaxInt || int(most) < s.Shape[axis]:
				return s, corrupt("a dimension of %d that can have up to %d", s.Shape[axis], most)
			default:
				s.Most[axis] = int(most)
			}
		}
	}
	return s, p.err("a dataspace")
}

// Elements is how many elements there are, not ok where that is more than can be
// counted.
func (s Space) Elements() (n int, ok bool) {
	if s.Null {
		return 0, true
	}
	n, ok = 1, true
	for _, length := range s.Shape {
		if length == 0 {
			return 0, true
		}
		if n > math.MaxInt/length {
			n, ok = math.MaxInt, false
			continue
		}
		n *= length
	}
	return n, ok
}
