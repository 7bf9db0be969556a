package h5

// #include "shim.h"
import "C"

import (
	"errors"
	"fmt"
	"runtime"
	"slices"
	"unsafe"

	"extrapasha/internal/h5/format"
)

// Copy is a dataset that is filled with rows of others, one after the other.
type Copy struct {
	*NewData
	like  *format.Object // that it is stored like
	shape []int
	band  int // rows that are written together
	done  int // rows that are written
	held  int // rows that are not yet
	block []byte
	blank []byte // in place of a chunk
	of    DType  // of the block
}

// copyBlock is about how many bytes are copied at a time of data in one piece.
const copyBlock = 1 << 20

// CopyOf makes a dataset of so many rows that is stored as another one: elements of the
// same type, in the same chunks, with the same filters and attributes.
func (w *Writer) CopyOf(path string, d *Dataset, rows int) (*Copy, error) {
	shape, most := slices.Clone(d.shape), slices.Clone(d.object.Space.Most)
	if len(shape) == 0 {
		return nil, w.fail("create", path, fmt.Errorf("%w: %s is a single value", ErrBounds, d.path))
	}
	shape[0], most[0] = rows, format.NoLimit
	return w.copyOf(path, d, shape, most)
}

// copyOf makes a dataset of a shape, which may grow up to most.
func (w *Writer) copyOf(path string, d *Dataset, shape, most []int) (*Copy, error) {
	id, err := w.createLike(path, d, shape, most)
	if err != nil {
		return nil, err
	}
	c := &Copy{NewData: &NewData{writer: w, id: id, path: path, dtype: d.dtype, rank: len(shape)}, like: d.object, shape: shape}
	c.band = max(1, copyBlock/max(1, c.rowBytes(d)))
	if chunk := d.object.Layout.Chunk; d.object.Layout.Class == format.Chunked {
		c.band = chunk[0]
	}
	if err := w.copyAttributes(path, object{d.file, d.inFile, d.header}); err != nil {
		c.Close()
		return nil, err
	}
	return c, nil
}

// rowBytes is the size of a row of a dataset of the shape of the copy, in memory.
func (c *Copy) rowBytes(d *Dataset) int {
	size := d.object.Type.Size
	for axis := 1; axis < len(c.shape); axis++ {
		size *= c.shape[axis]
	}
	return size
}

// Append copies rows of a dataset behind those that are there. Chunks that come to lie
// on chunks are copied as they are, after it has returned: see [Writer.Then].
func (c *Copy) Append(d *Dataset, first, count int) error {
	region := Whole(d.shape)
	if len(d.shape) > 0 {
		region.Start[0], region.Count[0] = first, count
	}
	if _, err := region.size(d.shape); err != nil {
		return d.fail("copy", err)
	}
	if len(d.shape) == 0 || !slices.Equal(d.shape[1:], c.shape[1:]) || c.done+c.held+count > c.shape[0] {
		return d.fail("copy", fmt.Errorf("%w: %d rows of a dataset of shape %v, expected up to %d rows of shape %v", ErrBounds, count, d.shape, c.shape[0]-c.done-c.held, c.shape[1:]))
	}
	chunks, plain := c.chunks(d), c.plain(d)
	for count > 0 {
		n := min(count, c.band-(c.done+c.held)%c.band)
		var err error
		if chunks != nil && c.held == 0 && n == c.band && first%c.band == 0 {
			n = count / c.band * c.band
			err = c.copyChunks(d, chunks, first/c.band, n/c.band)
		} else {
			region.Start[0], region.Count[0] = first, n
			if plain {
				err = c.hold(d, region)
			} else {
				err = c.copyAny(d, region)
			}
		}
		if err != nil {
			return err
		}
		first, count = first+n, count-n
	}
	return nil
}

// plain tells whether the elements are numbers that this package reads.
func (c *Copy) plain(d *Dataset) bool {
	for _, t := range []*format.Type{c.like.Type, d.object.Type} {
		if t.Class != format.Integer && t.Class != format.Float || !t.Plain {
			return false
		}
	}
	return d.dtype.size() > 0 && !d.readsParts()
}

func (d *Dataset) changedOr(err error) error {
	if changed := d.file.Unchanged(); changed != nil {
		return changed
	}
	return d.fail("copy", err)
}

