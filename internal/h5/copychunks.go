package h5

// #include "driver.h"
import "C"

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"reflect"
	"slices"
	"unsafe"

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
// written are not in the copy either. libhdf5 finds their places; the bytes go there past
// it meanwhile, those of neighbours at once.
func (c *Copy) copyChunks(d *Dataset, s *storage, band, bands int) error {
	moves, ended := make(chan move, 64), make(chan struct{})
	var failed error
	go func() {
		defer close(ended)
		for m := range moves {
			if failed = c.move(d, s, m); failed != nil {
				return
			}
		}
	}()
	err := c.placeChunks(d, s, band, bands, func(m move) (more bool) {
		select {
		case moves <- m:
			return true
		case <-ended:
			return false
		}
	})
	close(moves)
	<-ended
	if err := cmp.Or(failed, err); err != nil {
		return err
	}
	c.done += bands * c.band
	return d.file.Unchanged()
}

// placeChunks finds places for chunks, and has their bytes go there.
func (c *Copy) placeChunks(d *Dataset, s *storage, band, bands int, send func(move) (more bool)) error {
	per := s.Chunks() / s.Count[0]
	at := make([]int, c.rank)
	var next move
	for number := band * per; number < (band+bands)*per; number++ {
		where, err := s.Place(number)
		switch {
		case err != nil:
			return d.changedOr(err)
		case where.Address == format.Nowhere:
			continue
		case !s.right(where):
			return d.changedOr(fmt.Errorf("%w: a chunk of %d bytes at %d of %d, expected %d in memory", ErrCorrupt, where.Size, where.Address, s.end, s.Bytes))
		}
		s.Coordinates(number, at)
		at[0] += c.done/c.band - band
		for axis := range at {
			at[axis] *= s.Chunk[axis]
		}
		to, err := c.place(at, where)
		if err != nil {
			return err
		}
		if where.Address != next.from+next.size || to != next.to+next.size || next.size >= copyBlock {
			if next.size > 0 && !send(next) {
				return nil
			}
			next = move{from: where.Address, to: to}
		}
		next.size += int64(where.Size)
	}
	if next.size > 0 {
		send(next)
	}
	return nil
}

// place finds a place for a chunk as another is stored.
func (c *Copy) place(at []int, like format.Place) (int64, error) {
	c.blank = grown(c.blank, int(like.Size))
	address := C.haddr_t(C.HADDR_UNDEF)
	err := c.writer.locked(func() error {
		address = C.shim_place_chunk(c.id, &dims(at)[0], C.uint32_t(like.Skipped), C.size_t(like.Size), unsafe.Pointer(unsafe.SliceData(c.blank)))
		if address == C.HADDR_UNDEF {
			return c.writer.fail("write", c.path, lastError())
		}
		return nil
	})
	return int64(address), err
}

// move is bytes that go from a place in a file to one in another.
type move struct{ from, to, size int64 }

// move copies bytes of a dataset. copy_file_range is slower where the two places are not
// alike within their pages.
func (c *Copy) move(d *Dataset, s *storage, m move) error {
	r := read{storage: s}
	for done := int64(0); done < m.size; done += int64(len(c.block)) {
		c.block = grown(c.block, int(min(m.size-done, copyBlock)))
		if err := r.readAt(c.block, int(m.from+done)); err != nil {
			return d.changedOr(err)
		}
		if _, err := c.writer.disk.WriteAt(c.block, m.to+done); err != nil {
			var system *fs.PathError
			if errors.As(err, &system) {
				err = system.Err // the file has another name for now
			}
			return c.writer.fail("write", c.path, err)
		}
	}
	return nil
}
