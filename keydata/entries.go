package keydata

import (
	"fmt"
	"iter"
	"runtime/debug"

	"extrapasha/internal/lent"
	psh "extrapasha/pasha"
)

// Entries is the data of a key for one train. In a walk nothing is read before it is
// asked for: who looks at ten of 352 pulses pays for ten.
//
// What [Entries.Entry], [Entries.All] and [Entries.Array] give is lent until one of
// them is asked for the next or the kernel returns: Copy to keep. Where it cannot be
// read the kernel ends there, by a panic that the walk makes its error.
type Entries[T any] struct {
	// TrainID is the train.
	TrainID uint64

	count    int
	array    psh.Array[T] // where there is no reader
	reader   *Reader[T]
	position int
}

// Len is the number of entries, such as images.
func (e Entries[T]) Len() int { return e.count }

// Shape is the number of entries, followed by the shape of one.
func (e Entries[T]) Shape() []int {
	if e.reader == nil {
		return e.array.Shape()
	}
	return append([]int{e.count}, e.reader.key.entryShape...)
}

// Entry is one of the entries, from 0 on: lent where it lies in the file if it can be,
// else read or inflated. It panics, as a slice does, where there is none of that
// number. It is no Row: that is what an array has, which is there as a whole, see
// [Entries.Array].
func (e Entries[T]) Entry(number int) psh.Array[T] {
	if number < 0 || number >= e.count {
		panic(fmt.Sprintf("keydata: entry %d of a train with %d", number, e.count))
	}
	if e.reader == nil {
		return e.array.Row(number)
	}
	where := e.reader.trains[e.position]
	where.first, where.count = where.first+number, 1
	entry, err := e.reader.oneEntry(where, e.position, number)
	e.reader.end(err)
	return entry
}

// All iterates over the entries with their numbers.
func (e Entries[T]) All() iter.Seq2[int, psh.Array[T]] {
	return func(yield func(int, psh.Array[T]) bool) {
		for i := range e.count {
			if !yield(i, e.Entry(i)) {
				return
			}
		}
	}
}

// Array is all entries in one piece: its shape is the number of entries, followed by
// the shape of one. Where they do not lie in one piece in the file they are copied
// together, which for a large train costs more than most kernels do, and memory of its
// size for each worker.
func (e Entries[T]) Array() psh.Array[T] {
	if e.reader == nil {
		return e.array
	}
	array, err := e.reader.Train(e.position)
	e.reader.end(err)
	return array
}

// Entries is the data of the train at a position of TrainIDs. A reader that lends reads
// it when it is asked for, others at once.
func (r *Reader[T]) Entries(position int) (Entries[T], error) {
	r.item, r.train = position, r.ids[position]
	e := Entries[T]{TrainID: r.ids[position], count: r.trains[position].count, reader: r, position: position}
	if r.loan.lends {
		return e, nil
	}
	var err error
	e.array, err = r.Train(position)
	e.reader = nil
	return e, err
}

// end ends the visit if there is an error, which is kept for the walk: a kernel may
// recover from anything.
func (r *Reader[T]) end(err error) {
	if err != nil {
		r.err = err
		lent.End(err)
	}
}

// oneEntry reads one row of a train, where it is the entry of a number.
func (r *Reader[T]) oneEntry(where location, position, number int) (psh.Array[T], error) {
	rows, err := r.rows(where, position)
	if err == nil && r.guard != nil {
		rows, err = r.guard.Lend(rows, fmt.Sprintf("entry %d of %s", number, lent.Item(r.item, r.train)))
	}
	if err == nil && r.one.NDim() == 0 {
		r.one, err = r.shaped(rows, 1)
	}
	if err != nil {
		return psh.Array[T]{}, r.key.fail(r.train, err)
	}
	r.one.Data = rows
	return r.one.Row(0), nil
}

// endVisit makes sure that nobody gets what a kernel was given, and may have changed. It
// fails where the kernel was to end for an entry that cannot be read.
func (r *Reader[T]) endVisit() error {
	r.given = nil
	r.guard.End()
	return r.err
}

// Walk visits the trains of a share that have data, with their position in TrainIDs.
func (k *Typed[T]) Walk(share psh.Share, visit func(index int, train Entries[T]) error) (err error) {
	r := k.LendingReader(share.Stop)
	defer r.Close()
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer lent.Catch(&err, r)
	for i := share.Start; i < share.Stop; i++ {
		if k.trains[i].count == 0 {
			continue
		}
		train, _ := r.Entries(i) // reads nothing
		if err := visit(i, train); err != nil {
			return err
		}
		if err := r.endVisit(); err != nil {
			return err
		}
	}
	return r.GiveBack()
}
