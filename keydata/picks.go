package keydata

import psh "extrapasha/pasha"

// Picks is a walk over items that have an entry in each of several keys, or none: such as
// the frames of a detector, whose modules have keys of their own. Entries are lent as
// those of one key are, from each key one at a time.
type Picks struct {
	items psh.Share
	picks []sideReader
}

// WalkPicks visits each of a share, which are items, or groups of them that have those of
// another share. What visit takes from the keys that it adds by [Pick] is valid until it
// returns, or takes the next of the same.
func WalkPicks(share, items psh.Share, visit func(p *Picks, index int) error) error {
	p := &Picks{items: items}
	return walkAll(share, sideReaders{p}, func(index int) error { return visit(p, index) })
}

// GiveBack implements [lent.Lender].
func (p *Picks) GiveBack() error {
	for _, pick := range p.picks {
		if err := pick.GiveBack(); err != nil {
			return err
		}
	}
	return nil
}

// Close implements [lent.Lender].
func (p *Picks) Close() {
	for _, pick := range p.picks {
		pick.Close()
	}
}

// Fault implements [lent.Lender].
func (p *Picks) Fault(address uintptr) error { return sideReaders(p.picks).Fault(address) }

func (p *Picks) endVisit() error {
	for _, pick := range p.picks {
		if err := pick.endVisit(); err != nil {
			return err
		}
	}
	return nil
}

// Picked lends the entries of one key to a walk.
type Picked[T any] struct {
	*Reader[T]
	entries *ByEntry[T]
	entry   func(item int) int
	parts   bool
	ahead   some
	here    int // the stretch of the entry before
}

// Pick adds a key to a walk over items 0 to below items. entry tells which of the entries
// an item has, -1 for none. It is asked about items of the share and those behind it,
// which are read ahead. parts tells that items that follow each other have each a part of
// their own of the same entry, which is then not read again for the next.
func Pick[T any](p *Picks, entries *ByEntry[T], items int, parts bool, entry func(item int) int) *Picked[T] {
	k := &Picked[T]{entries: entries, entry: entry, parts: parts}
	rows := entries.rows()
	k.ahead = some{len: items, index: p.items.Start, row: func(item int) location {
		at := entry(item)
		if at < 0 || parts && item > p.items.Start && at == entry(item-1) {
			return location{}
		}
		return rows(at)
	}}
	until, part := k.last(p.items)
	k.Reader = entries.key.LendingReader(until)
	k.begin(loan{lends: true, until: until, part: part, some: &k.ahead})
	p.picks = append(p.picks, k)
	return k
}

// last is the end of the walk, as that of [ByEntry]: rows are lent together where the
// items have them in order.
func (k *Picked[T]) last(share psh.Share) (position, part int) {
	last := -1
	for item := share.Start; item < share.Stop; item++ {
		entry := k.entry(item)
		switch {
		case entry < 0:
		case entry < last:
			return 0, 0
		default:
			last = entry
		}
	}
	if last < 0 {
		return 0, 0
	}
	s := &k.entries.trains[k.entries.stretchOf(last, 0)]
	return s.position + 1, s.number + last - s.before + 1
}

// Entry lends the entry of an item, which is of a train; it is not ok where the item has
// none. Where it cannot be read the visit ends there, by a panic that the walk makes its
// error.
func (k *Picked[T]) Entry(item int, trainID uint64) (array psh.Array[T], ok bool) {
	entry := k.entry(item)
	if entry < 0 {
		return array, false
	}
	k.here = k.entries.stretchOf(entry, k.here)
	s := &k.entries.trains[k.here]
	offset := entry - s.before
	k.item, k.train, k.ahead.index = item, trainID, item
	array, err := k.oneEntry(location{s.file, s.first + offset, 1}, s.position, s.number+offset)
	k.Reader.end(err)
	return array, true
}

func (k *Picked[T]) endVisit() error {
	if next := k.item + 1; k.parts && next < k.ahead.len && k.entry(next) == k.entry(k.item) {
		return k.err
	}
	return k.Reader.endVisit()
}
