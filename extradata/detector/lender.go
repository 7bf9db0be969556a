package detector

import (
	"cmp"
	"fmt"

	"extrapasha/internal/lent"
	"extrapasha/keydata"
	psh "extrapasha/pasha"
)

// frameKey is a key of the modules whose entries are those that frames are of.
type frameKey[T any] struct {
	name    string
	entries []*keydata.ByEntry[T] // by module
	flat    bool                  // an entry begins with a dimension of length 1
}

// frameKeyOf finds a key of all modules.
func frameKeyOf[T any](d *Detector, name string) (*frameKey[T], error) {
	k := &frameKey[T]{name: name, entries: make([]*keydata.ByEntry[T], len(d.modules))}
	cells, err := d.framesPerEntry()
	if err != nil {
		return nil, err
	}
	for i := range d.modules {
		data, err := d.moduleKey(i, d.class.data)
		if err != nil {
			return nil, err
		}
		key, err := d.moduleKey(i, name)
		if err != nil {
			return nil, err
		}
		shape := key.EntryShape()
		if key.Group() != data.Group() || d.class.cells && (len(shape) == 0 || shape[0] != cells) {
			return nil, fmt.Errorf("detector: %s: %w: its entries are not those of frames, as %s has them", key, keydata.ErrSelection, d.class.data)
		}
		typed, err := keydata.Convert[T](key)
		if err != nil {
			return nil, fmt.Errorf("detector: %w", err)
		}
		k.entries[i] = typed.ByEntry()
		k.flat = d.class.byPulse && len(shape) > 0 && shape[0] == 1
	}
	return k, nil
}

// walk is a walk over frames.
type walk struct {
	frameSet
	share  psh.Share // of frames
	picks  *keydata.Picks
	others []any  // lenders of other keys
	err    error  // of a key that cannot be lent
	lent   bool   // anything was
	pulse  uint64 // ID of that which was lent last
}

// visitFrames walks over something that has the frames of a share. Errors that are not
// visit's name the pulse.
func (s *frameSet) visitFrames(share, frames psh.Share, visit func(w *walk, index int) error) error {
	w := &walk{frameSet: *s, share: frames}
	var kernel error
	err := keydata.WalkPicks(share, frames, func(p *keydata.Picks, index int) error {
		w.picks = p
		kernel = visit(w, index)
		return cmp.Or(kernel, w.err)
	})
	if err == nil || err == kernel || !w.lent {
		return err
	}
	return fmt.Errorf("detector: at pulse %d: %w", w.pulse, err)
}

// lender lends the entries of a key to a walk, each module's when it is first asked for.
type lender[T any] struct {
	*frameKey[T]
	picked []*keydata.Picked[T]
}

func newLender[T any](key *frameKey[T]) *lender[T] {
	return &lender[T]{key, make([]*keydata.Picked[T], len(key.entries))}
}

// otherLender is that of another key, which is found when it is first asked for.
func otherLender[T any](w *walk, name string) *lender[T] {
	for _, other := range w.others {
		if l, ok := other.(*lender[T]); ok && l.name == name {
			return l
		}
	}
	key, err := frameKeyOf[T](w.det, name)
	if err != nil {
		w.err = err
		lent.End(err)
	}
	l := newLender(key)
	w.others = append(w.others, l)
	return l
}

// lend lends what the module in a place has of an item.
func (l *lender[T]) lend(w *walk, item int, pulse Pulse, place int) (image psh.Array[T], ok bool) {
	module := w.det.moduleAt(place)
	if module < 0 {
		return image, false
	}
	unit := w.table.unit(module, pulse.Train, pulse.Number)
	if unit < 0 {
		return image, false
	}
	if l.picked[module] == nil {
		l.picked[module] = keydata.Pick(w.picks, l.entries[module], w.len(), w.table.cells > 1 && w.sorted, w.entryOf(module))
	}
	w.lent, w.pulse = true, pulse.PulseID
	image, ok = l.picked[module].Entry(item, pulse.TrainID)
	switch {
	case w.det.class.cells:
		image = image.Row(unit % w.table.cells)
	case l.flat:
		image = image.Row(0)
	}
	return image, ok
}

// entryOf tells which entry of a module an item has, -1 for none.
func (s *frameSet) entryOf(module int) func(item int) int {
	hint := 0
	return func(item int) int {
		train, number := s.table.at(s.frame(item), &hint)
		if unit := s.table.unit(module, train, number); unit >= 0 {
			return unit / s.table.cells
		}
		return -1
	}
}
