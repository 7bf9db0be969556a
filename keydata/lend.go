package keydata

import (
	"extrapasha/internal/h5"
	"extrapasha/internal/lent"
)

// A walk lends its visitor the data where it lies, in the mapped files. Until it is
// given back, after the visit or when the next data is asked for, the file stays
// open. A file that is cut short meanwhile makes the visitor panic where it
// touches what is no longer there.

// loan is what a reader has to know of the walk that it reads for.
type loan struct {
	lends bool
	until int   // the walk ends before the train at this position
	part  int   // or before this entry of the train before it, if it is not 0
	asked int   // those before this position were asked for
	again int   // where the next are to be asked for
	some  *some // where only some entries of the trains are visited
}

// LendingReader is a reader for a walk that ends before the train at a position. What
// it gives is valid until GiveBack or Close, which must be called. Whoever uses it
// has debug.SetPanicOnFault set, and defers [lent.Catch].
func (k *Typed[T]) LendingReader(until int) *Reader[T] {
	r, ok := k.readers.Get().(*Reader[T])
	if !ok {
		r = k.Reader()
	}
	r.begin(loan{lends: true, until: until})
	r.guard = lent.NewGuard[T](k.Source() + ", " + k.Key())
	return r
}

// begin begins a walk.
func (r *Reader[T]) begin(l loan) {
	r.loan, r.err = l, nil
	if r.from != nil {
		r.from.begin(l)
	}
}

// GiveBack implements [lent.Lender].
func (r *Reader[T]) GiveBack() error {
	r.guard.End()
	if err := r.giveBack(); err != nil {
		return r.key.fail(r.train, err)
	}
	return r.err
}

func (r *Reader[T]) giveBack() error {
	r.given = nil
	if r.from != nil {
		return r.from.giveBack()
	}
	b := &r.block
	if b.lent == (h5.Lent{}) {
		return nil
	}
	err := b.lent.Return()
	*b = block[T]{file: -1}
	return err
}

// Close implements [lent.Lender].
func (r *Reader[T]) Close() {
	r.endWalk()
	r.key.readers.Put(r)
}

func (r *Reader[T]) endWalk() {
	_ = r.GiveBack() // whoever wants to know has called it
	r.release()
	r.block.file = -1
	r.loan = loan{}
	if r.from != nil {
		r.from.endWalk()
	}
}

// Fault implements [lent.Lender].
func (r *Reader[T]) Fault(address uintptr) error {
	if err := lent.Fault(address, lent.Item(r.item, r.train)); err != nil {
		return err
	}
	if r.from != nil {
		return r.from.Fault(address)
	}
	if r.file < 0 {
		return nil
	}
	if err := r.data.File().Fault(address); err != nil {
		return r.key.fail(r.train, err)
	}
	return nil
}

// lend borrows some rows of a train, with those behind them that follow in the file:
// of the train, and of the trains behind it.
func (r *Reader[T]) lend(where location, position int) bool {
	most := max(lendBlock/(r.size*elementSize[T]()), where.count)
	count := min(r.following(where, position, most), most)
	rows, lent, ok := h5.Lend[T](r.data, where.first, where.count, count)
	if ok {
		r.block = block[T]{file: where.file, first: where.first, count: len(rows) / r.size, rows: rows, lent: lent}
	}
	return ok
}

// following is how many rows there are from some of a train on, one after the other in
// the file, up to the end of the walk. It need not count more than most.
func (r *Reader[T]) following(where location, position, most int) int {
	stop := where.first + where.count
	for ; position < r.loan.until && stop-where.first < most; position++ {
		train := r.trains[position]
		if position == r.loan.until-1 && r.loan.part > 0 {
			train.count = min(train.count, r.loan.part)
		}
		switch {
		case train.count == 0:
			continue
		case train.file != where.file || train.first > stop || train.first+train.count < stop:
			return stop - where.first
		}
		stop = train.first + train.count
	}
	return stop - where.first
}
