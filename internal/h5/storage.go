package h5

// #include "shim.h"
import "C"

import (
	"fmt"
	"unsafe"
)

// storage is how the elements of a dataset lie in its file, for reading them
// there: as they are read, in one piece or in chunks, with filters that are known
// here.
type storage struct {
	*grid
	size  int    // of an element
	base  uint64 // what addresses in the file count from
	fill  []byte // an element that was never written
	index *chunkIndex
}

// storage finds out how the dataset lies in its file, the first time; nil where
// libhdf5 has to read it.
func (d *Dataset) storage() *storage {
	d.storageOnce.Do(func() {
		// What is not known here, or damaged, libhdf5 knows or complains about.
		d.stored, _ = d.findStorage()
	})
	return d.stored
}

func (d *Dataset) findStorage() (*storage, error) {
	rank := len(d.shape)
	if d.dtype.size() == 0 || rank == 0 || !littleMachine {
		return nil, ErrForm
	}
	var info C.shim_storage
	err := locked(func() error {
		if C.shim_store(d.file.id(), d.id(), C.int(d.dtype), &info) < 0 {
			return lastError()
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if info.plain == 0 || int(info.size) != d.dtype.size() {
		return nil, ErrForm
	}
	filters := make([]filter, info.filters)
	for i := range filters {
		filters[i] = filter{int(info.filter[i]), int(info.value[i])}
	}
	if !known(filters) {
		return nil, ErrForm
	}
	most, chunk := make([]int, rank), d.shape
	for axis := range most {
		most[axis] = int(info.most[axis])
	}
	if info.chunked != 0 {
		chunk = make([]int, rank)
		for axis := range chunk {
			chunk[axis] = int(info.chunk[axis])
		}
	}
	s := &storage{size: int(info.size), base: uint64(info.base), fill: make([]byte, info.size)}
	copy(s.fill, unsafe.Slice((*byte)(unsafe.Pointer(&info.fill[0])), len(s.fill)))
	if s.grid, err = newGrid(d.shape, most, chunk, s.size, filters); err != nil {
		return nil, err
	}
	open := func() *image {
		return &image{file: d.file.disk, base: s.base, size: uint64(d.file.size) - min(s.base, uint64(d.file.size))}
	}
	messages, err := open().header(uint64(info.header))
	if err != nil {
		return nil, err
	}
	for _, msg := range messages {
		if msg.kind == layoutMessage && msg.flags&2 == 0 {
			finder, err := s.layout(msg.data)
			if err != nil {
				return nil, err
			}
			s.index = newChunkIndex(finder, s.chunks(), open)
			return s, nil
		}
	}
	return nil, fmt.Errorf("%w: no layout", ErrForm)
}
