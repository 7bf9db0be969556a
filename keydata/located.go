package keydata

import (
	"cmp"
	"fmt"
	"slices"
	"sync"
	"unsafe"

	"extrapasha/internal/h5"
	"extrapasha/internal/trains"
	"extrapasha/run"
)

// location is where the entries of a train lie: count rows of a file's dataset.
type location struct{ file, first, count int }

// span is a range of rows of a file that hold the entries of neighbouring trains.
type span struct {
	location
	from, to int    // which of the stays are those trains
	order    uint64 // what spans are sorted by
}

// stay is a train in a span, with as many entries there.
type stay struct {
	position int // of the train
	count    int
}

// located is where the entries of trains lie, the same for all keys of a group.
type located struct {
	trains []location // where each train's entries lie
	spans  []span     // all entries, in the order of Read
	stays  []stay     // the trains of the spans
	passed []bool     // see Passed
	claims []claim    // of the index, that each key has to check
}

// claim is what an index says of a train.
type claim struct {
	location
	trainID uint64
}

// Locations are where the entries of the groups of keys of a source lie, so that this
// is found out once for all keys of a group.
type Locations struct {
	mutex  sync.Mutex
	groups map[string]knownLocations
}

type knownLocations struct {
	*located
	trainIDs []uint64
}

// of finds where the entries lie that a place's group has. No Locations know nothing.
func (l *Locations) of(place Place, trainIDs []uint64) (*located, error) {
	if l == nil {
		return locate(place, trainIDs)
	}
	l.mutex.Lock()
	defer l.mutex.Unlock()
	group := place.group()
	if known := l.groups[group]; known.located != nil && identical(known.trainIDs, trainIDs) {
		return known.located, nil
	}
	here, err := locate(place, trainIDs)
	if err == nil {
		if l.groups == nil {
			l.groups = map[string]knownLocations{}
		}
		l.groups[group] = knownLocations{here, trainIDs}
	}
	return here, err
}

// identical tells whether two lists are the same memory.
func identical(a, b []uint64) bool {
	return len(a) == len(b) && unsafe.SliceData(a) == unsafe.SliceData(b)
}

func locate(place Place, trainIDs []uint64) (*located, error) {
	ids, at := trains.Ordered(trainIDs)
	l := &located{trains: make([]location, len(ids)), passed: make([]bool, len(ids)), stays: make([]stay, 0, len(ids))}
	for i, file := range place.Files {
		if !file.Overlaps(ids) {
			continue
		}
		index, err := file.Index(place.InFile, place.group())
		if err != nil {
			return nil, err
		}
		l.add(i, file, index, ids, place.Suspect)
	}
	if at != nil {
		l.rearrange(at)
	}
	slices.SortStableFunc(l.spans, func(a, b span) int { return cmp.Compare(a.order, b.order) })
	return l, nil
}

// rearrange puts what is known of trains in order to those in another, see [trains.Ordered].
// A stay is that of the first of those that are the same train.
func (l *located) rearrange(at []int) {
	first := make([]int, len(l.trains))
	for i := len(at) - 1; i >= 0; i-- {
		first[at[i]] = i
	}
	for i := range l.stays {
		l.stays[i].position = first[l.stays[i].position]
	}
	l.trains, l.passed = trains.Spread(l.trains, at), trains.Spread(l.passed, at)
}

// plausibleRows is what an index may say without being checked before the data is
// read. Few files have more rows; numbers beyond are mostly damage, and too large
// to count with.
const plausibleRows = 1 << 20

// add adds the trains that a file has. As in EXtra-data, entries are read by
// stretches of selected trains that are neighbours in their file, and the
// stretches are in the order of their first train. A stretch is more than one
// span where its rows do not follow each other.
func (l *located) add(number int, file *run.File, index run.Index, trainIDs []uint64, suspect bool) {
	stretch := make([]int, 0, len(file.TrainIDs())) // positions of its trains
	hasData := false
	var order uint64
	end := func() {
		for _, position := range stretch {
			l.passed[position] = l.passed[position] || hasData
		}
		stretch, hasData = stretch[:0], false
	}
	positions := trains.Positions{IDs: trainIDs}
	for i, id := range file.TrainIDs() {
		position, selected := positions.Find(id)
		if !selected || !suspect && !file.Valid()[i] {
			end()
			continue
		}
		if len(stretch) == 0 {
			order = id
		}
		stretch = append(stretch, position)
		here := location{number, index.First[i], index.Count[i]}
		if here.count == 0 {
			continue
		}
		if here.first > plausibleRows || here.count > plausibleRows {
			l.claims = append(l.claims, claim{here, id})
		}
		hasData = true
		if l.trains[position].count == 0 {
			l.trains[position] = here
		}
		l.extend(here, position, order)
	}
	end()
}

// extend adds a train's rows to the last span, if they follow it, or starts one.
func (l *located) extend(here location, position int, order uint64) {
	n := len(l.spans)
	if n == 0 || !l.spans[n-1].goesOn(here, order) {
		l.spans = append(l.spans, span{location: location{here.file, here.first, 0}, from: len(l.stays), order: order})
		n++
	}
	l.stays = append(l.stays, stay{position, here.count})
	last := &l.spans[n-1]
	last.count, last.to = last.count+here.count, len(l.stays)
}

// goesOn tells whether rows of the same stretch follow those of the span.
func (s *span) goesOn(here location, order uint64) bool {
	return s.file == here.file && s.order == order && s.first+s.count == here.first
}

// checkClaims makes sure that rows are there of which the index says what is not
// plausible.
func (s *selection) checkClaims() error {
	for claims := s.claims; len(claims) > 0; {
		here := claims[0].file
		file := s.place.Files[here]
		err := file.UseDataset(s.dataset, func(dataset *h5.Dataset) error {
			for ; len(claims) > 0 && claims[0].file == here; claims = claims[1:] {
				if err := inBounds(file, dataset, claims[0].location); err != nil {
					return fmt.Errorf("train %d: %w", claims[0].trainID, err)
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// inBounds tells whether the rows that an index promises are in a dataset, before
// memory is made for them.
func inBounds(file *run.File, dataset *h5.Dataset, where location) error {
	rows := dataset.Shape()[0]
	if where.first <= rows && where.count <= rows-where.first {
		return nil
	}
	return fmt.Errorf("%s: the index has %d rows from %d on for %s, which has %d: %w",
		file.Path(), where.count, where.first, dataset.Path(), rows, h5.ErrBounds)
}
