package keydata

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"sync"

	"extrapasha/internal/h5"
	"extrapasha/internal/trains"
	"extrapasha/run"
)

// DType is the type of a key's elements; its String is the NumPy name.
type DType = h5.DType

// The element types. Other stands for types that cannot be read, Record for structured
// ones, which have named fields: see [KeyData.Fields].
const (
	Other      = h5.Other
	Bool       = h5.Bool
	Int8       = h5.Int8
	Int16      = h5.Int16
	Int32      = h5.Int32
	Int64      = h5.Int64
	Uint8      = h5.Uint8
	Uint16     = h5.Uint16
	Uint32     = h5.Uint32
	Uint64     = h5.Uint64
	Float16    = h5.Float16
	Float32    = h5.Float32
	Float64    = h5.Float64
	Complex64  = h5.Complex64
	Complex128 = h5.Complex128
	String     = h5.String
	Record     = h5.Record
)

// Place is where in the files of a run a key is.
type Place struct {
	// Source is the name of the source, InFile its name in the files where that
	// is another one.
	Source, InFile string
	// Section is the part of the files that it belongs to.
	Section run.Section
	// Key is the name of the key, with ".value" for control sources.
	Key string
	// Field is the name of a field of it, empty for all: see [KeyData.Field].
	Field string
	// Files are those that have the source, at least one.
	Files []*run.File
	// Suspect tells to take trains that are not valid, too.
	Suspect bool
	// Locations are those of the source, for more of its keys, or nil.
	Locations *Locations
}

// KeyData is the data of one key of one source for some trains. It is made
// once and never changes; selecting gives a new one.
type KeyData struct {
	selection
	readers sync.Pool // of *Reader, for walks
}

// selection is what there is to know of a key for some trains.
type selection struct {
	place      Place
	dataset    string // its path in the files
	trainIDs   []uint64
	dtype      DType  // that it is read as
	has        DType  // another that it is converted from, Other for none
	stored     string // the type as the first file has it
	bytes      int    // of an element there
	fields     []Field
	raw        bool // the elements are bytes of records, see rawKey
	textSize   int  // bytes of a text there, where all are as long
	entryShape []int
	band       int // rows that are compressed together, in the first file
	*located
}

// New finds the data of a key for trains, see [TrainSelection]. The
// error names the file that lacks the key or its index.
func New(place Place, trainIDs []uint64) (*KeyData, error) {
	if place.InFile == "" {
		place.InFile = place.Source
	}
	k := &KeyData{selection: selection{place: place, dataset: run.Dataset(place.Section, place.InFile, place.Key)}}
	if err := k.describe(); err != nil {
		return nil, k.fail(0, err)
	}
	if err := k.widen(trainIDs); err != nil {
		return nil, k.fail(0, err)
	}
	return k.in(place.Locations, trainIDs)
}

// describe finds out what the first file tells of the key.
func (s *selection) describe() error {
	file := s.place.Files[0]
	err := s.inFile(0, func(sample *h5.Dataset) error {
		if len(sample.Shape()) == 0 {
			return fmt.Errorf("%w: %s: %s is a single value, expected one row per entry", ErrUnreadable, file.Path(), sample.Path())
		}
		s.dtype, s.stored, s.entryShape, s.band = sample.DType(), sample.TypeName(), sample.Shape()[1:], sample.Band()
		s.bytes, s.textSize, s.fields = sample.ElementSize(), sample.TextSize(), sample.Fields()
		return checkEntry(file.Path(), sample)
	})
	if errors.Is(err, h5.ErrForm) || errors.Is(err, h5.ErrNull) {
		err = fmt.Errorf("%w: %w", ErrUnreadable, err)
	}
	return err
}

// inFile calls f with the data in one file, whatever it is like.
func (s *selection) inFile(number int, f func(*h5.Dataset) error) error {
	return s.place.Files[number].UseDataset(s.dataset, func(dataset *h5.Dataset) error {
		part, err := s.part(dataset)
		if err != nil {
			return err
		}
		return f(part)
	})
}

