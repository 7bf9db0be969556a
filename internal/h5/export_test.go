package h5

import (
	"bytes"
	"sync"
	"unsafe"
)

// ReadWithLibrary reads as Read does, with libhdf5 whatever the dataset: the judge
// of what is read around it.
func ReadWithLibrary[T any](d *Dataset, region Region, out []T) error {
	return d.readLibrary(region, unsafe.Pointer(unsafe.SliceData(out)))
}

// Direct tells whether a dataset is read around libhdf5.
func Direct(d *Dataset) bool { return d.storage() != nil }

// IndexKind is the type of the structure that tells where the chunks are.
func IndexKind(d *Dataset) any {
	if s := d.storage(); s != nil {
		return s.index.finder
	}
	return nil
}

// Inflate inflates a chunk with ISA-L and nothing else.
func Inflate(stored, into []byte) error { return filter{kind: deflateFilter}.undo(stored, into) }

// Unshuffle undoes shuffling.
func Unshuffle(in []byte, element int, out []byte) {
	_ = filter{shuffleFilter, element}.undo(in, out)
}

// Chunks are where the chunks of a dataset lie in its file.
func Chunks(d *Dataset) (parts [][2]int, err error) {
	s := d.storage()
	for i := range s.chunks() {
		where, err := s.index.place(i)
		if err != nil {
			return nil, err
		}
		parts = append(parts, [2]int{int(s.base + where.address), int(where.size)})
	}
	return parts, nil
}

// Forget makes a dataset find out again how it lies in its file.
func Forget(d *Dataset) { d.storageOnce, d.stored = sync.Once{}, nil }

// AskAhead turns asking the system for data on and off.
func AskAhead(on bool) { askAhead = on }

// FindIn looks for the chunks of a dataset in a file that is not quite its own.
func FindIn(d *Dataset, content []byte) error {
	s := d.storage()
	m := &image{file: bytes.NewReader(content), base: s.base, size: uint64(len(content)) - s.base}
	return s.index.finder.find(m, 0, nowheres(s.chunks()))
}

// Undo undoes the filters of a chunk.
func Undo(filters []Filter, element int, stored, into []byte) error {
	steps := make([]filter, len(filters))
	for i, f := range filters {
		steps[i] = filter{f.number, element}
	}
	return new(scratch).undo(steps, 0, stored, into)
}
