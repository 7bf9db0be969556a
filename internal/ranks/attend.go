package ranks

import (
	"fmt"

	"extrapasha/internal/crew"
	"extrapasha/internal/cross"
	"extrapasha/internal/mpi"
)

// attend gives a rank its order and takes what it sends, until it has reported or is lost.
func (o *office) attend(d *desk) {
	err := o.send(d)
	if err == nil {
		o.begin(d)
	}
	for err == nil && !d.reported {
		var m *mpi.Message
		if m, err = d.line.Receive(); err == nil {
			err = o.take(d, m)
		}
	}
	if err != nil {
		o.lose(d, err)
	}
}

// take takes a message of a rank's.
func (o *office) take(d *desk, m *mpi.Message) error {
	switch m.Kind {
	case isBeat:
		return o.beat(d, m)
	case isRows:
		return o.rows(d, m)
	case isDone:
		return o.done(d, m)
	case isSlabs:
		return o.slabs(d, m)
	case isFailed, isReport:
		return o.report(d, m)
	}
	return fmt.Errorf("a message of kind %d", m.Kind)
}

// beat notes which items the rank's workers are on, and counts those that are done.
func (o *office) beat(d *desk, m *mpi.Message) error {
	values, err := numbersIn(m.Data, 1+d.count)
	if err != nil {
		return err
	}
	o.job.AddItems(values[0])
	for i := range d.count {
		o.job.SetItem(d.first+i, values[1+i])
	}
	return nil
}

// given is the share that a message is about, which must have been given to the rank.
func (o *office) given(d *desk, share int) (crew.Share, error) {
	o.mutex.Lock()
	defer o.mutex.Unlock()
	if share < 0 || share >= o.job.Shares() || o.owners[share] != d.number || o.job.Free(share) || o.job.Settled(share) {
		return crew.Share{}, fmt.Errorf("it has sent share %d, which it was not given", share)
	}
	return o.job.ShareAt(share), nil
}

// rows puts rows of an array where they belong.
func (o *office) rows(d *desk, m *mpi.Message) error {
	values, err := numbersIn(m.Data, 2)
	if err != nil {
		return err
	}
	share, err := o.given(d, values[0])
	if err != nil {
		return err
	}
	if values[1] < 0 || values[1] >= len(o.byItem) {
		return fmt.Errorf("rows of array %d of %d", values[1], len(o.byItem))
	}
	p := &o.byItem[values[1]]
	if memory := p.Single(share); memory != nil {
		return m.Into(memory)
	}
	rows := make([]byte, share.Len()*p.RowSize())
	if err := m.Into(rows); err != nil {
		return err
	}
	p.Rows(share, func(piece []byte) { rows = rows[copy(piece, rows):] })
	return nil
}

// done settles a share, whose part may come with it.
func (o *office) done(d *desk, m *mpi.Message) error {
	values, err := numbersIn(m.Data, 2)
	if err != nil {
		return err
	}
	number := values[0]
	if _, err := o.given(d, number); err != nil {
		return err
	}
	w := o.job.Hand(values[1])
	if w.Share = number; w.Number < d.first || w.Number >= d.first+d.count {
		return fmt.Errorf("a share of worker %d", w.Number)
	}
	if o.job.Parts != nil {
		if err := takePart(o.job.Parts, number%o.job.Parts.Window, values[2:], m); err != nil {
			return err
		}
	}
	o.mutex.Lock()
	d.has--
	o.mutex.Unlock()
	o.job.Finish(w)
	o.settled()
	return nil
}

// slabs keeps slabs until the rank has reported.
func (o *office) slabs(d *desk, m *mpi.Message) error {
	all := o.packed.Slabs()
	if len(d.slabs) == len(all) {
		return fmt.Errorf("slabs of more than %d arrays", len(all))
	}
	came := make([]byte, d.count*all[len(d.slabs)].Size())
	d.slabs = append(d.slabs, came)
	return m.Into(came)
}

// report takes note of the end of a rank's part.
func (o *office) report(d *desk, m *mpi.Message) error {
	var r report
	if err := cross.Decode(m.Data, &r); err != nil {
		return err
	}
	where := fmt.Sprintf("rank %d on %s", d.number, d.line.Host())
	switch {
	case r.Death != nil:
		r.Death.Rank, r.Death.Host = d.number, d.line.Host()
		o.fail(r.Death)
	case r.Failed && (r.Unready || r.Worker < 0):
		o.fail(fmt.Errorf("%s: %w", where, r.Failure.Err()))
	case r.Failed:
		o.job.FailWith(&crew.ItemError{Worker: r.Worker, Item: r.Item, Err: r.Failure.Err(), Rank: d.number, Host: d.line.Host()})
		o.stop()
	}
	if m.Kind == isFailed {
		return nil
	}
	for i, came := range d.slabs {
		s := o.packed.Slabs()[i]
		copy(s.Memory()[d.first*s.Size():], came)
	}
	o.close(d)
	return nil
}

// close notes that a rank has come to its end.
func (o *office) close(d *desk) {
	o.mutex.Lock()
	defer o.mutex.Unlock()
	d.reported, d.open = true, false
}

// fail keeps the first error and stops the job.
func (o *office) fail(err error) {
	o.mutex.Lock()
	if o.err == nil {
		o.err = err
	}
	o.mutex.Unlock()
	o.stop()
}
