package keydata

import (
	"fmt"
	"runtime/debug"
	"slices"

	"extrapasha/internal/lent"
	psh "extrapasha/pasha"
)

// Entry is one entry of a key, such as the image of one pulse. Its array is lent, see
// the package: Copy to keep.
type Entry[T any] struct {
	// TrainID is the train, Train its position in TrainIDs, Number that of the
	// entry among those of the train.
	TrainID       uint64
	Train, Number int
	psh.Array[T]
}

// ByEntry is a functor over entries of a key, which are lent one by one. Unlike [Typed]
// it divides a train between workers.
type ByEntry[T any] struct {
	key    *Typed[T]
	trains []stretch // in the order of Read
	all    int
	chosen []int // which entries, nil for all
	sorted bool  // they are in ascending order
}

// stretch is the entries of a train that lie side by side.
type stretch struct {
	location
	position int // of the train
	number   int // of the first of them in the train
	before   int // entries of all trains
}

// ByEntry is the functor over all entries: the index of one is its position in
// [KeyData.TrainIDCoordinates], which is that of its row in what [Typed.Read] reads.
func (k *Typed[T]) ByEntry() *ByEntry[T] {
	e := &ByEntry[T]{key: k, trains: make([]stretch, 0, len(k.stays)), sorted: true}
	seen := make([]int, len(k.trainIDs)) // entries of each train
	for _, span := range k.spans {
		row := span.first
		for _, stay := range k.stays[span.from:span.to] {
			here := location{span.file, row, stay.count}
			e.trains = append(e.trains, stretch{here, stay.position, seen[stay.position], e.all})
			seen[stay.position] += stay.count
			row, e.all = row+stay.count, e.all+stay.count
		}
	}
	return e
}

// Len is the number of entries.
func (e *ByEntry[T]) Len() int {
	if e.chosen != nil {
		return len(e.chosen)
	}
	return e.all
}

// KeyData is the key that the entries are of.
func (e *ByEntry[T]) KeyData() *KeyData { return e.key.KeyData }

// Numbers picks entries by their number in each train: the first ten pulses are
//
//	images.ByEntry().Numbers(psh.Span(0, 10))
//
// Trains have as many of them as there are. The index of an entry counts what was
// picked. The error wraps [psh.ErrShape] where positions make no sense at all.
func (e *ByEntry[T]) Numbers(numbers psh.Sel) (*ByEntry[T], error) {
	counts := e.key.DataCounts()
	picked := make([][]bool, len(counts)) // by train and number
	for position, count := range counts {
		chosen, err := numbers.Indices(count)
		if err != nil && !numbers.Single() {
			return nil, e.key.fail(0, fmt.Errorf("entries of a train: %w", err))
		}
		picked[position] = make([]bool, count)
		for _, number := range chosen {
			picked[position][number] = true
		}
	}
	return e.where(func(_, position, number int) bool {
		return number < len(picked[position]) && picked[position][number]
	}), nil
}

// Mask picks the entries for which a mask is true, which is as long as the functor.
// Else the error wraps [ErrSelection].
func (e *ByEntry[T]) Mask(mask []bool) (*ByEntry[T], error) {
	if len(mask) != e.Len() {
		return nil, e.key.fail(0, fmt.Errorf("select entries: %w: a mask of %d for %d entries", ErrSelection, len(mask), e.Len()))
	}
	return e.where(func(index, _, _ int) bool { return mask[index] }), nil
}

// Indices picks entries by their index, in any order. The error wraps [psh.ErrShape]
// where there is none.
func (e *ByEntry[T]) Indices(indices ...int) (*ByEntry[T], error) {
	chosen := make([]int, len(indices))
	for i, index := range indices {
		if index < 0 || index >= e.Len() {
			return nil, e.key.fail(0, fmt.Errorf("select entries: %w: entry %d of %d", psh.ErrShape, index, e.Len()))
		}
		chosen[i] = e.at(index)
	}
	return e.only(chosen), nil
}

// where picks those of the entries that a condition holds for, by their index, the
// position of their train and their number in it.
func (e *ByEntry[T]) where(holds func(index, position, number int) bool) *ByEntry[T] {
	chosen := []int{}
	for index, train := range e.visit(psh.Share{Stop: e.Len()}) {
		if entry := e.at(index); holds(index, train.position, train.number+entry-train.before) {
			chosen = append(chosen, entry)
		}
	}
	return e.only(chosen)
}

