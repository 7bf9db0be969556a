package extradata

import (
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"maps"
	"runtime/debug"
	"slices"

	"extrapasha/internal/lent"
	"extrapasha/internal/trains"
	"extrapasha/keydata"
	psh "extrapasha/pasha"
	"extrapasha/run"
)

// Train is one train of a collection, as a kernel that is mapped over the
// collection gets it. [Get] and [Train.Data] read from it; nothing else is read.
// It is valid until the kernel returns, or the loop goes on, as is what is read from
// it: Copy to keep.
type Train struct {
	// ID is the train ID, Index its position in TrainIDs.
	ID    uint64
	Index int

	walk *walk
}

// walk is what a walk over a collection keeps: a reader for each key asked for.
type walk struct {
	collection *DataCollection
	readers    map[SourceKey]any
	all        []namedReader // for Data, in the order of names
	lends      bool
	until      int           // if it lends: the position that it ends before
	lenders    []lent.Lender // the readers, if it lends
	train      Train         // that is visited, if it lends
}

type namedReader struct {
	SourceKey
	control bool
	reader  keydata.AnyReader
}

func (c *DataCollection) walk() *walk {
	return &walk{collection: c, readers: map[SourceKey]any{}}
}

// Len is the number of trains.
func (c *DataCollection) Len() int { return len(c.trainIDs) }

// Walk visits every train of a share, also those without any data. What [Get] gives
// is lent until visit returns, see package keydata: Copy to keep.
func (c *DataCollection) Walk(share psh.Share, visit func(index int, train Train) error) (err error) {
	w := c.walk()
	w.lends, w.until = true, share.Stop
	// Each reader ends what it has lent when it is asked for the next: not soon enough
	// to find a kernel that does not ask.
	debugged, _ := lent.Debug()
	defer w.close()
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer lent.Catch(&err, w)
	for i := share.Start; i < share.Stop; i++ {
		train := Train{ID: c.trainIDs[i], Index: i, walk: w}
		w.train = train
		if err := visit(i, train); err != nil {
			return err
		}
		if debugged {
			if err := w.giveBack(); err != nil {
				return err
			}
		}
	}
	return w.giveBack()
}

func (w *walk) giveBack() error {
	for _, lender := range w.lenders {
		if err := lender.GiveBack(); err != nil {
			return err
		}
	}
	return nil
}

func (w *walk) close() {
	for _, lender := range w.lenders {
		lender.Close()
	}
}

// Fault is the error for a fault at an address that a reader has lent.
func (w *walk) Fault(address uintptr) error {
	if err := lent.Fault(address, lent.Item(w.train.Index, w.train.ID)); err != nil {
		return err
	}
	for _, lender := range w.lenders {
		if err := lender.Fault(address); err != nil {
			return err
		}
	}
	return nil
}

