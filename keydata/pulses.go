package keydata

import (
	"errors"
	"fmt"
	"iter"

	"extrapasha/internal/h5"
	"extrapasha/run"
)

// PulseIDs are the pulse IDs of all entries, as long as Shape()[0]: what key "pulseId"
// has in the group of this one, as in data of detectors. It is nil where the group has
// none.
func (k *KeyData) PulseIDs() ([]uint64, error) {
	if k.Section() == run.Control {
		return nil, nil
	}
	place := k.place
	place.Key, place.Field = k.Group()+".pulseId", ""
	ids, err := New(place, k.trainIDs)
	if errors.Is(err, h5.ErrNoObject) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if ids.entrySize() != 1 {
		return nil, ids.fail(0, fmt.Errorf("entries of shape %v, expected one pulse ID", ids.entryShape))
	}
	if unsigned, err := Convert[uint64](ids); err == nil {
		all, err := unsigned.Read()
		return all.Data, err
	}
	signed, err := Convert[int64](ids)
	if err != nil {
		return nil, err
	}
	all, err := signed.Read()
	pulses := make([]uint64, len(all.Data))
	for i, id := range all.Data {
		pulses[i] = uint64(id)
	}
	return pulses, err
}

// Runs are the trains of the entries, in the order of [Typed.Read], with how many
// entries of each follow each other there.
func (k *KeyData) Runs() iter.Seq2[uint64, int] {
	return func(yield func(uint64, int) bool) {
		for _, span := range k.spans {
			for _, stay := range k.stays[span.from:span.to] {
				if !yield(k.trainIDs[stay.position], stay.count) {
					return
				}
			}
		}
	}
}
