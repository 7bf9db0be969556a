package table

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"extrapasha/extradata"
	"extrapasha/run"
)

// rows is what a table has a row for each of: a train, or an entry of one.
type rows struct {
	positions []int // of the trains
	trainIDs  []uint64
	entries   []uint64 // pulse IDs or counters, nil where the rows are trains
	name      string   // what the entries are called
	// Which entries are in the rows, of the groups that have many a train: -1 for
	// none, nil where all are, in their order.
	where map[group][]int
}

// group is keys of a source whose entries lie alike.
type group struct{ source, name string }

func groupOf(key *extradata.KeyData) group { return group{key.Source(), key.Group()} }

// rowsOf are the rows of a table of keys for the same trains.
func rowsOf(keys []*extradata.KeyData) (rows, error) {
	groups := map[group]*extradata.KeyData{} // one key of each
	var several []group
	for _, key := range keys {
		g := groupOf(key)
		if groups[g] == nil {
			groups[g] = key
			if slices.Max(append(key.DataCounts(), 0)) > 1 {
				several = append(several, g)
			}
		}
	}
	if several == nil {
		positions := trainRows(keys)
		return rows{positions: positions, trainIDs: picked(keys[0].TrainIDs(), positions)}, nil
	}
	labelled, name, err := labelGroups(groups, several)
	if err != nil {
		return rows{}, err
	}
	return joined(labelled, name, keys[0].TrainIDs())
}

// trainRows are the positions of the trains that any key has an entry for. They are
// in the order of the files where that is the same for all keys, as in EXtra-data:
// suspect trains may be anywhere. Else they are in ascending order.
func trainRows(keys []*extradata.KeyData) (rows []int) {
	order := keys[0].TrainIDCoordinates()
	present, same := make([]bool, keys[0].Len()), true
	for _, key := range keys {
		for i, count := range key.DataCounts() {
			present[i] = present[i] || count > 0
		}
		same = same && slices.Equal(key.TrainIDCoordinates(), order)
	}
	if same {
		return positionsOf(order, keys[0].TrainIDs())
	}
	for i, there := range present {
		if there {
			rows = append(rows, i)
		}
	}
	return rows
}

// positionsOf are where trains are in a list.
func positionsOf(trains, in []uint64) []int {
	found := run.Positions{IDs: in}
	positions := make([]int, len(trains))
	for i, id := range trains {
		positions[i], _ = found.Find(id)
	}
	return positions
}

func picked[T any](values []T, positions []int) []T {
	out := make([]T, len(positions))
	for i, position := range positions {
		out[i] = values[position]
	}
	return out
}

// label is what the entries of keys are joined on.
type label struct{ train, entry uint64 }

func compare(a, b label) int {
	return cmp.Or(cmp.Compare(a.train, b.train), cmp.Compare(a.entry, b.entry))
}

// labels are those of the entries of a group.
type labels struct {
	group
	of []label
}

// labelGroups labels the entries of the groups that are joined by entry: by their pulse
// IDs where those that have several entries a train have any, else by a counter.
func labelGroups(groups map[group]*extradata.KeyData, several []group) (all []labels, name string, err error) {
	pulses, err := pulsesOf(groups, several)
	if err != nil {
		return nil, "", err
	}
	first := several[0]
	for _, g := range several {
		if (pulses[g] == nil) != (pulses[first] == nil) {
			return nil, "", fmt.Errorf("table: %w: %v and %v have several entries a train, but only one of them has pulse IDs", ErrColumn, groups[first], groups[g])
		}
	}
	if name = Entry; pulses[first] != nil {
		name = PulseID
		others := slices.DeleteFunc(slices.Collect(maps.Keys(groups)), func(g group) bool { return pulses[g] != nil })
		more, err := pulsesOf(groups, others) // those with one entry in each of these trains
		if err != nil {
			return nil, "", err
		}
		for g, ids := range more {
			if ids != nil {
				pulses[g], several = ids, append(several, g)
			}
		}
	}
	all = make([]labels, len(several))
	err = each(several, func(i int, g group) error {
		all[i] = labels{g, labelled(groups[g], pulses[g])}
		return nil
	})
	return all, name, err
}

