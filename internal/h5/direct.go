package h5

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"
)

// scratches are what reads need, for as many as there are at a time.
var scratches = sync.Pool{New: func() any { return new(scratch) }}

// readDirect reads a region that lies in the dataset and is not empty, around
// libhdf5.
func (d *Dataset) readDirect(s *storage, region Region, out []byte) error {
	w := scratches.Get().(*scratch)
	defer scratches.Put(w)
	r := read{storage: s, file: d.file, region: region, out: out, scratch: w}
	return r.run()
}

// read is a region being read.
type read struct {
	*storage
	*scratch
	file    *File
	region  Region
	out     []byte
	pending transfer
}

// transfer is a part of the file that goes to a part of the output as it is.
type transfer struct{ address, to, size int }

// run goes through the chunks that the region touches.
func (r *read) run() error {
	rank := len(r.shape)
	r.at = slices.Grow(r.at[:0], rank)[:rank]
	r.piece.reset(rank)
	for axis := range rank {
		r.at[axis] = r.region.Start[axis] / r.chunk[axis]
	}
	for {
		if r.piece.cut(r) {
			if err := r.readChunk(); err != nil {
				return err
			}
		}
		axis := rank - 1
		for ; axis >= 0; axis-- {
			last := r.region.Start[axis] + (r.region.Count[axis]-1)*r.region.Step[axis]
			if r.at[axis]++; r.at[axis] <= last/r.chunk[axis] {
				break
			}
			r.at[axis] = r.region.Start[axis] / r.chunk[axis]
		}
		if axis < 0 {
			return r.flush()
		}
	}
}

// piece is what a region takes of one chunk: elements at regular distances in the
// chunk, and in the output.
type piece struct {
	from, to     int   // of the first element, in bytes
	count        []int // elements along each dimension
	inFrom, inTo []int // from one to the next, in bytes
	run          int   // bytes that lie side by side in both
	dims         int   // dimensions that are left outside of a run
}

func (p *piece) reset(rank int) {
	p.count = slices.Grow(p.count[:0], rank)[:rank]
	p.inFrom = slices.Grow(p.inFrom[:0], rank)[:rank]
	p.inTo = slices.Grow(p.inTo[:0], rank)[:rank]
}

// cut finds what the region takes of the chunk at the coordinates, and whether that
// is anything: its steps may pass over a chunk.
func (p *piece) cut(r *read) bool {
	p.from, p.to = 0, 0
	from, to := r.size, r.size // from one element to the next along the axis
	for axis := len(r.at) - 1; axis >= 0; axis-- {
		start, step, count := r.region.Start[axis], r.region.Step[axis], r.region.Count[axis]
		begin := r.at[axis] * r.chunk[axis]
		first := max(begin-start+step-1, 0) / step
		stop := min((begin+r.chunk[axis]-1-start)/step+1, count)
		if begin+r.chunk[axis] <= start || first >= stop {
			return false
		}
		p.from += (start + first*step - begin) * from
		p.to += first * to
		p.count[axis], p.inFrom[axis], p.inTo[axis] = stop-first, step*from, to
		from *= r.chunk[axis]
		to *= count
	}
	p.run, p.dims = r.size, len(r.at)
	for p.dims > 0 && (p.count[p.dims-1] == 1 || p.inFrom[p.dims-1] == p.run && p.inTo[p.dims-1] == p.run) {
		p.run *= p.count[p.dims-1]
		p.dims--
	}
	return true
}

// span is how many bytes of a chunk there are from the first element to the last,
// of the dimensions from axis on.
func (p *piece) span(axis int) int {
	span := p.run
	for ; axis < p.dims; axis++ {
		span += (p.count[axis] - 1) * p.inFrom[axis]
	}
	return span
}

