package h5

// #include "shim.h"
import "C"

import (
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
	shape := slices.Clone(d.shape)
	if len(shape) == 0 {
		return nil, w.fail("create", path, fmt.Errorf("%w: %s is a single value", ErrBounds, d.path))
	}
	shape[0] = rows
	most := slices.Clone(d.object.Space.Most)
	most[0] = format.NoLimit
	id, err := w.createLike(path, d, shape, most)
	if err != nil {
		return nil, err
	}
	c := &Copy{NewData: &NewData{writer: w, id: id, path: path, dtype: d.dtype, rank: len(shape)}, like: d.object, shape: shape}
	c.band = max(1, copyBlock/max(1, c.rowBytes(d)))
	if chunk := d.object.Layout.Chunk; d.object.Layout.Class == format.Chunked {
		c.band = chunk[0]
	}
	return c, w.CopyAttributes(path, d.file, d.inFile)
}

// EmptyOf makes a dataset of the same shape as another one, that is stored as it and has
// its attributes, but no data: its elements are what they are where nothing was written.
func (w *Writer) EmptyOf(path string, d *Dataset) error {
	id, err := w.createLike(path, d, d.shape, d.object.Space.Most)
	if err != nil {
		return err
	}
	(&NewData{writer: w, id: id}).Close()
	return w.CopyAttributes(path, d.file, d.inFile)
}

// createLike makes a dataset of a shape, which may grow up to most, as another one is.
func (w *Writer) createLike(path string, d *Dataset, shape, most []int) (id C.hid_t, err error) {
	if hasReference(d.object.Type) {
		return -1, d.fail("copy", fmt.Errorf("%w: %s, which lead nowhere in another file", ErrType, d.TypeName()))
	}
	if err := d.vet(); err != nil {
		return -1, d.fail("copy", err)
	}
	limits := make([]int, len(most))
	for axis := range most {
		limits[axis] = max(most[axis], 0) // 0 is no limit
	}
	err = w.locked(func() error {
		if err := d.open(); err != nil {
			return d.fail("copy", err)
		}
		withString(path, func(c *C.char) {
			id = C.shim_create_like(w.file, c, C.hid_t(d.opened.ID()), C.int(len(shape)), &dims(shape)[0], &dims(limits)[0])
		})
		if id < 0 {
			return w.fail("create", path, lastError())
		}
		return nil
	})
	return id, err
}

func hasReference(t *format.Type) bool {
	return t.Class == format.Reference || t.Base != nil && hasReference(t.Base) ||
		slices.ContainsFunc(t.Members, func(m format.Member) bool { return m.Type != nil && hasReference(m.Type) })
}

// CopyAttributes gives an object the attributes of one of another file, of any type.
func (w *Writer) CopyAttributes(path string, from *File, object string) error {
	o, err := from.find(object)
	if err != nil {
		return from.fail("read attributes of", object, err)
	}
	found, err := o.file.structure.Attributes(o.header)
	if err != nil || len(found) == 0 {
		return err
	}
	for _, a := range found {
		if a.Err != nil {
			return from.fail("copy attribute "+a.Name+" of", object, a.Err)
		}
	}
	if o.file == from {
		o.path = object
	}
	return w.copyIn(o, path, "copy attributes to", func(file C.hid_t, from, to *C.char) C.int {
		return C.shim_copy_attributes(file, from, w.file, to)
	})
}

// rowBytes is the size of a row of a dataset of the shape of the copy, in memory.
func (c *Copy) rowBytes(d *Dataset) int {
	size := d.object.Type.Size
	for _, length := range c.shape[1:] {
		size *= length
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
	if !slices.Equal(d.shape[1:], c.shape[1:]) || c.done+c.held+count > c.shape[0] {
		return d.fail("copy", fmt.Errorf("%w: %d rows of shape %v, expected up to %d of %v", ErrBounds, count, d.shape[1:], c.shape[0]-c.done-c.held, c.shape[1:]))
	}
	if !c.plain(d) {
		return c.appendAny(d, region)
	}
	chunks := c.chunks(d)
	for count > 0 {
		n := min(count, c.band-(c.done+c.held)%c.band)
		var err error
		if chunks != nil && c.held == 0 && n == c.band && first%c.band == 0 {
			n = count / c.band * c.band
			err = c.copyChunks(d, chunks, first/c.band, n/c.band)
		} else {
			region.Start[0], region.Count[0] = first, n
			err = c.hold(d, region)
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
	here := Whole(c.shape)
	here.Start[0], here.Count[0] = c.done, c.held
	c.done, c.held = c.done+c.held, 0
	if here.Count[0] == 0 || len(c.block) == 0 {
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

// appendAny copies rows of elements of any type, after a look at those that this
// package can read.
func (c *Copy) appendAny(d *Dataset, region Region) error {
	if err := c.flush(); err != nil {
		return err
	}
	region.Step = Whole(d.shape).Step
	end := region.Start[0] + region.Count[0]
	for region.Start[0] < end {
		n := min(c.band, end-region.Start[0])
		region.Count[0] = n
		if err := c.copyAny(d, region); err != nil {
			return err
		}
		region.Start[0], c.done = region.Start[0]+n, c.done+n
	}
	return nil
}

func (c *Copy) copyAny(d *Dataset, region Region) error {
	if d.dtype.Go() != nil {
		if _, err := ReadAny(d, region); err != nil {
			return err
		}
	}
	if err := d.vet(); err != nil {
		return d.fail("copy", err)
	}
	err := c.writer.locked(func() error {
		if err := d.open(); err != nil {
			return err
		}
		if C.shim_copy_rows(C.hid_t(d.opened.ID()), c.id, C.int(c.rank), &dims(region.Start)[0], &dims(region.Count)[0], C.hsize_t(c.done)) < 0 {
			return lastError()
		}
		return nil
	})
	if err != nil {
		return d.changedOr(err)
	}
	return d.file.Unchanged()
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