func (e *ByEntry[T]) only(chosen []int) *ByEntry[T] {
	return &ByEntry[T]{key: e.key, trains: e.trains, all: e.all, chosen: chosen, sorted: slices.IsSorted(chosen)}
}

// at is which of all entries has an index.
func (e *ByEntry[T]) at(index int) int {
	if e.chosen != nil {
		return e.chosen[index]
	}
	return index
}

// visit goes through the entries of a share, with the stretch that each is in.
func (e *ByEntry[T]) visit(share psh.Share) func(yield func(index int, train *stretch) bool) {
	return func(yield func(int, *stretch) bool) {
		here := 0
		for index := share.Start; index < share.Stop; index++ {
			here = e.stretchOf(e.at(index), here)
			if !yield(index, &e.trains[here]) {
				return
			}
		}
	}
}

// rows tells where the entry of an index is, quickest for one after the other.
func (e *ByEntry[T]) rows() func(index int) location {
	here := 0
	return func(index int) location {
		entry := e.at(index)
		here = e.stretchOf(entry, here)
		return location{e.trains[here].file, e.trains[here].first + entry - e.trains[here].before, 1}
	}
}

// stretchOf is the one that has an entry: that at here, the next, or another.
func (e *ByEntry[T]) stretchOf(entry, here int) int {
	switch {
	case e.trains[here].has(entry):
		return here
	case here+1 < len(e.trains) && e.trains[here+1].has(entry):
		return here + 1
	}
	here, _ = slices.BinarySearchFunc(e.trains, entry, func(s stretch, entry int) int { return s.before + s.count - 1 - entry })
	return here
}

func (s *stretch) has(entry int) bool { return entry >= s.before && entry < s.before+s.count }

// TrainIDs is the train of each of the entries.
func (e *ByEntry[T]) TrainIDs() []uint64 {
	ids := make([]uint64, 0, e.Len())
	for _, train := range e.visit(psh.Share{Stop: e.Len()}) {
		ids = append(ids, e.key.trainIDs[train.position])
	}
	return ids
}

// Walk visits the entries of a share.
func (e *ByEntry[T]) Walk(share psh.Share, visit func(index int, entry Entry[T]) error) (err error) {
	until, part := e.end(share)
	r := e.key.LendingReader(until)
	l := loan{lends: true, until: until, part: part}
	if e.chosen != nil {
		l.some = &some{len: e.Len(), row: e.rows()}
	}
	r.begin(l)
	defer r.Close()
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer lent.Catch(&err, r)
	for index, train := range e.visit(share) {
		offset := e.at(index) - train.before
		where := location{train.file, train.first + offset, 1}
		entry := Entry[T]{TrainID: e.key.trainIDs[train.position], Train: train.position, Number: train.number + offset}
		r.item, r.train = index, entry.TrainID
		if l.some != nil {
			l.some.index = index
		}
		if entry.Array, err = r.oneEntry(where, train.position, entry.Number); err != nil {
			return err
		}
		if err := visit(index, entry); err != nil {
			return err
		}
		if err := r.endVisit(); err != nil {
			return err
		}
	}
	return r.GiveBack()
}

// end is where a walk over a share ends, in the order of the trains: before the train
// at a position, or before an entry of the train before it. There is none where the
// entries are in another order.
func (e *ByEntry[T]) end(share psh.Share) (position, part int) {
	if !e.sorted || share.Len() < 1 {
		return 0, 0
	}
	last := psh.Share{Start: share.Stop - 1, Stop: share.Stop}
	for index, train := range e.visit(last) {
		position, part = train.position+1, train.number+e.at(index)-train.before+1
	}
	return position, part
}

// Cuts are the indices where another file starts, or rows that are compressed together,
// so that a share of a map needs few of them.
func (e *ByEntry[T]) Cuts() []int {
	if e.chosen == nil && e.key.band == 1 {
		return e.files()
	}
	var cuts []int
	before := location{file: -1} // first is the number of the band
	for index, train := range e.visit(psh.Share{Stop: e.Len()}) {
		row := train.first + e.at(index) - train.before
		if here := (location{file: train.file, first: row / e.key.band}); here != before {
			if e.key.band > 1 || here.file != before.file {
				cuts = append(cuts, index)
			}
			before = here
		}
	}
	return cuts
}

// files are the entries that a file starts with.
func (e *ByEntry[T]) files() []int {
	var cuts []int
	for i := range e.trains {
		if train := &e.trains[i]; i == 0 || train.file != e.trains[i-1].file {
			cuts = append(cuts, train.before)
		}
	}
	return cuts
}
