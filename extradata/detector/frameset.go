package detector

import (
	"iter"
	"slices"
)

// frameSet is some of the frames of a detector.
type frameSet struct {
	det    *Detector
	table  *table
	chosen []int // frames, nil for all
	sorted bool  // each once, in ascending order
}

func (s *frameSet) len() int {
	if s.chosen != nil {
		return len(s.chosen)
	}
	return s.table.len()
}

// frame is which of all frames an item is.
func (s *frameSet) frame(item int) int {
	if s.chosen != nil {
		return s.chosen[item]
	}
	return item
}

// pulses are those of the items.
func (s *frameSet) pulses() iter.Seq2[int, Pulse] {
	return func(yield func(int, Pulse) bool) {
		hint := 0
		for item := range s.len() {
			if !yield(item, s.pulse(item, &hint)) {
				return
			}
		}
	}
}

// pulse is that of an item, quickest one after the other with the same hint.
func (s *frameSet) pulse(item int, hint *int) Pulse {
	train, number := s.table.at(s.frame(item), hint)
	return s.table.pulse(train, number)
}

// only is the set with some frames of all.
func (s *frameSet) only(chosen []int) frameSet {
	sorted := true
	for i := 1; i < len(chosen); i++ {
		sorted = sorted && chosen[i] > chosen[i-1]
	}
	return frameSet{s.det, s.table, chosen, sorted}
}

// starts are the items that trains start with, and behind the last; the items are sorted.
func (s *frameSet) starts() []int {
	if s.chosen == nil {
		return s.table.starts
	}
	starts, item := make([]int, len(s.table.starts)), 0
	for train, stop := range s.table.starts {
		for item < len(s.chosen) && s.chosen[item] < stop {
			item++
		}
		starts[train] = item
	}
	return starts
}

// cuts are the items that a file of the first module starts with; where an entry has all
// of a train, or frames are compressed together, those that an entry or such a group does.
func (s *frameSet) cuts(units []int) []int {
	if s.chosen == nil && s.table.cells == 1 && len(units) <= 1 {
		return units
	}
	cuts, hint, next := []int{}, 0, 0
	for item := range s.len() {
		train, number := s.table.at(s.frame(item), &hint)
		unit := s.table.unit(0, train, number)
		if unit < 0 {
			continue
		}
		at, _ := slices.BinarySearch(units, unit/s.table.cells+1)
		if at != next {
			cuts, next = append(cuts, item), at
		}
	}
	return cuts
}
