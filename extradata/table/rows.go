package table

import (
	"fmt"
	"maps"
	"slices"

	"extrapasha/extradata"
	"extrapasha/internal/trains"
)

// rows is what a table has a row for each of: a train, or an entry of one.
type rows struct {
	trainIDs  []uint64
	positions []int    // of the trains among those of the keys
	entries   []uint64 // pulse IDs or counters, nil where the rows are trains
	name      string   // what the entries are called
	// Which entries are in the rows, of the groups that have many a train: -1 for
	// none, nil where all are, in their order.
	where map[group][]int
}

// group is keys of a source whose entries lie alike.
type group struct{ source, name string }

func (g group) String() string { return g.source + ", " + g.name }

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
	r, err := join(labelled)
	if err != nil {
		return rows{}, fmt.Errorf("table: %w", err)
	}
	r.name, r.positions = name, positionsOf(r.trainIDs, keys[0].TrainIDs())
	return r, nil
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

// positionsOf are where trains are in a list in ascending order.
func positionsOf(trainIDs, in []uint64) []int {
	found := trains.Positions{IDs: in}
	positions := make([]int, len(trainIDs))
	for i, id := range trainIDs {
		if i > 0 && trainIDs[i-1] == id {
			positions[i] = positions[i-1]
		} else {
			positions[i], _ = found.Find(id)
		}
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

// of tells which entry of a key is in each row, -1 for none, nil where all are, in their
// order. A key with one entry a train is repeated in all rows of the train.
func (r *rows) of(key *extradata.KeyData) []int {
	if where, ok := r.where[groupOf(key)]; ok {
		return where
	}
	return unlessAll(picked(entries(key), r.positions), key.Entries())
}

// unlessAll is where, or nil where that is each of all entries in its order.
func unlessAll(where []int, all int) []int {
	if len(where) != all {
		return where
	}
	for i, entry := range where {
		if entry != i {
			return where
		}
	}
	return nil
}

// labels tell the entries of a group apart, which are joined on them.
type labels struct {
	group
	runs    []trainRun
	entries []uint64 // pulse IDs or counters
}

// trainRun is entries of one train that follow each other.
type trainRun struct {
	train uint64
	count int
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
	for _, g := range several {
		all = append(all, labelled(g, groups[g], pulses[g]))
	}
	return all, name, nil
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

// labelled labels the entries of a key, by their pulse IDs if they have any.
func labelled(g group, key *extradata.KeyData, pulses []uint64) labels {
	l := labels{group: g, entries: pulses}
	for train, count := range key.Runs() {
		if n := len(l.runs); n > 0 && l.runs[n-1].train == train {
			l.runs[n-1].count += count
		} else {
			l.runs = append(l.runs, trainRun{train, count})
		}
	}
	if pulses == nil {
		for _, run := range l.runs {
			for i := range run.count {
				l.entries = append(l.entries, uint64(i))
			}
		}
	}
	return l
}

func (l labels) equal(other labels) bool {
	return slices.Equal(l.runs, other.runs) && slices.Equal(l.entries, other.entries)
}
