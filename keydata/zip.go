package keydata

import (
	"fmt"
	"runtime/debug"
	"slices"

	"extrapasha/internal/lent"
	psh "extrapasha/pasha"
)

// Two is what two keys have for one train. A key without data there has no entries.
// Entries are lent as those of one key are, each key's until the next of it.
type Two[A, B any] struct {
	TrainID uint64
	A       Entries[A]
	B       Entries[B]
}

// Three is what three keys have for one train, see [Two].
type Three[A, B, C any] struct {
	TrainID uint64
	A       Entries[A]
	B       Entries[B]
	C       Entries[C]
}

// Zipped is the functor over the trains of two keys side by side.
type Zipped[A, B any] struct {
	a *Typed[A]
	b *Typed[B]
}

// Zip puts two keys side by side, of one source or of several. The index of a train is its
// position in TrainIDs, which must be the same for both, as they are for keys of one
// collection; else the error wraps [ErrSelection]. Trains where neither has data are not
// visited.
func Zip[A, B any](a *Typed[A], b *Typed[B]) (*Zipped[A, B], error) {
	if err := sameTrains(a.KeyData, b.KeyData); err != nil {
		return nil, err
	}
	return &Zipped[A, B]{a, b}, nil
}

func sameTrains(a, b *KeyData) error {
	if slices.Equal(a.trainIDs, b.trainIDs) {
		return nil
	}
	return fmt.Errorf("%s, %s beside %s, %s: %w: they are of %d and %d trains that are not the same",
		a.Source(), a.Key(), b.Source(), b.Key(), ErrSelection, len(a.trainIDs), len(b.trainIDs))
}

// Len is the number of trains.
func (z *Zipped[A, B]) Len() int { return z.a.Len() }

// TrainIDs are the trains.
func (z *Zipped[A, B]) TrainIDs() []uint64 { return z.a.trainIDs }

// Cuts are those of the first key, see [KeyData.Cuts].
func (z *Zipped[A, B]) Cuts() []int { return z.a.Cuts() }

// Walk visits the trains of a share that any of the keys has data for.
func (z *Zipped[A, B]) Walk(share psh.Share, visit func(index int, train Two[A, B]) error) error {
	a, b := z.a.LendingReader(share.Stop), z.b.LendingReader(share.Stop)
	return walkAll(share, []sideReader{a, b}, func(i int) error {
		if z.a.trains[i].count+z.b.trains[i].count == 0 {
			return nil
		}
		ofA, _ := a.Entries(i)
		ofB, _ := b.Entries(i)
		return visit(i, Two[A, B]{ofA.TrainID, ofA, ofB})
	})
}

// Zipped3 is the functor over the trains of three keys side by side.
type Zipped3[A, B, C any] struct {
	a *Typed[A]
	b *Typed[B]
	c *Typed[C]
}

// Zip3 is [Zip] of three keys.
func Zip3[A, B, C any](a *Typed[A], b *Typed[B], c *Typed[C]) (*Zipped3[A, B, C], error) {
	for _, other := range []*KeyData{b.KeyData, c.KeyData} {
		if err := sameTrains(a.KeyData, other); err != nil {
			return nil, err
		}
	}
	return &Zipped3[A, B, C]{a, b, c}, nil
}

// Len is the number of trains.
func (z *Zipped3[A, B, C]) Len() int { return z.a.Len() }

// TrainIDs are the trains.
func (z *Zipped3[A, B, C]) TrainIDs() []uint64 { return z.a.trainIDs }

// Cuts are those of the first key, see [KeyData.Cuts].
func (z *Zipped3[A, B, C]) Cuts() []int { return z.a.Cuts() }

// Walk visits the trains of a share that any of the keys has data for.
func (z *Zipped3[A, B, C]) Walk(share psh.Share, visit func(index int, train Three[A, B, C]) error) error {
	a, b, c := z.a.LendingReader(share.Stop), z.b.LendingReader(share.Stop), z.c.LendingReader(share.Stop)
	return walkAll(share, []sideReader{a, b, c}, func(i int) error {
		if z.a.trains[i].count+z.b.trains[i].count+z.c.trains[i].count == 0 {
			return nil
		}
		ofA, _ := a.Entries(i)
		ofB, _ := b.Entries(i)
		ofC, _ := c.Entries(i)
		return visit(i, Three[A, B, C]{ofA.TrainID, ofA, ofB, ofC})
	})
}

