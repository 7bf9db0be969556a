package h5

// #include "driver.h"
import "C"

import (
	"fmt"
	"reflect"
	"slices"
	"unsafe"

	"extrapasha/internal/h5/format"
)

// chunks are those of a dataset, nil where they cannot be copied as they are: they have
// what is elsewhere in the file, or the copy's chunks are stored in another way.
func (c *Copy) chunks(d *Dataset) *storage {
	a, b := c.like, d.object
	if b.Layout.Class != format.Chunked || a.Layout.Class != format.Chunked || !slices.Equal(a.Layout.Chunk, b.Layout.Chunk) ||
		!reflect.DeepEqual(a.Filters, b.Filters) || !a.Type.Like(b.Type) || !slices.Equal(a.Fill, b.Fill) || hasVariable(b.Type) {
		return nil
	}
	s, err := d.asStored()
	if err != nil || s.PlainEdges || !c.sameFilters() {
		return nil // reading tells what is wrong, or libhdf5 reads it
	}
	return s
}

// sameFilters tells whether the filters have the parameters that they have where the chunks
// come from. Shuffle goes by the type, and those that this package does not know set theirs
// as they like; reading does not go by those of the others.
func (c *Copy) sameFilters() bool {
	for i, f := range c.like.Filters {
		switch f.ID {
		case format.DeflateFilter, format.FletcherFilter, format.LZFFilter:
		case format.ShuffleFilter:
			if !slices.Equal(f.Values, []uint32{uint32(c.like.Type.Size)}) {
				return false
			}
		default:
			if !slices.Equal(f.Values, c.parameters(i)) {
				return false
			}
		}
	}
	return true
}

// parameters are those of a filter of the copy, or none.
func (c *Copy) parameters(filter int) (values []uint32) {
	_ = c.writer.locked(func() error {
		list := C.H5Dget_create_plist(c.id)
		if list < 0 {
			return lastError()
		}
		defer C.H5Pclose(list)
		var flags C.uint
		n := C.size_t(len(c.like.Filters[filter].Values) + 1)
		values = make([]uint32, n)
		if C.H5Pget_filter2(list, C.uint(filter), &flags, &n, (*C.uint)(unsafe.Pointer(&values[0])), 0, nil, nil) < 0 {
			n = 0
		}
		values = values[:min(int(n), len(values))]
		return nil
	})
	return values
}

// placedTogether is how many chunks libhdf5 finds places for in one call at the most, and
// a copyBlock how many bytes, or little more.
const placedTogether = 4096

// copyChunks copies the chunks of bands of rows as they lie. Those that were never
// written are not in the copy either. libhdf5 finds their places; the bytes go there past
// it, see move.go.
func (c *Copy) copyChunks(d *Dataset, s *storage, band, bands int) error {
	per := s.Chunks() / s.Count[0]
	first := (band - c.done/c.band) * s.Chunk[0] // in the source, of the first row of the copy
	for number, end := band*per, (band+bands)*per; number < end; {
		list := unplaced{first: first}
		for ; number < end && list.size < copyBlock && len(list.from) < placedTogether; number++ {
			where, err := s.Place(number)
			switch {
			case err != nil:
				return d.changedOr(err)
			case where.Address == format.Nowhere:
			case !s.right(where):
				return d.changedOr(fmt.Errorf("%w: a chunk of %d bytes at %d of %d, expected %d in memory", ErrCorrupt, where.Size, where.Address, s.end, s.Bytes))
			default:
				list.add(s, number, where)
			}
		}
		moves, err := c.place(list)
		if err != nil {
			return err
		}
		c.writer.move(c.path, d, s, moves)
	}
	c.done += bands * c.band
	return nil
}

// unplaced are chunks that have no place in the file that is written yet.
type unplaced struct {
	first   int     // of a copy, the row of the source that is its first
	size    int     // of all
	from    []int64 // of a copy, where each lies in the source
	offsets []C.hsize_t
	sizes   []C.size_t
	skipped []C.uint32_t
	at      []int
}

func (u *unplaced) add(s *storage, number int, where format.Place) {
	u.at = slices.Grow(u.at[:0], len(s.Chunk))[:len(s.Chunk)]
	s.Coordinates(number, u.at)
	for axis, at := range u.at {
		offset := at * s.Chunk[axis]
		if axis == 0 {
			offset -= u.first
		}
		u.offsets = append(u.offsets, C.hsize_t(offset))
	}
	u.size += int(where.Size)
	u.from = append(u.from, where.Address)
	u.sizes = append(u.sizes, C.size_t(where.Size))
	u.skipped = append(u.skipped, C.uint32_t(where.Skipped))
}

// place finds places for chunks, and tells what has to go there: those that are
// neighbours in both files at once.
func (c *Copy) place(u unplaced) (moves []move, err error) {
	if len(u.from) == 0 {
		return nil, nil
	}
	c.blank = grown(c.blank, int(slices.Max(u.sizes)))
	to, err := c.writer.place(c.id, c.path, &u, c.blank)
	if err != nil {
		return nil, err
	}
	for i, from := range u.from {
		size := int64(u.sizes[i])
		if n := len(moves); n > 0 && moves[n-1].from+moves[n-1].size == from && moves[n-1].to+moves[n-1].size == int64(to[i]) {
			moves[n-1].size += size
			continue
		}
		moves = append(moves, move{from, int64(to[i]), size})
	}
	return moves, nil
}

// place has libhdf5 find places for chunks of a dataset. data is as long as the largest,
// and nobody looks at it.
func (w *Writer) place(id C.hid_t, path string, u *unplaced, data []byte) (to []C.haddr_t, err error) {
	to = make([]C.haddr_t, len(u.sizes))
	rank := len(u.offsets) / len(to)
	err = w.locked(func() error {
		if C.shim_place_chunks(id, C.size_t(len(to)), C.int(rank), &u.offsets[0], &u.skipped[0], &u.sizes[0], unsafe.Pointer(unsafe.SliceData(data)), &to[0]) < 0 {
			return w.fail("write", path, lastError())
		}
		return nil
	})
	return to, err
}
