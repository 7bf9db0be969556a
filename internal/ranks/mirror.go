package ranks

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"unsafe"

	"extrapasha/internal/crew"
	"extrapasha/internal/cross"
	"extrapasha/internal/mpi"
	"extrapasha/internal/shm"
)

// mirror is a rank's memory in the form of the root's, for one job.
type mirror struct {
	order     *order
	originals []original // of what may be written to, as the root has sent it
}

// original is a part of memory as it was; the rest was zero.
type original struct {
	shm.Handle
	content []byte
}

// begin has memory be zero.
func (m *mirror) begin() error {
	for _, h := range m.all() {
		if err := crew.Memory.Clear(h); err != nil {
			return err
		}
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

// receive takes a part of the content. err is one of the line.
func (m *mirror) receive(message *mpi.Message) (failed, err error) {
	var h shm.Handle
	if message.Kind != isContent {
		return fmt.Errorf("a message of kind %d, expected content of memory", message.Kind), nil
	}
	if failed = cross.Decode(message.Data, &h); failed != nil {
		return failed, nil
	}
	memory, failed := crew.Memory.Open(h)
	if failed != nil {
		return failed, nil
	}
	if err = message.Into(memory); err == nil && m.writable(h) {
		m.originals = append(m.originals, original{h, bytes.Clone(memory)})
	}
	return nil, err
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

// protect has writing to what is read only be a fault, or not.
func (m *mirror) protect(on bool) error {
	var errs []error
	for _, h := range m.order.ReadOnly {
		errs = append(errs, crew.Memory.Protect(h, on))
	}
	return errors.Join(errs...)
}

// fault is the error for a fault in what is read only, nil for all else.
func (m *mirror) fault(value any) error {
	fault, ok := value.(interface{ Addr() uintptr })
	if !ok {
		return nil
	}
	for _, h := range m.order.ReadOnly {
		if memory, err := crew.Memory.Open(h); err == nil && addressed(memory, fault.Addr()) {
			return lostAt("the kernel has written to an array that is neither one with a row for each item nor one with slabs")
		}
	}
	return nil
}

// asItWas calls visit with a piece of memory cut at what it was made of: was is nil where
// it was zero.
func (m *mirror) asItWas(piece []byte, visit func(now, was []byte)) {
	h, ok := crew.Memory.Find(piece)
	if !ok {
		return
	}
	at := h.Start
	for _, o := range m.originals { // in order, apart
		if !overlap(o.Handle, h) {
			continue
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
				return lostAt("the kernel has written to an array where other items have their rows, or other workers their slabs")
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

// clear ends the use of the memory.
func (m *mirror) clear() error {
	errs := []error{m.protect(false)}
	for _, h := range m.all() {
		errs = append(errs, crew.Memory.Clear(h))
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

func addressed(memory []byte, address uintptr) bool {
	first := uintptr(unsafe.Pointer(unsafe.SliceData(memory)))
	return address >= first && address-first < uintptr(len(memory))
}
