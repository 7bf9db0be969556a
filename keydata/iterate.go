package keydata

import "iter"

// Trains iterates over the trains that have data, in the order of TrainIDs. The arrays
// are copies, valid until the loop goes on: Copy to keep. Of a train with one entry,
// Entry(0) is the data without the first dimension. An error ends the iteration.
func (k *Typed[T]) Trains() iter.Seq2[Entries[T], error] {
	return func(yield func(Entries[T], error) bool) {
		r := k.Reader()
		for i := range k.trains {
			if k.trains[i].count == 0 {
				continue
			}
			train, err := r.Entries(i)
			if !yield(train, err) || err != nil {
				return
			}
		}
	}
}
