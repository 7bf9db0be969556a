package crew

import "fmt"

// copySlabs makes room for copies of the slabs that the workers may have to go back
// to.
func (s *shift) copySlabs() error {
	if s.job.Retries <= 0 {
		return nil
	}
	for _, slabs := range s.packed.slabs {
		memory, err := Memory.Alloc(len(slabs.memory))
		if err != nil {
			s.freeCopies()
			return fmt.Errorf("a copy of the workers' slabs, for Retry: %w", err)
		}
		s.copies = append(s.copies, Slabs{memory, slabs.slab})
	}
	return nil
}

func (s *shift) freeCopies() {
	for _, copies := range s.copies {
		Memory.Free(copies.memory)
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
		for i, copies := range s.copies {
			copy(s.packed.slabs[i].of(number), copies.of(number))
		}
	case takenBy(number):
	default:
		return
	}
	s.job.states[share].Store(free)
}
