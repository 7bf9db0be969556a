package keydata

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"extrapasha/internal/h5"
	"extrapasha/run"
)

// DType is the type of a key's elements; its String is the NumPy name.
type DType = h5.DType

// The element types. Other stands for types that cannot be read.
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
)

// KeyData is the data of one key of one source for some trains. It is made
// once and never changes.
type KeyData struct {
	source, key string
	section     run.Section
	trainIDs    []uint64
	files       []*run.File
	dtype       DType
	entryShape  []int
	trains      []location // where each train's entries lie
	spans       []span     // all entries, in the order of Read
}

// location is where the entries of a train lie: count rows of a file's dataset.
type location struct{ file, first, count int }

// span is a range of rows of a file that hold the entries of neighbouring trains.
type span struct {
	location
	trainIDs []uint64 // of each entry, run by run, see counts
	counts   []int
	order    uint64 // what spans are sorted by
}

// New finds the data of a key of a source, for trains in ascending order of
// their IDs, in the files that have the source (at least one). The error names
// the file that lacks the key or its index.
func New(source, key string, section run.Section, trainIDs []uint64, files []*run.File) (*KeyData, error) {
	k := &KeyData{source: source, key: key, section: section, trainIDs: trainIDs, files: files}
	sample, err := files[0].Dataset(source, key)
	if err != nil {
		return nil, k.fail(0, err)
	}
	if len(sample.Shape()) == 0 {
		return nil, k.fail(0, fmt.Errorf("%s: %s is a single value, expected one row per entry", files[0].Path(), sample.Path()))
	}
	k.dtype, k.entryShape = sample.DType(), sample.Shape()[1:]
	k.trains = make([]location, len(trainIDs))
	for i := range files {
		if err := k.locate(i); err != nil {
			return nil, k.fail(0, err)
		}
	}
	slices.SortStableFunc(k.spans, func(a, b span) int { return cmp.Compare(a.order, b.order) })
	return k, nil
}

func (k *KeyData) fail(trainID uint64, err error) error {
	return &Error{Source: k.source, Key: k.key, TrainID: trainID, Err: err}
}

// group is the part of the key that has an index of its own.
func (k *KeyData) group() string {
	if k.section == run.Control {
		return ""
	}
	group, _, _ := strings.Cut(k.key, ".")
	return group
}

// locate adds the trains that a file has. As in EXtra-data, entries are read by
// stretches of selected trains that are neighbours in their file, and the
// stretches are in the order of their first train. A stretch is more than one
// span where its rows do not follow each other.
func (k *KeyData) locate(file int) error {
	index, err := k.files[file].Index(k.source, k.group())
	if err != nil {
		return err
	}
	inStretch := false
	var order uint64
	for i, id := range k.files[file].TrainIDs() {
		position, selected := find(k.trainIDs, id)
		if !selected {
			inStretch = false
			continue
		}
		if !inStretch {
			inStretch, order = true, id
		}
		here := location{file, index.First[i], index.Count[i]}
		if here.count == 0 {
			continue
		}
		if k.trains[position].count == 0 {
			k.trains[position] = here
		}
		k.extend(here, id, order)
	}
	return nil
}

// extend adds a train's rows to the last span, if they follow it, or starts one.
func (k *KeyData) extend(here location, id, order uint64) {
	if n := len(k.spans); n > 0 {
		last := &k.spans[n-1]
		if last.file == here.file && last.order == order && last.first+last.count == here.first {
			last.count += here.count
			last.trainIDs = append(last.trainIDs, id)
			last.counts = append(last.counts, here.count)
			return
		}
	}
	k.spans = append(k.spans, span{location: here, trainIDs: []uint64{id}, counts: []int{here.count}, order: order})
}

func find(sorted []uint64, id uint64) (int, bool) { return slices.BinarySearch(sorted, id) }

// Source is the name of the source.
func (k *KeyData) Source() string { return k.source }

// Key is the name of the key, with ".value" for control sources.
func (k *KeyData) Key() string { return k.key }

// Section tells whether the source is a control or an instrument source.
func (k *KeyData) Section() run.Section { return k.section }

// TrainIDs are the trains of the selection, in ascending order, with or without
// data for this key. Do not change them.
func (k *KeyData) TrainIDs() []uint64 { return k.trainIDs }

// Len is the number of trains: a key is mapped over by trains.
func (k *KeyData) Len() int { return len(k.trainIDs) }

// DType is the type of the elements.
func (k *KeyData) DType() DType { return k.dtype }

// EntryShape is the shape of one entry: of one image, say, none for a single
// number. Do not change it.
func (k *KeyData) EntryShape() []int { return k.entryShape }

// Shape is the shape of all data: the number of entries in all trains, followed
// by the shape of an entry.
func (k *KeyData) Shape() []int {
	entries := 0
	for _, span := range k.spans {
		entries += span.count
	}
	return append([]int{entries}, k.entryShape...)
}

// String tells source, key, element type and shape.
func (k *KeyData) String() string {
	return fmt.Sprintf("%s, %s (%v, shape %v, %d trains)", k.source, k.key, k.dtype, k.Shape(), len(k.trainIDs))
}

// DataCounts is the number of entries of each train of TrainIDs.
func (k *KeyData) DataCounts() []int {
	counts := make([]int, len(k.trains))
	for i, train := range k.trains {
		counts[i] = train.count
	}
	return counts
}

// TrainIDCoordinates is the train ID of each entry, as long as Shape()[0]. In a
// run, where a train's data for a source is in one file, the entries are in the
// order of TrainIDs.
func (k *KeyData) TrainIDCoordinates() []uint64 {
	ids := make([]uint64, 0, k.Shape()[0])
	for _, span := range k.spans {
		for i, id := range span.trainIDs {
			ids = append(ids, slices.Repeat([]uint64{id}, span.counts[i])...)
		}
	}
	return ids
}

// Cuts are the positions in TrainIDs where another file starts, so that a share
// of a map needs few files.
func (k *KeyData) Cuts() []int {
	var cuts []int
	file := -1
	for i, train := range k.trains {
		if train.count > 0 && train.file != file {
			cuts = append(cuts, i)
			file = train.file
		}
	}
	return cuts
}

// FilePaths are the paths of the files that the data is in, sorted.
func (k *KeyData) FilePaths() []string {
	var paths []string
	for _, span := range k.spans {
		paths = append(paths, k.files[span.file].Path())
	}
	slices.Sort(paths)
	return slices.Compact(paths)
}
