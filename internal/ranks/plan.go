package ranks

import (
	"cmp"
	"fmt"
	"slices"

	"extrapasha/internal/crew"
	"extrapasha/internal/shm"
)

// plan is what of the root's memory the ranks need for a job.
type plan struct {
	rows                        []place
	slabs                       []slabs
	writable, readOnly, scratch []shm.Handle
	content                     []block // of all but slabs
	crew                        *processes
}

// hasRows tells whether an array has a row for each of so many items.
func hasRows(p crew.Place, items int) bool { return len(p.Shape) > 0 && p.Shape[0] == items }

// handle is where memory lies that the root shares.
func handle(memory []byte) (shm.Handle, error) {
	h, ok := crew.Memory.Find(memory)
	if !ok && len(memory) > 0 {
		return h, fmt.Errorf("%d bytes that are not in shared memory", len(memory))
	}
	return h, nil
}

// plan works out what the ranks need.
func (o *office) plan() error {
	p := &o.needs
	for _, array := range o.packed.Places {
		h, err := handle(array.Memory)
		if err != nil {
			return err
		}
		if !hasRows(array, o.packed.Items) {
			p.readOnly = append(p.readOnly, h)
			continue
		}
		p.rows = append(p.rows, place{h, array.Elem, array.Shape, array.Strides})
		p.writable = append(p.writable, h)
	}
	for _, array := range o.packed.Inputs {
		h, err := handle(array.Memory)
		if err != nil {
			return err
		}
		p.readOnly = append(p.readOnly, h)
	}
	for _, s := range o.packed.Slabs() {
		h, err := handle(s.Memory())
		if err != nil {
			return err
		}
		p.slabs = append(p.slabs, slabs{h, s.Size()})
	}
	for _, memory := range o.packed.Scratch {
		h, err := handle(memory)
		if err != nil {
			return err
		}
		if h.Len > 0 {
			p.scratch = append(p.scratch, h)
		}
	}
	if o.pool != nil {
		if err := o.planProcesses(); err != nil {
			return err
		}
	}
	p.writable, p.readOnly = apart(p.writable, p.readOnly)
	memory := slices.Concat(p.writable, p.readOnly)
	slices.SortFunc(memory, byPlace)
	var err error
	p.content, err = blocks(memory)
	return err
}

// planProcesses works out what ranks need whose workers are processes.
func (o *office) planProcesses() error {
	p := &o.needs
	board, err := handle(o.job.Board())
	if err != nil {
		return err
	}
	p.crew = &processes{Board: board, Retries: o.job.Retries, Heartbeat: o.job.Heartbeat}
	p.scratch = append(p.scratch, board)
	if o.job.Retries <= 0 {
		return nil
	}
	copies, err := o.packed.CopySlabs()
	for _, memory := range copies {
		h, bad := handle(memory)
		if err = cmp.Or(err, bad); h.Len > 0 {
			p.scratch = append(p.scratch, h)
		}
		p.crew.Copies = append(p.crew.Copies, h)
	}
	return err
}

// apart joins what has pages in common, which is writable where one of them is.
func apart(writable, readOnly []shm.Handle) (w, r []shm.Handle) {
	type span struct {
		shm.Handle
		writable bool
	}
	var all []span
	for _, h := range writable {
		all = append(all, span{shm.Pages(h), true})
	}
	for _, h := range readOnly {
		all = append(all, span{shm.Pages(h), false})
	}
	slices.SortFunc(all, func(a, b span) int { return byPlace(a.Handle, b.Handle) })
	joined := all[:0]
	for _, s := range all {
		if n := len(joined); n > 0 && joined[n-1].Segment == s.Segment && joined[n-1].Start+joined[n-1].Len > s.Start {
			last := &joined[n-1]
			last.Len = max(last.Len, s.Start+s.Len-last.Start)
			last.writable = last.writable || s.writable
			continue
		}
		joined = append(joined, s)
	}
	for _, s := range joined {
		switch {
		case s.Len == 0:
		case s.writable:
			w = append(w, s.Handle)
		default:
			r = append(r, s.Handle)
		}
	}
	return w, r
}

func byPlace(a, b shm.Handle) int {
	return cmp.Or(cmp.Compare(a.Segment, b.Segment), cmp.Compare(a.Start, b.Start))
}

// send sends a rank its order, and the memory that it needs.
func (o *office) send(d *desk) error {
	p := &o.needs
	order := &order{
		Layout: crew.Memory.Layout(), Workers: o.crew.Workers(), First: d.first, Count: d.count, Shares: o.job.Shares(),
		Watched: o.job.Watched, Guarded: o.job.Guarded,
		Rows: p.rows, Slabs: p.slabs, Writable: p.writable, ReadOnly: p.readOnly, Scratch: p.scratch,
		Content: p.content, Parcel: o.packed.Parcel, Crew: p.crew,
	}
	err := d.line.Send(isOrder, encode(order))
	if err == nil {
		err = d.sendContent(p.content)
	}
	for _, s := range p.slabs {
		if err == nil {
			err = d.sendMemory(order.own(s))
		}
	}
	return err
}
