package detector

import (
	"fmt"
	"slices"

	psh "extrapasha/pasha"
)

// ByPlace makes an array with a row for each place of the detector of one with a row for
// each of its modules, as maps over [ModulesOf] fill. The rows of places without a module
// are missing, such as NaN. Where all modules are there it is the array itself.
func ByPlace[T any](d *Detector, modules psh.Array[T], missing T) (psh.Array[T], error) {
	shape := slices.Clone(modules.Shape())
	if len(shape) == 0 || shape[0] != len(d.modules) {
		return psh.Array[T]{}, fmt.Errorf("detector: %s: an array of shape %v, expected a row for each of %d modules", d, shape, len(d.modules))
	}
	if shape[0] == d.places {
		return modules, nil
	}
	shape[0] = d.places
	all, err := psh.Alloc[T](psh.Shape(shape...), psh.Fill(missing))
	if err != nil {
		return all, err
	}
	for i, module := range d.modules {
		if err := all.Row(module.Place).CopyFrom(modules.Row(i)); err != nil {
			return all, err
		}
	}
	return all, nil
}