// hold reads rows that are written when a band is full.
func (c *Copy) hold(d *Dataset, region Region) error {
	if c.held > 0 && c.of != d.dtype {
		if err := c.flush(); err != nil {
			return err
		}
	}
	row, n := d.dtype.size(), region.Count[0]
	for _, length := range c.shape[1:] {
		row *= length
	}
	c.of = d.dtype
	c.block = slices.Grow(c.block[:c.held*row], n*row)[:(c.held+n)*row]
	if row > 0 {
		if err := d.readNumbers(region, c.block[c.held*row:], false); err != nil {
			return err
		}
	}
	if c.held += n; (c.done+c.held)%c.band == 0 {
		return c.flush()
	}
	return nil
}

// flush writes what is held.
func (c *Copy) flush() error {
	if c.held == 0 {
		return nil
	}
	here := Whole(c.shape)
	here.Start[0], here.Count[0] = c.done, c.held
	c.done, c.held = c.done+c.held, 0
	if len(c.block) == 0 {
		return nil
	}
	return c.writer.locked(func() error {
		status := C.shim_write_region(c.id, C.int(c.of), C.int(c.rank), &dims(here.Start)[0], &dims(here.Step)[0], &dims(here.Count)[0], unsafe.Pointer(&c.block[0]))
		runtime.KeepAlive(c.block)
		if status < 0 {
			return c.writer.fail("write", c.path, lastError())
		}
		return nil
	})
}

// copyAny copies rows of elements of any type.
func (c *Copy) copyAny(d *Dataset, region Region) error {
	if err := c.flush(); err != nil {
		return err
	}
	region.Step = Whole(d.shape).Step
	there := Whole(c.shape).Start
	if c.rank > 0 {
		there[0] = c.done
	}
	if err := c.copyTo(there, d, region); err != nil {
		return err
	}
	if c.rank > 0 {
		c.done += region.Count[0]
	}
	return d.file.Unchanged()
}

func (c *Copy) copyTo(there []int, d *Dataset, region Region) error {
	size, err := region.size(d.shape)
	if err != nil || size == 0 {
		return err
	}
	if d.dtype == String && d.object.Type.Class == format.Variable {
		texts := make([]string, size)
		if err := d.readTexts(region, texts); err != nil {
			return err
		}
		return withTexts(texts, func(values unsafe.Pointer) error { return c.write(there, region.Count, values) })
	}
	if !c.same(d) {
		return c.copyWithLibrary(there, d, region)
	}
	block := make([]byte, size*d.object.Type.Size)
	switch err := d.readDirect(region, block, true); {
	case errors.Is(err, ErrForm):
		return c.copyWithLibrary(there, d, region)
	case err != nil:
		return d.changedOr(err)
	}
	return c.write(there, region.Count, unsafe.Pointer(&block[0]))
}

// same tells whether elements of a dataset are those of the copy, byte by byte.
func (c *Copy) same(d *Dataset) bool {
	_, swapped, _ := wordOf(d.object.Type)
	return !hasVariable(d.object.Type) && !swapped && c.like.Type.Like(d.object.Type) && !d.readsParts()
}

// write writes elements as they are in memory.
func (c *Copy) write(there, count []int, values unsafe.Pointer) error {
	return c.writer.locked(func() error {
		if C.shim_write_rows(c.id, C.int(c.rank), &dims(there)[0], &dims(count)[0], values) < 0 {
			return c.writer.fail("write", c.path, lastError())
		}
		return nil
	})
}

// copyWithLibrary has libhdf5 read rows, and write them.
func (c *Copy) copyWithLibrary(there []int, d *Dataset, region Region) error {
	if err := d.vet(); err != nil {
		return d.fail("copy", err)
	}
	return c.writer.locked(func() error {
		if err := d.open(); err != nil {
			return d.changedOr(err)
		}
		if C.shim_copy_rows(d.opened, c.id, C.int(c.rank), &dims(region.Start)[0], &dims(region.Count)[0], &dims(there)[0]) < 0 {
			return d.changedOr(lastError())
		}
		return nil
	})
}

// End writes what is left and ends the writing of the dataset.
func (c *Copy) End() error {
	defer c.Close()
	if err := c.flush(); err != nil {
		return err
	}
	if c.done != c.shape[0] {
		return c.writer.fail("write", c.path, fmt.Errorf("%w: %d rows of %d", ErrBounds, c.done, c.shape[0]))
	}
	return nil
}
