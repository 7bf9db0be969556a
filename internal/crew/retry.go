package crew

import "fmt"

// CopySlabs makes room for copies of the slabs that the workers may have to go back
// to, and tells where it is.
func (p *Packed) CopySlabs() (copies [][]byte, err error) {
	for _, slabs := range p.slabs {
		memory, err := Memory.Alloc(len(slabs.memory))
		if err != nil {
			return nil, fmt.Errorf("a copy of the workers' slabs, for Retry: %w", err)
		}
		p.OnFree(func() { Memory.Free(memory) })
		p.copies = append(p.copies, Slabs{memory, slabs.slab})
		copies = append(copies, memory)
	}
	return copies, nil
}

// AddSlabs notes slabs of so many bytes each, and where their copies are to be, if any.
func (p *Packed) AddSlabs(memory []byte, slab int, copies []byte) {
	p.slabs = append(p.slabs, Slabs{memory, slab})
	if copies != nil {
		p.copies = append(p.copies, Slabs{copies, slab})
	}
}

// putBack makes a dead worker's share free, and its slabs what they were before. One
// that it was merging the part of is folded, and may be done by now.
func (s *shift) putBack(number, share int) {
	if share < 0 {
		return
	}
	switch s.job.states[share].Load() {
	case runningOn(number):
		for i, copies := range s.packed.copies {
			copy(s.packed.slabs[i].of(number), copies.of(number))
		}
	case takenBy(number):
	default:
		return
	}
	if s.job.Given != nil { // it stays on the desk
		s.job.states[share].Store(takenBy(number))
		return
	}
	s.job.states[share].Store(free)
}
