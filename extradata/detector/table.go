package detector

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"extrapasha/keydata"
	psh "extrapasha/pasha"
)

// table says which rows of which module are the same pulse. Trains mostly have the same
// pulses, and modules the same as each other: lists of pulses are shared, and so are the
// ways from a list to the rows of a module, so that the table is small.
//
// A unit of a module is what a frame has of it: an entry, or one memory cell of one. The
// units of a train are the positions of its frames among those that the module has of it,
// -1 for none.
type table struct {
	trainIDs []uint64
	cells    int          // units of an entry
	starts   []int        // first frame of each train, and all of them
	lists    []*list      // frames of each train, nil where it has none
	mixed    bool         // modules have other pulses or cells of a train than others
	first    [][]int32    // first unit of each train, by module; -1 for none
	units    [][]*[]int32 // by module and train, see below; nil where units are as the frames
}

// list is the frames of a train.
type list struct {
	pulses []uint64
	cells  []int32 // -1 where it is not known
	gains  int     // gain stages, each of which has all pulses
}

// newTable reads the IDs of all modules.
func (d *Detector) newTable() (*table, error) {
	cells, err := d.framesPerEntry()
	if err != nil {
		return nil, err
	}
	lists, first, err := d.readLists(cells)
	if err != nil {
		return nil, fmt.Errorf("detector: table of frames: %w", err)
	}
	t := &table{trainIDs: d.TrainIDs(), cells: cells, first: first, units: make([][]*[]int32, len(d.modules))}
	for i := range t.units {
		t.units[i] = make([]*[]int32, len(t.trainIDs))
	}
	t.align(lists)
	t.count()
	return t, nil
}

// readLists reads what each module has of each train, and the units that trains begin
// with.
func (d *Detector) readLists(cells int) (lists [][]*list, first [][]int32, err error) {
	lists, first = make([][]*list, len(d.modules)), make([][]int32, len(d.modules))
	known := &interned{}
	err = psh.Map(func(_, i int, _ Module) (err error) {
		lists[i], first[i], err = d.read(i, cells, known)
		return err
	}, psh.Slice(d.modules), psh.On(psh.Threads(0)))
	if failed := (*psh.MapError)(nil); errors.As(err, &failed) {
		err = failed.Err
	}
	return lists, first, err
}

// align finds the frames of each train: those of its modules where these have the same
// pulses, else all that any has.
func (t *table) align(lists [][]*list) {
	t.lists = make([]*list, len(t.trainIDs))
	of := make([]*list, len(lists)) // that the modules have of a train
	unions := map[string]union{}
	for train := range t.trainIDs {
		for i := range lists {
			of[i] = lists[i][train]
		}
		t.lists[train] = common(of)
		t.mixed = t.mixed || slices.ContainsFunc(of, func(l *list) bool { return l != nil && l != t.lists[train] })
		if t.lists[train] == nil && slices.ContainsFunc(of, func(l *list) bool { return l != nil }) {
			key := fmt.Sprint(of) // pointers
			known, ok := unions[key]
			if !ok {
				known = unite(of)
				unions[key] = known
			}
			t.lists[train] = known.list
			for i := range of {
				t.units[i][train] = known.units[i]
			}
		}
	}
}

// count numbers the frames.
func (t *table) count() {
	t.starts = make([]int, len(t.lists)+1)
	for train, l := range t.lists {
		t.starts[train+1] = t.starts[train]
		if l != nil {
			t.starts[train+1] += len(l.pulses)
		}
	}
}

// common is the list of those modules that have one, nil where their pulses differ.
func common(of []*list) (same *list) {
	for _, l := range of {
		switch {
		case l == nil || l == same:
		case same == nil:
			same = l
		case !slices.Equal(l.pulses, same.pulses):
			return nil
		}
	}
	return same
}

// len is the number of frames.
func (t *table) len() int { return t.starts[len(t.trainIDs)] }

// train is the position of the train of a frame.
func (t *table) train(frame int) int {
	behind, _ := slices.BinarySearch(t.starts, frame+1)
	return behind - 1
}

// unit is which unit of a module a frame of a train is, -1 for none.
func (t *table) unit(module, train, number int) int {
	first := t.first[module][train]
	if first < 0 {
		return -1
	}
	if at := t.units[module][train]; at != nil {
		if (*at)[number] < 0 {
			return -1
		}
		return int(first + (*at)[number])
	}
	return int(first) + number
}

// read reads the lists of the trains of a module, and which units they begin with.
func (d *Detector) read(module, cells int, known *interned) (lists []*list, first []int32, err error) {
	data, err := d.moduleKey(module, d.class.data)
	if err != nil {
		return nil, nil, err
	}
	if n := data.Entries(); n > math.MaxInt32/cells {
		return nil, nil, fmt.Errorf("%s has %d entries, which is more than any: %w", data, n, keydata.ErrCorrupt)
	}
	ids, err := d.readIDs(module, data, cells)
	if err != nil {
		return nil, nil, err
	}
	lists, first = make([]*list, data.Len()), make([]int32, data.Len())
	for i := range first {
		first[i] = -1
	}
	positions, entry, before := positionsOf(data.TrainIDs()), 0, (*list)(nil)
	for trainID, count := range data.Runs() {
		train := positions(trainID)
		if lists[train] != nil {
			return nil, nil, fmt.Errorf("%s: entries of train %d lie in two places", data, trainID)
		}
		before = known.list(ids.of(entry*cells, count*cells, d.parallel), before)
		lists[train], first[train] = before, int32(entry*cells)
		entry += count
	}
	return lists, first, nil
}

// positionsOf finds trains, quickest one after the other.
func positionsOf(trainIDs []uint64) func(id uint64) int {
	next := 0
	return func(id uint64) int {
		if next >= len(trainIDs) || trainIDs[next] != id {
			next, _ = keydata.FindTrain(trainIDs, id) // it is one of them
		}
		next++
		return next - 1
	}
}