// checkEntry makes sure that the size of an entry can be counted with.
func checkEntry(path string, dataset *h5.Dataset) error {
	size := max(16, dataset.ElementSize()) // bytes of the largest element in memory, or in the file
	for _, length := range dataset.Shape()[1:] {
		if length > 0 && size > math.MaxInt/length {
			return fmt.Errorf("%s: an entry of %s has the shape %v, which is more than any memory: %w", path, dataset.Path(), dataset.Shape()[1:], h5.ErrCorrupt)
		}
		size *= max(length, 1)
	}
	return nil
}

// widen makes the type of the elements one that holds those of all files.
func (s *selection) widen(trainIDs []uint64) error {
	for i, file := range s.place.Files {
		if i == 0 || !file.Overlaps(trainIDs) {
			continue
		}
		err := s.inFile(i, func(dataset *h5.Dataset) error {
			if wide := promote(s.dtype, dataset.DType()); wide != Other { // else reading tells
				s.dtype = wide
			}
			return nil
		})
		if err != nil && !errors.Is(err, h5.ErrNoObject) {
			return err
		}
	}
	return nil
}

// only is the data for some trains.
func (k *KeyData) only(trainIDs []uint64) (*KeyData, error) { return k.in(nil, trainIDs) }

// in is the data for some trains, whose locations are known or will be.
func (k *KeyData) in(known *Locations, trainIDs []uint64) (*KeyData, error) {
	of := k.selection
	of.trainIDs = trainIDs
	var err error
	if of.located, err = known.of(k.place, trainIDs); err == nil {
		err = of.checkClaims()
	}
	if err != nil {
		return nil, k.fail(0, err)
	}
	return &KeyData{selection: of}, nil
}

func (k *KeyData) fail(trainID uint64, err error) error {
	return &Error{Source: k.place.Source, Key: k.Key(), TrainID: trainID, Err: err}
}

// Group is the part of the key that has an index of its own, empty for control
// sources.
func (k *KeyData) Group() string { return k.place.group() }

func (p Place) group() string {
	if p.Section == run.Control {
		return ""
	}
	group, _, _ := strings.Cut(p.Key, ".")
	return group
}

// Source is the name of the source.
func (k *KeyData) Source() string { return k.place.Source }

// Key is the name of the key, with ".value" for control sources, and that of a field
// behind it.
func (k *KeyData) Key() string { return k.place.name() }

// Section tells which part of the files the source belongs to.
func (k *KeyData) Section() run.Section { return k.place.Section }

// TrainIDs are the trains of the selection, with or without data for this key, see
// [TrainSelection]. Do not change them.
func (k *KeyData) TrainIDs() []uint64 { return k.trainIDs }

// Len is the number of trains: a key is mapped over by trains.
func (k *KeyData) Len() int { return len(k.trainIDs) }

// DType is the type of the elements.
func (k *KeyData) DType() DType { return k.dtype }

// EntryShape is the shape of one entry: of one image, say, none for a single
// number. Do not change it.
func (k *KeyData) EntryShape() []int { return k.entryShape }

// NDim is the number of dimensions of all data.
func (k *KeyData) NDim() int { return len(k.entryShape) + 1 }

// Entries is the number of entries in all trains.
func (k *KeyData) Entries() int {
	entries := 0
	for _, span := range k.spans {
		entries += span.count
	}
	return entries
}

// Shape is the shape of all data: the number of entries in all trains, followed
// by the shape of an entry.
func (k *KeyData) Shape() []int { return append([]int{k.Entries()}, k.entryShape...) }

// entrySize is the number of elements of an entry.
func (k *KeyData) entrySize() int {
	size := 1
	for _, length := range k.entryShape {
		size *= length
	}
	return size
}

// Bytes is the size of all data as NumPy has it: a text of any length counts as the 8
// bytes of a reference to it, one of a fixed length as that. What a damaged file
// claims may be beyond all numbers: then it is the largest.
func (k *KeyData) Bytes() int64 {
	element := k.textSize
	switch {
	case k.dtype == Other:
		return 0
	case k.dtype == Record:
		element = k.bytes
	case k.dtype != String:
		element = int(k.dtype.Go().Size())
	case element == 0:
		element = 8
	}
	bytes := int64(k.Entries())
	for _, factor := range []int64{int64(k.entrySize()), int64(element)} {
		if factor > 0 && bytes > math.MaxInt64/factor {
			return math.MaxInt64
		}
		bytes *= factor
	}
	return bytes
}