// Cuts are the positions of trains that start a file, so that a share of a map
// needs few of them.
func (c *DataCollection) Cuts() []int {
	starts := map[int]bool{}
	for _, file := range c.files {
		if ids := file.TrainIDs(); len(ids) > 0 {
			if i, ok := slices.BinarySearch(c.trainIDs, ids[0]); ok {
				starts[i] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(starts))
}

// Trains iterates over the trains, in order. With complete, trains that lack
// entries of any source are left out, as EXtra-data's require_all does: control
// sources must have the train in a file, instrument sources entries in each group
// of keys, legacy names do not count. An error ends the iteration.
func (c *DataCollection) Trains(complete bool) iter.Seq2[Train, error] {
	return func(yield func(Train, error) bool) {
		keep := func(int) bool { return true }
		if complete {
			var err error
			if keep, err = c.complete(); err != nil {
				yield(Train{}, err)
				return
			}
		}
		w := c.walk()
		for i, id := range c.trainIDs {
			if keep(i) && !yield(Train{ID: id, Index: i, walk: w}, nil) {
				return
			}
		}
	}
}

func (c *DataCollection) complete() (keep func(position int) bool, err error) {
	ids, at := trains.Ordered(c.trainIDs)
	have, needed := make([]int, len(ids)), 0
	for _, s := range c.sources {
		switch {
		case s.section == run.Control:
			needed++
			for position, in := range run.InFiles(s.files, ids, c.suspect) {
				if in {
					have[position]++
				}
			}
		case !s.legacy():
			groups, err := c.eachGroup(s.name, ids, func(position int) { have[position]++ })
			if err != nil {
				return nil, err
			}
			needed += groups
		}
	}
	have = trains.Spread(have, at)
	return func(position int) bool { return have[position] == needed }, nil
}

// TrainByIndex is the train at a position of TrainIDs; negative positions count
// from the end. The error wraps [psh.ErrShape] where there is none.
func (c *DataCollection) TrainByIndex(position int) (Train, error) {
	position, _, _, err := psh.At(position).Resolve(len(c.trainIDs))
	if err != nil {
		return Train{}, fmt.Errorf("extradata: train by index: %w", err)
	}
	return Train{ID: c.trainIDs[position], Index: position, walk: c.walk()}, nil
}

// TrainByID is the train with that ID. The error is a [*TrainIDError].
func (c *DataCollection) TrainByID(id uint64) (Train, error) {
	position, err := keydata.FindTrain(c.trainIDs, id)
	if err != nil {
		return Train{}, fmt.Errorf("extradata: %w", err)
	}
	return c.TrainByIndex(position)
}

// Get reads the entries of a key of a source for a train: an array whose shape
// is the number of entries followed by the shape of an entry. It has no entries
// where the source has no data for the train. The array is valid until the
// kernel returns: Copy to keep.
//
// The error is one of [Key], or tells why the data cannot be read.
func Get[T any](train Train, source, key string) (psh.Array[T], error) {
	reader, err := readerOf[T](train, source, key)
	if err != nil {
		return psh.Array[T]{}, err
	}
	return reader.Train(train.Index)
}

// GetEntries is [Get] for entry after entry: in a map none is read before it is asked
// for. The error is one of [Get].
func GetEntries[T any](train Train, source, key string) (Entries[T], error) {
	reader, err := readerOf[T](train, source, key)
	if err != nil {
		return Entries[T]{}, err
	}
	return reader.Entries(train.Index)
}

func readerOf[T any](train Train, source, key string) (*keydata.Reader[T], error) {
	id := SourceKey{source, key}
	if reader, ok := train.walk.readers[id].(*keydata.Reader[T]); ok {
		return reader, nil
	}
	typed, err := Key[T](train.walk.collection, source, key)
	if err != nil {
		return nil, fmt.Errorf("train %d: %w", train.ID, err)
	}
	reader := openReader(train.walk, typed)
	train.walk.readers[id] = reader
	return reader, nil
}

func openReader[T any](w *walk, key *TypedKey[T]) *keydata.Reader[T] {
	if !w.lends {
		return key.Reader()
	}
	reader := key.LendingReader(w.until)
	w.lenders = append(w.lenders, reader)
	return reader
}

// Data reads all selected keys of all sources, by source and key. A value is a
// psh.Array[T] of the key's type, a copy, or [Records] of a structured key. Sources and
// keys without entries for the train are left out, but for the source's own map, and so
// are keys that cannot be read here, for their type, their form or a filter that is
// missing, with one notice through log/slog. Without keepDims the first dimension is
// dropped where there is one entry; control sources always have one.
func (t Train) Data(keepDims bool) (map[string]map[string]any, error) {
	data := make(map[string]map[string]any, len(t.walk.collection.sources))
	for name := range t.walk.collection.sources {
		data[name] = map[string]any{}
	}
	var source string
	var keys map[string]any // of the source: its keys follow each other
	err := t.each(keepDims, func(id SourceKey, array any) {
		if keys == nil || id.Source != source {
			source, keys = id.Source, data[id.Source]
		}
		keys[id.Key] = array
	})
	return data, err
}

// Flat is [Train.Data] in one map.
func (t Train) Flat(keepDims bool) (map[SourceKey]any, error) {
	data := map[SourceKey]any{}
	err := t.each(keepDims, func(id SourceKey, array any) { data[id] = array })
	return data, err
}

func (t Train) each(keepDims bool, visit func(id SourceKey, array any)) error {
	if err := t.walk.openAll(); err != nil {
		return err
	}
	for _, r := range t.walk.all {
		array, err := r.reader.ReadTrain(t.Index, keepDims && !r.control)
		if unreadable(err) {
			t.walk.collection.noticeUnreadable(r.SourceKey, err)
			continue
		}
		if err != nil {
			return err
		}
		if array != nil {
			visit(r.SourceKey, array)
		}
	}
	return nil
}

// unreadable tells whether an error is about one key, of a sort that is not read here:
// that is no loss to the others. What is damaged or has changed is no such error.
func unreadable(err error) bool {
	return errors.Is(err, keydata.ErrUnreadable) || errors.Is(err, keydata.ErrFilter)
}

// noticeUnreadable tells once that a key is left out of trains.
func (c *DataCollection) noticeUnreadable(id SourceKey, err error) {
	if _, before := c.noticed.LoadOrStore(id, true); !before {
		slog.Warn("a key is left out of trains", "source", id.Source, "key", id.Key, "error", err)
	}
}

func (c *DataCollection) anyReader(source, key string) (keydata.AnyReader, error) {
	k, err := c.Key(source, key)
	if err != nil {
		return nil, err
	}
	return k.AnyReader()
}

// openAll makes the readers for all keys that can be read.
func (w *walk) openAll() error {
	if w.all != nil {
		return nil
	}
	var all []namedReader
	for _, name := range w.collection.AllSources() {
		source, err := w.collection.Source(name)
		if err != nil {
			return err
		}
		keys, err := source.Keys()
		if err != nil {
			return err
		}
		for _, key := range keys {
			reader, err := w.collection.anyReader(name, key)
			if unreadable(err) {
				w.collection.noticeUnreadable(SourceKey{name, key}, err)
				continue
			}
			if err != nil {
				return err
			}
			all = append(all, namedReader{SourceKey{name, key}, source.IsControl(), reader})
		}
	}
	w.all = all
	return nil
}
