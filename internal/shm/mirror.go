package shm

import (
	"fmt"
	"slices"
)

// Layout is what a process on another machine needs to have memory of the same form, in
// which handles mean the same places: the sizes of the segments with these numbers.
type Layout struct {
	Owner          uint64
	Numbers, Sizes []int
}

// Layout is that of the memory as it is now.
func (m *Memory) Layout() Layout {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	l := Layout{Owner: m.owner}
	for number, s := range m.segments {
		if s != nil {
			l.Numbers, l.Sizes = append(l.Numbers, number), append(l.Sizes, len(s.memory))
		}
	}
	return l
}

// Size is that of a segment, 0 if there is none of that number.
func (l Layout) Size(number int) int {
	if i := slices.Index(l.Numbers, number); i >= 0 {
		return l.Sizes[i]
	}
	return 0
}

// Extends tells whether all segments are those of a former layout, with others behind them
// perhaps.
func (l Layout) Extends(former Layout) bool {
	n := len(former.Numbers)
	return n <= len(l.Numbers) && slices.Equal(l.Numbers[:n], former.Numbers) && slices.Equal(l.Sizes[:n], former.Sizes)
}

// Mirror gives the memory the form of another process's. Its content is its own, and
// what was in it is lost where the form has changed.
func (m *Memory) Mirror(l Layout) error {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	m.owner = l.Owner
	segments := make([]*segment, 0, len(m.segments))
	for i, number := range l.Numbers {
		for len(segments) <= number {
			segments = append(segments, nil)
		}
		if number < len(m.segments) && m.segments[number] != nil && len(m.segments[number].memory) == l.Sizes[i] {
			segments[number], m.segments[number] = m.segments[number], nil
			continue
		}
		s, err := newSegment(l.Sizes[i])
		if err != nil {
			return err
		}
		s.free = nil // it is not for arrays of this process
		segments[number] = s
	}
	for _, s := range m.segments {
		if s != nil {
			s.close()
		}
	}
	m.segments = segments
	return nil
}

// pages is the segment of a handle, and the pages of it that the handle has something of.
func (m *Memory) pages(h Handle) (s *segment, start, size int, err error) {
	if _, err := m.Open(h); err != nil {
		return nil, 0, 0, err
	}
	m.mutex.Lock()
	defer m.mutex.Unlock()
	s = m.segments[h.Segment]
	if s == nil {
		return nil, 0, 0, fmt.Errorf("shared memory: %w", ErrForeign)
	}
	start = h.Start / page * page
	return s, start, (h.Start+h.Len+page-1)/page*page - start, nil
}

// own is pages of a segment that this process has made.
func (m *Memory) own(h Handle) (s *segment, start, size int, err error) {
	s, start, size, err = m.pages(h)
	if err == nil && s.file == nil {
		err = fmt.Errorf("shared memory: %w", ErrForeign)
	}
	return s, start, size, err
}

// Pages are handles like h, of whole pages.
func Pages(h Handle) Handle {
	start := h.Start / page * page
	h.Len = (h.Start+h.Len+page-1)/page*page - start
	h.Start = start
	return h
}

// Inside is a handle like h, of those pages that are wholly in it.
func Inside(h Handle) Handle {
	start := (h.Start + page - 1) / page * page
	h.Len = max((h.Start+h.Len)/page*page-start, 0)
	h.Start = start
	return h
}

// Filled are the parts of pages of memory that something was written to; the rest is
// zero.
func (m *Memory) Filled(h Handle) (parts []Handle, err error) {
	s, start, size, err := m.own(h)
	if err != nil {
		return nil, err
	}
	for at := start; at < start+size; {
		from, to := s.filled(at, start+size)
		if from < to {
			parts = append(parts, Handle{h.Owner, h.Segment, from, to - from})
		}
		at = to
	}
	return parts, nil
}

// Clear gives the pages of memory back to the system; they are zero.
func (m *Memory) Clear(h Handle) error {
	s, start, size, err := m.own(h)
	if err == nil {
		s.clear(start, size)
	}
	return err
}

// Protect has writing to pages of memory be a fault, or not.
func (m *Memory) Protect(h Handle, on bool) error {
	s, start, size, err := m.pages(h)
	if err != nil || size == 0 {
		return err
	}
	return s.protect(start, size, on)
}