// readChunk reads the piece of a chunk.
func (r *read) readChunk() error {
	number, _ := r.grid.number(r.at)
	where, err := r.index.place(number)
	if err != nil {
		return err
	}
	switch {
	case where.address == undefined:
		r.fillIn(0, r.piece.to)
		return nil
	case len(r.filters) == 0 || r.plainEdges && r.overEdge():
		return r.gather(0, int(r.base+where.address)+r.piece.from, r.piece.to)
	}
	// What is claimed is looked at before memory is made for it.
	if end := r.base + where.address + uint64(where.size); end < where.address || end > uint64(r.file.size) || where.size == 0 {
		return fmt.Errorf("%w: a chunk of %d bytes at %d of %d", ErrCorrupt, where.size, r.base+where.address, r.file.size)
	}
	r.stored = grown(r.stored, int(where.size))
	if err := r.readAt(r.stored, int(r.base+where.address)); err != nil {
		return err
	}
	if r.piece.dims == 0 && r.piece.run == r.bytes {
		return r.undo(r.filters, where.skipped, r.stored, r.out[r.piece.to:r.piece.to+r.bytes])
	}
	r.whole = grown(r.whole, r.bytes)
	if err := r.undo(r.filters, where.skipped, r.stored, r.whole); err != nil {
		return err
	}
	r.pick(0, r.whole, r.piece.from, r.piece.to)
	return nil
}

// overEdge tells whether the chunk reaches beyond the dataset.
func (r *read) overEdge() bool {
	for axis, at := range r.at {
		if (at+1)*r.chunk[axis] > r.shape[axis] {
			return true
		}
	}
	return false
}

// fillIn sets the elements of a chunk that was never written.
func (r *read) fillIn(axis, to int) {
	p := &r.piece
	if axis == p.dims {
		run := r.out[to : to+p.run]
		for n := copy(run, r.fill); n < len(run); n *= 2 {
			copy(run[n:], run[:n])
		}
		return
	}
	for i := range p.count[axis] {
		r.fillIn(axis+1, to+i*p.inTo[axis])
	}
}

// pick copies the piece out of a chunk in memory.
func (r *read) pick(axis int, chunk []byte, from, to int) {
	p := &r.piece
	if axis == p.dims {
		copy(r.out[to:to+p.run], chunk[from:])
		return
	}
	for i := range p.count[axis] {
		r.pick(axis+1, chunk, from+i*p.inFrom[axis], to+i*p.inTo[axis])
	}
}

// longRun is from how many bytes on a run is read for itself. Shorter ones are
// read with what is between them, if that is not much more.
const longRun, longSpan = 16 << 10, 256 << 10

// gather reads the piece of a chunk that is stored as it is.
func (r *read) gather(axis, from, to int) error {
	p := &r.piece
	if axis == p.dims {
		return r.transfer(transfer{from, to, p.run})
	}
	if span := p.span(axis); p.run < longRun && span <= longSpan {
		r.whole = grown(r.whole, span)
		if err := r.readAt(r.whole, from); err != nil {
			return err
		}
		r.pick(axis, r.whole, 0, to)
		return nil
	}
	for i := range p.count[axis] {
		if err := r.gather(axis+1, from+i*p.inFrom[axis], to+i*p.inTo[axis]); err != nil {
			return err
		}
	}
	return nil
}

// transfer reads runs, those that follow each other in the file and in the output
// at once.
func (r *read) transfer(next transfer) error {
	last := &r.pending
	if last.address+last.size == next.address && last.to+last.size == next.to {
		last.size += next.size
		return nil
	}
	err := r.flush()
	r.pending = next
	return err
}

func (r *read) flush() error {
	t := r.pending
	r.pending = transfer{}
	if t.size == 0 {
		return nil
	}
	return r.readAt(r.out[t.to:t.to+t.size], t.address)
}

func (r *read) readAt(into []byte, address int) error {
	if address < 0 || int64(address) > r.file.size-int64(len(into)) {
		return fmt.Errorf("%w: %d bytes at %d of %d", ErrCorrupt, len(into), uint64(address), r.file.size)
	}
	n, err := r.file.disk.ReadAt(into, int64(address))
	switch {
	case n == len(into):
		return nil
	case errors.Is(err, io.EOF):
		return fmt.Errorf("%w: the file ends before %d bytes at %d", ErrCorrupt, len(into), address)
	}
	return err
}
