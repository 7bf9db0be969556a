package h5

import (
	"fmt"
	"reflect"
	"slices"

	"extrapasha/internal/h5/format"
)

// chunks are those of a dataset, nil where they are not stored as the copy's are.
func (c *Copy) chunks(d *Dataset) *storage {
	a, b := c.like, d.object
	if b.Layout.Class != format.Chunked || a.Layout.Class != format.Chunked || !slices.Equal(a.Layout.Chunk, b.Layout.Chunk) ||
		!reflect.DeepEqual(a.Filters, b.Filters) || !reflect.DeepEqual(a.Type, b.Type) || !slices.Equal(a.Fill, b.Fill) {
		return nil
	}
	s, err := d.storage()
	if err != nil || s.PlainEdges {
		return nil // reading tells what is wrong, or libhdf5 reads it
	}
	return s
}

// copyChunks copies the chunks of bands of rows as they lie. Those that were never
// written are not in the copy either.
func (c *Copy) copyChunks(d *Dataset, s *storage, band, bands int) error {
	per := s.Chunks() / s.Count[0]
	next := stream{storage: s, stop: (band + bands) * per, block: c.block[:0]}
	at := make([]int, c.rank)
	for number := band * per; number < next.stop; number++ {
		where, raw, err := next.chunk(number)
		if err != nil {
			return d.changedOr(err)
		}
		if where.Address == format.Nowhere {
			continue
		}
		s.Coordinates(number, at)
		at[0] += c.done/c.band - band
		for axis := range at {
			at[axis] *= s.Chunk[axis]
		}
		if err := c.WriteChunk(at, where.Skipped, raw); err != nil {
			return err
		}
	}
	c.done += bands * c.band
	c.block = next.block
	return d.file.Unchanged()
}

// stream reads chunks as they are stored, those that lie side by side together.
type stream struct {
	*storage
	stop  int // of the chunks
	from  int // where the block lies in the file
	block []byte
}

// chunk is one of the chunks, until the next is asked for.
func (s *stream) chunk(number int) (where format.Place, raw []byte, err error) {
	if where, err = s.Place(number); err != nil || where.Address == format.Nowhere {
		return where, nil, err
	}
	if !s.right(where) {
		return where, nil, fmt.Errorf("%w: a chunk of %d bytes at %d of %d, expected %d in memory", ErrCorrupt, where.Size, where.Address, s.end, s.Bytes)
	}
	begin := int(where.Address) - s.from
	if begin < 0 || begin > len(s.block)-int(where.Size) {
		if err := s.read(number, where); err != nil {
			return where, nil, err
		}
		begin = 0
	}
	return where, s.block[begin : begin+int(where.Size)], nil
}

// read reads a chunk, and those that follow it in the file and in order.
func (s *stream) read(number int, first format.Place) error {
	size := int(first.Size)
	for number++; number < s.stop && size < copyBlock; number++ {
		next, err := s.Place(number)
		if err != nil || next.Address != first.Address+int64(size) || !s.right(next) {
			break // it is told when it is asked for
		}
		size += int(next.Size)
	}
	s.from, s.block = int(first.Address), grown(s.block, size)
	r := read{storage: s.storage}
	if err := r.readAt(s.block, s.from); err != nil {
		s.block = s.block[:0]
		return err
	}
	return nil
}