// sideReader is a reader beside others.
type sideReader interface {
	lent.Lender
	endVisit() error
}

// sideReaders are readers of keys side by side.
type sideReaders []sideReader

// Fault is the error of whichever reader has lent an address.
func (r sideReaders) Fault(address uintptr) error {
	for _, reader := range r {
		if err := reader.Fault(address); err != nil {
			return err
		}
	}
	return nil
}

// walkAll visits the trains of a share with readers for each key.
func walkAll(share psh.Share, readers sideReaders, visit func(position int) error) (err error) {
	defer func() {
		for _, reader := range readers {
			reader.Close()
		}
	}()
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer lent.Catch(&err, readers)
	for i := share.Start; i < share.Stop; i++ {
		if err := visit(i); err != nil {
			return err
		}
		for _, reader := range readers {
			if err := reader.endVisit(); err != nil {
				return err
			}
		}
	}
	for _, reader := range readers {
		if err := reader.GiveBack(); err != nil {
			return err
		}
	}
	return nil
}

// Side is an entry of each of two keys: of the same train, with the same number in it.
// Where a key has none of that number its array has no data, and Has is false.
type Side[A, B any] struct {
	TrainID       uint64
	Train, Number int
	A             psh.Array[A]
	B             psh.Array[B]
	HasA, HasB    bool
}

// ZippedEntries is the functor over the entries of two keys side by side.
type ZippedEntries[A, B any] struct {
	of     *Zipped[A, B]
	before []int // entries of the trains before each, and of all
}

// ByEntry is the functor over the entries of both keys, such as images and their masks:
// in each train as many as the key that has more of them.
func (z *Zipped[A, B]) ByEntry() *ZippedEntries[A, B] {
	e := &ZippedEntries[A, B]{z, make([]int, z.Len()+1)}
	for i := range z.Len() {
		e.before[i+1] = e.before[i] + max(z.a.trains[i].count, z.b.trains[i].count)
	}
	return e
}

// Len is the number of entries.
func (e *ZippedEntries[A, B]) Len() int { return e.before[len(e.before)-1] }

// Cuts are the entries that trains at [Zipped.Cuts] start with.
func (e *ZippedEntries[A, B]) Cuts() []int {
	cuts := e.of.Cuts()
	for i, position := range cuts {
		cuts[i] = e.before[position]
	}
	return cuts
}

// Walk visits the entries of a share.
func (e *ZippedEntries[A, B]) Walk(share psh.Share, visit func(index int, entry Side[A, B]) error) error {
	first := e.train(share.Start)
	trains := psh.Share{Start: first, Stop: first}
	if share.Len() > 0 {
		trains.Stop = e.train(share.Stop-1) + 1
	}
	a, b := e.of.a.LendingReader(trains.Stop), e.of.b.LendingReader(trains.Stop)
	return walkAll(trains, []sideReader{a, b}, func(i int) error {
		ofA, _ := a.Entries(i)
		ofB, _ := b.Entries(i)
		for index := max(e.before[i], share.Start); index < min(e.before[i+1], share.Stop); index++ {
			entry := Side[A, B]{TrainID: ofA.TrainID, Train: i, Number: index - e.before[i]}
			a.item, b.item = index, index
			if entry.HasA = entry.Number < ofA.Len(); entry.HasA {
				entry.A = ofA.Entry(entry.Number)
			}
			if entry.HasB = entry.Number < ofB.Len(); entry.HasB {
				entry.B = ofB.Entry(entry.Number)
			}
			if err := visit(index, entry); err != nil {
				return err
			}
			if err := a.endVisit(); err != nil {
				return err
			}
			if err := b.endVisit(); err != nil {
				return err
			}
		}
		return nil
	})
}

// train is the position of the train that an entry is of.
func (e *ZippedEntries[A, B]) train(index int) int {
	behind, _ := slices.BinarySearch(e.before, index+1)
	return behind - 1
}
