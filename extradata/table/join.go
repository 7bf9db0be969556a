package table

import (
	"cmp"
	"fmt"
	"slices"
)

// join finds the rows that any of the groups has an entry for. They are in the order of
// the files where that is the same for all, else in ascending order.
func join(groups []labels) (rows, error) {
	var lists []labels // those that differ
	which := make([]int, len(groups))
	for i, g := range groups {
		which[i] = slices.IndexFunc(lists, g.equal)
		if which[i] < 0 {
			which[i] = len(lists)
			lists = append(lists, g)
		}
	}
	r := rows{where: map[group][]int{}}
	where := make([][]int, len(lists))
	if len(lists) == 1 {
		r.entries = lists[0].entries
		for _, run := range lists[0].runs {
			r.trainIDs = append(r.trainIDs, slices.Repeat([]uint64{run.train}, run.count)...)
		}
	} else {
		sides := make([]*side, len(lists))
		for i, list := range lists {
			var err error
			if sides[i], err = newSide(list); err != nil {
				return r, err
			}
		}
		r.trainIDs, r.entries = joined(sides)
		for i, side := range sides {
			where[i] = unlessAll(side.where, len(side.entries))
		}
	}
	for i, g := range groups {
		r.where[g.group] = where[which[i]]
	}
	return r, nil
}

// side is a group in a join: its entries are in ascending order of trains and labels.
type side struct {
	labels
	order []int // which of the group's entries each is, nil for the same
	next  int   // of the runs
	from  int   // the first entry of that
	where []int // the entry in each row so far, -1 for none
}

// newSide sorts the entries. A label that is there twice in a train is no one entry.
func newSide(l labels) (*side, error) {
	s := &side{labels: l}
	if !l.ascending() {
		s.sort()
	}
	from := 0
	for _, run := range s.runs {
		entries := s.entries[from : from+run.count]
		for i := 1; i < len(entries); i++ {
			if entries[i] == entries[i-1] {
				return nil, fmt.Errorf("%w: %v has entry %d of train %d twice, and not all others have", ErrColumn, l.group, entries[i], run.train)
			}
		}
		from += run.count
	}
	return s, nil
}

func (l labels) ascending() bool {
	from := 0
	for i, run := range l.runs {
		if i > 0 && run.train <= l.runs[i-1].train || !slices.IsSorted(l.entries[from:from+run.count]) {
			return false
		}
		from += run.count
	}
	return true
}

func (s *side) sort() {
	type entry struct {
		train, label uint64
		at           int
	}
	var all []entry
	for _, run := range s.runs {
		for range run.count {
			all = append(all, entry{run.train, s.entries[len(all)], len(all)})
		}
	}
	slices.SortFunc(all, func(a, b entry) int {
		return cmp.Or(cmp.Compare(a.train, b.train), cmp.Compare(a.label, b.label), cmp.Compare(a.at, b.at))
	})
	s.runs, s.entries = nil, make([]uint64, len(all))
	s.order = make([]int, len(all))
	for i, e := range all {
		s.entries[i], s.order[i] = e.label, e.at
		if n := len(s.runs); n > 0 && s.runs[n-1].train == e.train {
			s.runs[n-1].count++
		} else {
			s.runs = append(s.runs, trainRun{e.train, 1})
		}
	}
}

// joined goes through the trains of all sides.
func joined(sides []*side) (trainIDs, entries []uint64) {
	most := 0
	for _, s := range sides {
		most = max(most, len(s.entries))
	}
	trainIDs, entries = make([]uint64, 0, most), make([]uint64, 0, most)
	for _, s := range sides {
		s.where = make([]int, 0, most)
	}
	var union, spare []uint64 // of the entries of a train
	for {
		train, any := uint64(0), false
		for _, s := range sides {
			if s.next < len(s.runs) && (!any || s.runs[s.next].train < train) {
				train, any = s.runs[s.next].train, true
			}
		}
		if !any {
			return trainIDs, entries
		}
		union = union[:0]
		for _, s := range sides {
			if here, _ := s.in(train); len(here) > 0 && !slices.Equal(here, union) {
				spare = merge(spare[:0], union, here)
				union, spare = spare, union
			}
		}
		for range union {
			trainIDs = append(trainIDs, train)
		}
		entries = append(entries, union...)
		for _, s := range sides {
			s.fill(train, union)
		}
	}
}

// merge appends what either of two sorted lists has, in order.
func merge(out, a, b []uint64) []uint64 {
	for len(a) > 0 && len(b) > 0 {
		least := min(a[0], b[0])
		out = append(out, least)
		if a[0] == least {
			a = a[1:]
		}
		if b[0] == least {
			b = b[1:]
		}
	}
	return append(append(out, a...), b...)
}

// in are the labels of the next run, if it is of a train.
func (s *side) in(train uint64) (entries []uint64, ok bool) {
	if s.next == len(s.runs) || s.runs[s.next].train != train {
		return nil, false
	}
	return s.entries[s.from : s.from+s.runs[s.next].count], true
}

// fill finds the rows of a train, and goes on to the next.
func (s *side) fill(train uint64, rows []uint64) {
	here, ok := s.in(train)
	at := 0
	for _, row := range rows {
		entry := -1
		if at < len(here) && here[at] == row {
			entry = s.from + at
			if s.order != nil {
				entry = s.order[entry]
			}
			at++
		}
		s.where = append(s.where, entry)
	}
	if ok {
		s.next, s.from = s.next+1, s.from+len(here)
	}
}