// String tells source, key, element type and shape.
func (k *KeyData) String() string {
	return fmt.Sprintf("%s, %s (%v, shape %v, %d trains)", k.Source(), k.Key(), k.dtype, k.Shape(), len(k.trainIDs))
}

// DataCounts is the number of entries of each train of TrainIDs.
func (k *KeyData) DataCounts() []int {
	counts := make([]int, len(k.trains))
	for i, train := range k.trains {
		counts[i] = train.count
	}
	return counts
}

// Passed tells for each of TrainIDs whether reading all data passes over it: it has
// entries, or has none but is in a file, in one stretch of selected trains with
// some that have. These are the trains that EXtra-data's trains(keep_dims=True)
// gives. Do not change it.
func (k *KeyData) Passed() []bool { return k.passed }

// TrainIndexBounds tells for each train of TrainIDs where its entries start and
// stop in all data. The trains must be in order in the files, as they are but
// for suspect ones.
func (k *KeyData) TrainIndexBounds() (starts, stops []int) {
	ids, at := trains.Ordered(k.trainIDs)
	counts := k.DataCounts()
	if at != nil { // all data has each train once, in the order of the IDs
		counts = make([]int, len(ids))
		for i, train := range k.trains {
			counts[at[i]] = train.count
		}
	}
	starts, stops = make([]int, len(ids)), make([]int, len(ids))
	row := 0
	for i, count := range counts {
		starts[i] = row
		row += count
		stops[i] = row
	}
	return trains.Spread(starts, at), trains.Spread(stops, at)
}

// TrainIDCoordinates is the train ID of each entry, as long as Shape()[0]. In a
// run, where a train's data for a source is in one file, the entries are in the
// order of TrainIDs.
func (k *KeyData) TrainIDCoordinates() []uint64 {
	ids := make([]uint64, 0, k.Entries())
	for _, span := range k.spans {
		for _, stay := range k.stays[span.from:span.to] {
			for range stay.count {
				ids = append(ids, k.trainIDs[stay.position])
			}
		}
	}
	return ids
}

// Cuts are the positions in TrainIDs where another file starts, or rows that are
// compressed together, so that a share of a map needs few of them.
func (k *KeyData) Cuts() []int {
	var cuts []int
	file, last := -1, 0
	for i, train := range k.trains {
		if train.count == 0 {
			continue
		}
		if train.file != file || k.band > 1 && train.first/k.band != last/k.band {
			cuts = append(cuts, i)
		}
		file, last = train.file, train.first+train.count-1
	}
	return cuts
}

// SelectTrains is the data for some of the trains. The error is one of the
// selection, such as a position that is not there.
func (k *KeyData) SelectTrains(trains TrainSelection) (*KeyData, error) {
	ids, err := trains(k.trainIDs)
	if err != nil {
		return nil, k.fail(0, err)
	}
	return k.only(ids)
}

// SplitTrains divides the trains as [Split] does, into keys that have a part of
// them each.
func (k *KeyData) SplitTrains(parts, trainsPerPart int) ([]*KeyData, error) {
	shares, err := Split(len(k.trainIDs), parts, trainsPerPart)
	if err != nil {
		return nil, k.fail(0, err)
	}
	keys := make([]*KeyData, len(shares))
	for i, share := range shares {
		if keys[i], err = k.only(k.trainIDs[share.Start:share.Stop]); err != nil {
			return nil, err
		}
	}
	return keys, nil
}

// DropEmptyTrains is the data for those of the trains that have any.
func (k *KeyData) DropEmptyTrains() (*KeyData, error) {
	var ids []uint64
	for i, id := range k.trainIDs {
		if k.trains[i].count > 0 {
			ids = append(ids, id)
		}
	}
	return k.only(ids)
}
