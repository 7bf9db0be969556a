package pasha

import "fmt"

// Retry lets a map go on when a worker process has died: a fresh one does the share
// of items that the dead one was on, once more from its start, and the map fails
// only where workers die of the same share more than so many times, or one after the
// other before they had any. In other contexts it means nothing.
//
// The worker's slabs ([PerWorker]) are put back to what they were before the share,
// which costs a copy of them for each share. Whatever else a kernel writes must not
// depend on what was there before, since an item may be done twice.
func Retry(times int) MapOption { return func(m *mapping) { m.retries = times } }

// shareOf is the share that a worker has taken and not done, or whose part it was
// merging, -1 where there is none.
func (s *shift) shareOf(number int) int {
	if share := s.job.mergingBy(number); share >= 0 {
		return share
	}
	for i := range s.job.states {
		if state := s.job.states[i].Load(); state == takenBy(number) || state == runningOn(number) {
			return i
		}
	}
	return -1
}

// copySlabs makes room for copies of the slabs that the workers may have to go back
// to.
func (s *shift) copySlabs() error {
	if s.job.retries <= 0 {
		return nil
	}
	for _, slabs := range s.parcel.slabs {
		memory, err := s.Alloc(len(slabs.memory))
		if err != nil {
			s.freeCopies()
			return fmt.Errorf("a copy of the workers' slabs, for Retry: %w", err)
		}
		s.copies = append(s.copies, slabbed{memory, slabs.slab})
	}
	return nil
}

func (s *shift) freeCopies() {
	for _, copies := range s.copies {
		shared.Free(copies.memory)
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
			copy(s.parcel.slabs[i].of(number), copies.of(number))
		}
	case takenBy(number):
	default:
		return
	}
	s.job.states[share].Store(free)
}
