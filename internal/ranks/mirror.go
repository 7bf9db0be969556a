package ranks

import (
	"bytes"
	"errors"
	"slices"

	"extrapasha/internal/crew"
	"extrapasha/internal/shm"
)

// mirror is a rank's memory in the form of the root's. Between jobs it is zero but for
// what is held.
type mirror struct {
	order     *order
	held      []block    // of the last job, as they came
	originals []original // of those of them that may be written to
}

// original is a block as it was.
type original struct {
	block
	content []byte
}

// begin keeps of what is held what the order asks for, and tells which blocks of it are
// wanted.
func (m *mirror) begin(o *order) (wanted []int, err error) {
	former := crew.Memory.Layout()
	if !o.Layout.Extends(former) {
		crew.EndWorkers() // who have memory that is to go
	}
	if err := crew.Memory.Mirror(o.Layout); err != nil {
		return nil, err
	}
	stays, asked := map[block]bool{}, map[block]bool{}
	for _, b := range m.held {
		stays[b] = former.Size(b.Segment) == o.Layout.Size(b.Segment)
	}
	for i, b := range o.Content {
		if asked[b] = true; !stays[b] {
			wanted = append(wanted, i)
		}
	}
	var errs []error
	for _, b := range m.held {
		if stays[b] && !asked[b] {
			errs = append(errs, crew.Memory.Clear(b.Handle))
		}
	}
	m.order, m.held = o, slices.Clone(o.Content)
	return wanted, errors.Join(errs...)
}

// came notes what has come for a block, which the root may have changed meanwhile.
func (m *mirror) came(i int) (err error) {
	m.held[i].Sum, err = sumOf(m.held[i].Handle)
	return err
}

// keepOriginals keeps what the blocks are that may be written to.
func (m *mirror) keepOriginals() error {
	had := map[block][]byte{}
	for _, o := range m.originals {
		had[o.block] = o.content
	}
	m.originals = nil
	for _, b := range m.held {
		if !m.writable(b.Handle) {
			continue
		}
		content, ok := had[b]
		if !ok {
			memory, err := crew.Memory.Open(b.Handle)
			if err != nil {
				return err
			}
			content = bytes.Clone(memory)
		}
		m.originals = append(m.originals, original{b, content})
	}
	return nil
}

// all is the memory of the job.
func (m *mirror) all() (all []shm.Handle) {
	all = append(append(append(all, m.order.Writable...), m.order.ReadOnly...), m.order.Scratch...)
	for _, s := range m.order.Slabs {
		all = append(all, s.Handle)
	}
	return all
}

func (m *mirror) writable(h shm.Handle) bool {
	for _, w := range m.order.Writable {
		if overlap(w, h) {
			return true
		}
	}
	return false
}

func overlap(a, b shm.Handle) bool {
	return a.Segment == b.Segment && a.Start < b.Start+b.Len && b.Start < a.Start+a.Len
}

// asItWas calls visit with a piece of memory cut at what it was made of: was is nil where
// it was zero.
func (m *mirror) asItWas(piece []byte, visit func(now, was []byte)) {
	h, ok := crew.Memory.Find(piece)
	if !ok {
		return
	}
	at := h.Start
	from, _ := slices.BinarySearchFunc(m.originals, h, func(o original, h shm.Handle) int { return before(o.block, h) })
	for _, o := range m.originals[from:] {
		if !overlap(o.Handle, h) {
			break
		}
		from, to := max(o.Start, h.Start), min(o.Start+o.Len, h.Start+h.Len)
		if at < from {
			visit(piece[at-h.Start:from-h.Start], nil)
		}
		visit(piece[from-h.Start:to-h.Start], o.content[from-o.Start:to-o.Start])
		at = to
	}
	if at < h.Start+h.Len {
		visit(piece[at-h.Start:], nil)
	}
}

// changed tells whether rows of an array are other than they were.
func (m *mirror) changed(p *crew.Place, rows crew.Share) (is bool) {
	p.Rows(rows, func(piece []byte) {
		m.asItWas(piece, func(now, was []byte) { is = is || !same(now, was) })
	})
	return is
}

// restore makes rows what they were, which have been sent.
func (m *mirror) restore(p *crew.Place, rows crew.Share) {
	p.Rows(rows, func(piece []byte) {
		m.asItWas(piece, func(now, was []byte) {
			if was == nil {
				wipe(now)
			}
			copy(now, was)
		})
	})
}

// lost is the error for what was written where it stays in this rank.
func (m *mirror) lost() error {
	may := slices.Clone(m.order.Writable)
	for _, s := range m.order.Slabs { // of which the rank's own are sent, and zero
		may = append(may, s.Handle)
	}
	for _, h := range may {
		filled, err := crew.Memory.Filled(h)
		if err != nil {
			return err
		}
		for _, part := range filled {
			memory, err := crew.Memory.Open(part)
			if err != nil {
				return err
			}
			if !m.untouched(memory) {
				return crew.LostAt("the kernel has written to an array where other items have their rows, or other workers their slabs")
			}
		}
	}
	return nil
}

// untouched tells whether memory is what it was.
func (m *mirror) untouched(memory []byte) bool {
	is := true
	m.asItWas(memory, func(now, was []byte) { is = is && same(now, was) })
	return is
}

// end ends the use of the memory. What is held stays if all has been done and nothing is
// other than it came.
func (m *mirror) end(clean bool) error {
	errs := []error{m.order.ReadOnly.Protect(false)}
	if !clean {
		m.held, m.originals = nil, nil
	}
	for _, h := range m.all() {
		for _, rest := range without(h, m.held) {
			errs = append(errs, crew.Memory.Clear(rest))
		}
	}
	return errors.Join(errs...)
}

// same compares memory with what it was, nil for zero.
func same(now, was []byte) bool {
	if was != nil {
		return bytes.Equal(now, was)
	}
	for ; len(now) >= len(zeros); now = now[len(zeros):] {
		if !bytes.Equal(now[:len(zeros)], zeros[:]) {
			return false
		}
	}
	return bytes.Equal(now, zeros[:len(now)])
}

var zeros [4096]byte

// wipe makes memory zero, and gives back what of it is whole pages, if that is much.
func wipe(memory []byte) {
	const much = 256 << 10
	h, ok := crew.Memory.Find(memory)
	inside := shm.Inside(h)
	if !ok || inside.Len < much || crew.Memory.Clear(inside) != nil {
		clear(memory)
		return
	}
	clear(memory[:inside.Start-h.Start])
	clear(memory[inside.Start+inside.Len-h.Start:])
}