// pulsesOf are the pulse IDs of groups, nil for those that have none.
func pulsesOf(groups map[group]*extradata.KeyData, which []group) (map[group][]uint64, error) {
	ids := make([][]uint64, len(which))
	err := each(which, func(i int, g group) (err error) {
		ids[i], err = groups[g].PulseIDs()
		return err
	})
	pulses := map[group][]uint64{}
	for i, g := range which {
		pulses[g] = ids[i]
	}
	return pulses, err
}

// labelled labels the entries of a key.
func labelled(key *extradata.KeyData, pulses []uint64) []label {
	trains := key.TrainIDCoordinates()
	of := make([]label, len(trains))
	for i, train := range trains {
		of[i].train = train
		switch {
		case pulses != nil:
			of[i].entry = pulses[i]
		case i > 0 && trains[i-1] == train:
			of[i].entry = of[i-1].entry + 1
		}
	}
	return of
}

// joined are the rows that any of the groups has an entry for: in the order of the files
// where that is the same for all, else in ascending order.
func joined(groups []labels, name string, trainIDs []uint64) (rows, error) {
	r := rows{name: name, where: map[group][]int{}}
	all := groups[0].of
	same := !slices.ContainsFunc(groups, func(g labels) bool { return !slices.Equal(g.of, all) })
	if !same {
		orders := make([][]int, len(groups))
		all = nil
		for i, g := range groups {
			orders[i] = ordered(g.of)
			sorted := picked(g.of, orders[i])
			if twice := firstTwice(sorted); twice >= 0 {
				return r, fmt.Errorf("table: %w: %s, %s has %s %d of train %d twice, and others have other entries",
					ErrColumn, g.source, g.name, name, sorted[twice].entry, sorted[twice].train)
			}
			all = merged(all, sorted)
		}
		for i, g := range groups {
			r.where[g.group] = found(all, g.of, orders[i])
		}
	} else {
		for _, g := range groups {
			r.where[g.group] = nil
		}
	}
	r.trainIDs, r.entries = make([]uint64, len(all)), make([]uint64, len(all))
	for i, label := range all {
		r.trainIDs[i], r.entries[i] = label.train, label.entry
	}
	r.positions = positionsOf(r.trainIDs, trainIDs)
	return r, nil
}

// ordered are the positions of labels in ascending order.
func ordered(of []label) []int {
	order := make([]int, len(of))
	for i := range order {
		order[i] = i
	}
	if !slices.IsSortedFunc(of, compare) {
		slices.SortStableFunc(order, func(i, j int) int { return compare(of[i], of[j]) })
	}
	return order
}

// firstTwice is where a label is the same as the one before, -1 where none is.
func firstTwice(sorted []label) int {
	for i := 1; i < len(sorted); i++ {
		if sorted[i] == sorted[i-1] {
			return i
		}
	}
	return -1
}

// merged are the labels that either of two sorted lists has.
func merged(a, b []label) []label {
	out := make([]label, 0, max(len(a), len(b)))
	for len(a) > 0 && len(b) > 0 {
		order := compare(a[0], b[0])
		if order <= 0 {
			out = append(out, a[0])
			a = a[1:]
		} else {
			out = append(out, b[0])
		}
		if order >= 0 {
			b = b[1:]
		}
	}
	return append(append(out, a...), b...)
}

// found tells for each of all labels where a group has it, -1 for nowhere.
func found(all, of []label, order []int) []int {
	where := make([]int, len(all))
	next := 0
	for i, label := range all {
		where[i] = -1
		if next < len(order) && of[order[next]] == label {
			where[i] = order[next]
			next++
		}
	}
	return where
}

// of tells which entry of a key is in each row, -1 for none, nil where all are, in their
// order. A key with one entry a train is repeated in all rows of the train.
func (r *rows) of(key *extradata.KeyData) []int {
	if where, ok := r.where[groupOf(key)]; ok {
		return where
	}
	where := picked(entries(key), r.positions)
	if len(where) != key.Entries() {
		return where
	}
	for i, entry := range where {
		if entry != i {
			return where
		}
	}
	return nil
}
