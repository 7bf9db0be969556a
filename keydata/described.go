package keydata

import psh "extrapasha/pasha"

// Described is what [Typed.ReadLabelled] gives beside the elements.
type Described struct {
	Name, Units string
	Dims        []string
	Coords      map[string]any
	Shape       []int
}

// Describe tells what labelled data would be, without reading it.
func (k *KeyData) Describe(labels Labels, roi ...psh.Sel) (Described, error) {
	cut, err := k.cut(roi)
	if err != nil {
		return Described{}, err
	}
	d := Described{Name: labels.Name, Shape: append([]int{k.Entries()}, cut.shape...)}
	if d.Name == "" {
		d.Name = k.Name()
	}
	if d.Dims, d.Coords, err = k.label(labels, cut); err != nil {
		return Described{}, err
	}
	d.Units, err = k.Units()
	return d, err
}
