package keydata

import (
	"fmt"
	"strings"

	psh "extrapasha/pasha"
	"extrapasha/run"
)

// ReadLabelled reads as [Typed.Read] does, with names for the dimensions and the
// train ID of each entry as coordinates. The first dimension is "trainId"; dims
// names those of an entry, which are "dim_0", "dim_1", … where it is nil. The array
// is named after source and key, with the unit where it is known.
func (k *Typed[T]) ReadLabelled(dims []string, roi ...psh.Sel) (psh.Labelled[T], error) {
	data, err := k.Read(roi...)
	if err != nil {
		return psh.Labelled[T]{}, err
	}
	if dims == nil {
		for i := range data.NDim() - 1 {
			dims = append(dims, fmt.Sprintf("dim_%d", i))
		}
	}
	labelled, err := psh.NewLabelled(data, append([]string{"trainId"}, dims...), map[string]any{"trainId": k.TrainIDCoordinates()})
	if err != nil {
		return psh.Labelled[T]{}, k.fail(0, err)
	}
	labelled.Name = k.Name()
	labelled.Units, err = k.Units()
	return labelled, err
}

// Name is source and key in one, joined by a dot, without the ".value" of control
// sources: what EXtra-data calls the array.
func (k *KeyData) Name() string { return k.Source() + "." + k.ShortKey() }

// ShortKey is the key without the ".value" of control sources.
func (k *KeyData) ShortKey() string {
	place := k.place
	if place.Section == run.Control {
		place.Key = strings.TrimSuffix(place.Key, ".value")
	}
	return place.name()
}
