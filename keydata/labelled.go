package keydata

import (
	"fmt"
	"maps"
	"strings"

	psh "extrapasha/pasha"
	"extrapasha/run"
)

// Labels says what labelled data are called, beside what they are in any case. The zero
// value is EXtra-data's default.
type Labels struct {
	// Dims names the dimensions of an entry, all that the files have, also those that
	// a region takes one position of. They are "dim_0", "dim_1", … where it is nil.
	Dims []string
	// Coords holds coordinates of dimensions by their names: slices as long as the
	// region leaves the dimension.
	Coords map[string]any
	// Positions makes the coordinates of each dimension its positions in the entry.
	// That is so, too, where Dims are given and Coords is nil. A dimension that the
	// region takes one position of has that, an int.
	Positions bool
	// Name is that of the array, [KeyData.Name] where it is empty.
	Name string
}

// ReadLabelled reads as [Typed.Read] does, with names for the dimensions and the
// train ID of each entry as coordinates of the first, "trainId". The array has the unit
// where it is known. The error wraps [psh.ErrShape] where the labels do not fit.
//
//	images.ReadLabelled(keydata.Labels{Dims: []string{"y", "x"}}, psh.Span(0, 64))
func (k *Typed[T]) ReadLabelled(labels Labels, roi ...psh.Sel) (psh.Labelled[T], error) {
	none := psh.Labelled[T]{}
	cut, err := k.cut(roi)
	if err != nil {
		return none, err
	}
	dims, coords, err := k.label(labels, cut)
	if err != nil {
		return none, err
	}
	data, err := k.Read(roi...)
	if err != nil {
		return none, err
	}
	labelled, err := psh.NewLabelled(data, dims, coords)
	if err != nil {
		return none, k.fail(0, err)
	}
	if labelled.Name = labels.Name; labelled.Name == "" {
		labelled.Name = k.Name()
	}
	labelled.Units, err = k.Units()
	return labelled, err
}

// label names the dimensions that a region leaves, and gives them their coordinates.
func (k *KeyData) label(labels Labels, c cut) (dims []string, coords map[string]any, err error) {
	names := labels.Dims
	if names == nil {
		for i := range k.entryShape {
			names = append(names, fmt.Sprintf("dim_%d", i))
		}
	}
	if len(names) != len(k.entryShape) {
		return nil, nil, k.fail(0, fmt.Errorf("%w: %d names for entries of shape %v", psh.ErrShape, len(names), k.entryShape))
	}
	positions := labels.Positions || labels.Dims != nil && labels.Coords == nil
	dims, coords = []string{"trainId"}, map[string]any{"trainId": k.TrainIDCoordinates()}
	for axis, sel := range c.sels {
		if !sel.Single() {
			dims = append(dims, names[axis])
		}
		if !positions {
			continue
		}
		picked, err := sel.Indices(k.entryShape[axis])
		if err != nil {
			return nil, nil, k.fail(0, err)
		}
		if coords[names[axis]] = picked; sel.Single() {
			coords[names[axis]] = picked[0]
		}
	}
	maps.Copy(coords, labels.Coords)
	return dims, coords, nil
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
