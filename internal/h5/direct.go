package h5

import (
	"errors"
	"fmt"
	"io"
	"slices"

	"extrapasha/internal/h5/format"
)

// readDirect reads a region that lies in the dataset and is not empty, as the file has
// its elements but for the order of bytes. Blank memory is all zero. The error wraps
// ErrForm where only libhdf5 can read it.
func (d *Dataset) readDirect(region Region, out []byte, blank bool) error {
	if d.object.Layout.Class == format.Virtual {
		return d.readStack(region, out, blank)
	}
	s, err := d.storage()
	if err != nil {
		return err
	}
	w := scratches.Get().(*scratch)
	defer w.putBack()
	r := read{storage: s, region: region, out: out, scratch: w, blank: blank && s.fill == nil}
	if err := r.run(); err != nil {
		return err
	}
	if s.swapped {
		swap(out, s.word)
	}
	return nil
}

// read is a region being read.
type read struct {
	*storage
	*scratch
	region  Region
	out     []byte
	blank   bool // out is what elements are that were never written
	pending transfer
}

// transfer is a part of the file that goes to a part of the output as it is.
type transfer struct{ address, to, size int }

// manyChunks is from how many chunks on a region is made blank first, so that those
// that were never written need not be looked at one by one.
const manyChunks = 1 << 14

// run goes through the chunks that the region touches.
func (r *read) run() error {
	rank := len(r.Shape)
	r.at = slices.Grow(r.at[:0], rank)[:rank]
	r.piece.reset(rank)
	chunks := 1
	for axis := range rank {
		r.at[axis] = r.first(axis)
		chunks *= min(r.last(axis)-r.first(axis)+1, manyChunks)
		chunks = min(chunks, manyChunks)
	}
	if chunks == manyChunks && !r.blank {
		r.makeBlank()
	}
	for {
		number, _ := r.Number(r.at)
		where, err := r.Place(number)
		if err != nil {
			return err
		}
		skip := r.blank && where.Address == format.Nowhere
		if !skip && r.piece.cut(r) {
			if err := r.readChunk(where); err != nil {
				return err
			}
		}
		if skip && chunks == manyChunks {
			if number, err = r.Next(number + 1); err != nil {
				return err
			}
			if number == r.Chunks() || !r.jump(number) {
				return r.flush()
			}
			continue
		}
		if !r.step(rank - 1) {
			return r.flush()
		}
	}
}

// first and last are the chunks along an axis that the region begins and ends in.
func (r *read) first(axis int) int { return r.region.Start[axis] / r.Chunk[axis] }

func (r *read) last(axis int) int {
	return (r.region.Start[axis] + (r.region.Count[axis]-1)*r.region.Step[axis]) / r.Chunk[axis]
}

// step goes to the next chunk of the region whose coordinates up to an axis are
// others, not ok at the end.
func (r *read) step(axis int) bool {
	for behind := axis + 1; behind < len(r.at); behind++ {
		r.at[behind] = r.first(behind)
	}
	for ; axis >= 0; axis-- {
		if r.at[axis]++; r.at[axis] <= r.last(axis) {
			return true
		}
		r.at[axis] = r.first(axis)
	}
	return false
}

// jump goes to the first chunk of the region from a number on, not ok where there is
// none.
func (r *read) jump(number int) bool {
	r.Coordinates(number, r.at)
	for axis, at := range r.at {
		switch {
		case at < r.first(axis):
			for ; axis < len(r.at); axis++ {
				r.at[axis] = r.first(axis)
			}
			return true
		case at > r.last(axis):
			return r.step(axis - 1)
		}
	}
	return true
}

// makeBlank makes everything what elements are that were never written.
func (r *read) makeBlank() {
	r.blank = true
	r.fillRun(r.out)
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
	from, to := r.Size, r.Size // from one element to the next along the axis
	for axis := len(r.at) - 1; axis >= 0; axis-- {
		start, step, count := r.region.Start[axis], r.region.Step[axis], r.region.Count[axis]
		begin := r.at[axis] * r.Chunk[axis]
		first := max(begin-start+step-1, 0) / step
		stop := min((begin+r.Chunk[axis]-1-start)/step+1, count)
		if begin+r.Chunk[axis] <= start || first >= stop {
			return false
		}
		p.from += (start + first*step - begin) * from
		p.to += first * to
		p.count[axis], p.inFrom[axis], p.inTo[axis] = stop-first, step*from, to
		from *= r.Chunk[axis]
		to *= count
	}
	p.run, p.dims = r.Size, len(r.at)
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
func (r *read) readChunk(where format.Place) error {
	switch {
	case r.inline != nil:
		r.pick(0, r.inline, r.piece.from, r.piece.to)
		return nil
	case where.Address == format.Nowhere:
		r.fillIn(0, r.piece.to)
		return nil
	case !r.right(where):
		return fmt.Errorf("%w: a chunk of %d bytes at %d of %d, expected %d in memory", ErrCorrupt, where.Size, where.Address, r.end, r.Bytes)
	case len(r.filters) == 0 || r.PlainEdges && r.OverEdge(r.at):
		return r.gather(0, int(where.Address)+r.piece.from, r.piece.to)
	}
	r.stored = grown(r.stored, int(where.Size))
	if err := r.readAt(r.stored, int(where.Address)); err != nil {
		return err
	}
	if r.piece.dims == 0 && r.piece.run == r.Bytes {
		return r.stages.Undo(r.filters, where.Skipped, r.stored, r.out[r.piece.to:r.piece.to+r.Bytes])
	}
	r.whole = grown(r.whole, r.Bytes)
	if err := r.stages.Undo(r.filters, where.Skipped, r.stored, r.whole); err != nil {
		return err
	}
	r.pick(0, r.whole, r.piece.from, r.piece.to)
	return nil
}

// mostInflated is how many bytes come of one at the most: 1032 where it is deflated.
const mostInflated = 1100

// right tells whether a chunk is in the file, and as long as it must be.
func (s *storage) right(where format.Place) bool {
	if s.Chunked && !s.Filtered {
		return int(where.Size) == s.Bytes && where.Skipped == 0
	}
	if len(s.filters) > 0 && s.Bytes/mostInflated > int(where.Size) {
		return false
	}
	return where.Address <= s.end-int64(where.Size)
}

// fillIn sets the elements of a chunk that was never written.
func (r *read) fillIn(axis, to int) {
	p := &r.piece
	if axis == p.dims {
		r.fillRun(r.out[to : to+p.run])
		return
	}
	for i := range p.count[axis] {
		r.fillIn(axis+1, to+i*p.inTo[axis])
	}
}

func (r *read) fillRun(run []byte) {
	if r.fill == nil {
		clear(run)
		return
	}
	for n := copy(run, r.fill); n < len(run); n *= 2 {
		copy(run[n:], run[:n])
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
	if address < 0 || int64(address) > r.end-int64(len(into)) {
		return fmt.Errorf("%w: %d bytes at %d of %d", ErrCorrupt, len(into), uint64(address), r.end)
	}
	n, err := r.disk.ReadAt(into, int64(address))
	switch {
	case n == len(into):
		return nil
	case errors.Is(err, io.EOF):
		return fmt.Errorf("%w: the file ends before %d bytes at %d", ErrCorrupt, len(into), address)
	}
	return err
}
