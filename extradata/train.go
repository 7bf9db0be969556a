package extradata

import (
	"fmt"
	"maps"
	"slices"

	"extrapasha/keydata"
	psh "extrapasha/pasha"
)

// Train is one train of a collection, as a kernel that is mapped over the
// collection gets it. [Get] reads from it; nothing else is read. It is valid
// until the kernel returns.
type Train struct {
	// ID is the train ID, Index its position in TrainIDs.
	ID    uint64
	Index int

	walk *walk
}

// walk is what a walk over a collection keeps: a reader for each key asked for.
type walk struct {
	collection *DataCollection
	readers    map[sourceKey]any
}

type sourceKey struct{ source, key string }

// Len is the number of trains.
func (c *DataCollection) Len() int { return len(c.trainIDs) }

// Walk visits every train of a share, also those without any data.
func (c *DataCollection) Walk(share psh.Share, visit func(index int, train Train) error) error {
	w := &walk{collection: c, readers: map[sourceKey]any{}}
	for i := share.Start; i < share.Stop; i++ {
		if err := visit(i, Train{ID: c.trainIDs[i], Index: i, walk: w}); err != nil {
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
			if i, err := keydata.FindTrain(c.trainIDs, ids[0]); err == nil {
				starts[i] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(starts))
}

// Get reads the entries of a key of a source for a train: an array whose shape
// is the number of entries followed by the shape of an entry. It has no entries
// where the source has no data for the train. The array is valid until the
// kernel returns, or until the same key is read again.
//
// The error is one of [Key], or tells why the data cannot be read.
func Get[T any](train Train, source, key string) (psh.Array[T], error) {
	id := sourceKey{source, key}
	reader, ok := train.walk.readers[id].(*keydata.Reader[T])
	if !ok {
		typed, err := Key[T](train.walk.collection, source, key)
		if err != nil {
			return psh.Array[T]{}, fmt.Errorf("train %d: %w", train.ID, err)
		}
		reader = typed.Reader()
		train.walk.readers[id] = reader
	}
	entries, err := reader.Train(train.Index)
	return entries.Array, err
}
