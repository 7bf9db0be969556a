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
	until int // the walk ends before the train at this position
	asked int // those before this position were asked for
	again int // where the next are to be asked for
}

// Lender is a [Reader] that lends: what it gives may be memory of a mapped file.
type Lender interface {
	// GiveBack ends the use of the data given last. It fails where the file has
	// changed since, so that the data may have been wrong.
	GiveBack() error
	// Close gives back everything. The reader can be used again.
	Close()
	// Fault is the error for a fault at an address, nil where the reader has not
	// lent that.
	Fault(address uintptr) error
}

// LendingReader is a reader for a walk that ends before the train at a position. What
// it gives is valid until GiveBack or Close, which must be called. Whoever uses it
// has debug.SetPanicOnFault set, and defers [CatchFault].
func (k *Typed[T]) LendingReader(until int) *Reader[T] {
	r, ok := k.readers.Get().(*Reader[T])
	if !ok {
		r = k.Reader()
	}
	r.loan = loan{lends: true, until: until}
	r.guard = lent.NewGuard[T](k.Source() + ", " + k.Key())
	return r
}

// GiveBack implements [Lender].
func (r *Reader[T]) GiveBack() error {
	r.guard.End()
	if err := r.giveBack(); err != nil {
		return r.key.fail(r.train, err)
	}
	return nil
}

func (r *Reader[T]) giveBack() error {
	b := &r.block
	if b.lent == (h5.Lent{}) {
		return nil
	}
	err := b.lent.Return()
	*b = block[T]{file: -1}
	return err
}

// Close implements [Lender].
func (r *Reader[T]) Close() {
	_ = r.GiveBack() // whoever wants to know has called it
	r.release()
	r.block.file = -1
	r.loan = loan{}
	r.key.readers.Put(r)
}

// Fault implements [Lender].
func (r *Reader[T]) Fault(address uintptr) error {
	if err := lent.Fault(address, r.guard.By()); err != nil {
		return err
	}
	if r.file < 0 {
		return nil
	}
	if err := r.data.File().Fault(address); err != nil {
		return r.key.fail(r.train, err)
	}
	return nil
}

// CatchFault, deferred, makes a fault in memory that was lent the error of the
// function that defers it. Other panics go on.
func CatchFault(err *error, lent interface{ Fault(uintptr) error }) {
	value := recover()
	if value == nil {
		return
	}
	if fault, ok := value.(interface{ Addr() uintptr }); ok {
		if *err = lent.Fault(fault.Addr()); *err != nil {
			return
		}
	}
	panic(value)
}

// lend borrows the rows of a train, with those of the trains behind it that follow in
// the file.
func (r *Reader[T]) lend(position, size int) bool {
	where := r.key.trains[position]
	count, most := where.count, lendBlock/(size*elementSize[T]())
	for next := position + 1; next < r.loan.until && count < most; next++ {
		train := r.key.trains[next]
		if train.count == 0 {
			continue
		}
		if train.file != where.file || train.first != where.first+count || count+train.count > most {
			break
		}
		count += train.count
	}
	rows, lent, ok := h5.Lend[T](r.data, where.first, where.count, count)
	if ok {
		r.block = block[T]{file: where.file, first: where.first, count: len(rows) / size, rows: rows, lent: lent}
	}
	return ok
}

// askAhead is how many bytes are asked for at a time.
const askAhead = 16 << 20

// ask has the system read the train and those behind it, so that they are there
// when the visitor is done with the ones before, also those behind the end of the
// walk: another share of a map begins there. It does so again half way.
func (r *Reader[T]) ask(position int) {
	l := &r.loan
	if position < l.again {
		return
	}
	row := r.key.entrySize() * elementSize[T]()
	next := max(l.asked, position)
	l.again = len(r.key.trains)
	rows := location{file: r.file}
	for bytes := 0; next < len(r.key.trains) && bytes < askAhead; next++ {
		train := r.key.trains[next]
		if train.count == 0 {
			continue
		}
		if train.file != r.file { // which is not open yet
			l.again = next
			break
		}
		if train.first == rows.first+rows.count {
			rows.count += train.count
		} else {
			r.data.Ask(rows.first, rows.count)
			rows = train
		}
		if bytes += train.count * row; bytes >= askAhead/2 {
			l.again = min(l.again, next)
		}
	}
	r.data.Ask(rows.first, rows.count)
	l.asked = next
}
