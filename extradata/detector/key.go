package detector

import (
	"fmt"
	"slices"
	"strings"

	"extrapasha/extradata"
	"extrapasha/keydata"
	psh "extrapasha/pasha"
)

// Key is a key of all modules as one array: module, frame, and the dimensions of an entry;
// for keys with one entry a train: module, train, …. It never changes; selecting gives a
// new one.
//
// The frames of a train are told apart by their position in it, as in EXtra-data: modules
// that have a train must have as many entries of it as the others, else reading fails with
// an error that wraps [ErrUneven]. So it does where pulse IDs are asked for and modules
// have others. [Frames] are aligned by pulse ID.
type Key struct {
	det    *Detector
	name   string
	of     []*keydata.KeyData // by module
	flat   bool               // entries begin with a dimension of length 1, which is dropped
	pulses *PulseSelection    // nil for all
	region []psh.Sel
	gaps   bool
}

// Key is a key of all modules. The error is a [*extradata.KeyNameError] where a module
// does not have it, or wraps [psh.ErrShape] where entries of modules are of other shapes.
func (d *Detector) Key(name string) (*Key, error) {
	k := &Key{det: d, name: name}
	for i := range d.modules {
		key, err := d.moduleKey(i, name)
		if err != nil {
			return nil, err
		}
		k.of = append(k.of, key)
		if first := k.of[0]; !slices.Equal(key.EntryShape(), first.EntryShape()) {
			return nil, fmt.Errorf("detector: %w: %s beside %s", psh.ErrShape, key, first)
		}
	}
	shape := k.of[0].EntryShape()
	k.flat = k.byPulse() && len(shape) > 0 && shape[0] == 1
	return k, nil
}

// Name is the name of the key.
func (k *Key) Name() string { return k.name }

// Detector is the detector that the key is of.
func (k *Key) Detector() *Detector { return k.det }

// byPulse tells whether an entry is a pulse.
func (k *Key) byPulse() bool {
	group, _, _ := strings.Cut(k.det.class.data, ".")
	return k.det.class.byPulse && strings.HasPrefix(k.name, group+".")
}

// DType is the type of the elements: that of the first module.
func (k *Key) DType() keydata.DType { return k.of[0].DType() }

// SelectTrains is the key with some of the trains.
func (k *Key) SelectTrains(trains extradata.TrainSelection) (*Key, error) {
	det, err := k.det.SelectTrains(trains)
	if err != nil {
		return nil, err
	}
	selected, err := det.Key(k.name)
	if err != nil {
		return nil, err
	}
	selected.pulses, selected.region, selected.gaps = k.pulses, k.region, k.gaps
	return selected, nil
}

// Pulses is the key with some of the pulses of each train. The error wraps
// [keydata.ErrSelection] where it has no pulses, or the selection makes no sense.
func (k *Key) Pulses(pulses PulseSelection) (*Key, error) {
	err := pulses.err
	if err == nil && !k.byPulse() {
		err = fmt.Errorf("%w: its entries are not pulses", keydata.ErrSelection)
	}
	if err != nil {
		return nil, k.fail(err)
	}
	some := *k
	some.pulses = &pulses
	return &some, nil
}

// Region is the key with a region of interest of each entry, see [keydata.Typed.Read]. A
// dimension of length 1 that raw data have behind the frames is not counted. The error
// wraps [psh.ErrShape] where the entries have no such region.
func (k *Key) Region(region ...psh.Sel) (*Key, error) {
	some := *k
	some.region = region
	if _, _, err := some.cut(); err != nil {
		return nil, err
	}
	return &some, nil
}

// Gaps is the key with the modules that are missing: the first dimension has all places of
// the detector.
func (k *Key) Gaps() *Key {
	all := *k
	all.gaps = true
	return &all
}

// cut is the shape that the region leaves of an entry, and the positions of the dimensions
// that it has left. They are those of an entry without the dropped one.
func (k *Key) cut() (shape, axes []int, err error) {
	whole := k.entryShape()
	sels, err := psh.Expand(k.region, len(whole))
	if err != nil {
		return nil, nil, k.fail(err)
	}
	shape = []int{}
	for axis, sel := range sels {
		picked, err := sel.Indices(whole[axis])
		if err != nil {
			return nil, nil, k.fail(err)
		}
		if !sel.Single() {
			shape, axes = append(shape, len(picked)), append(axes, axis)
		}
	}
	return shape, axes, nil
}

func (k *Key) entryShape() []int {
	if k.flat {
		return k.of[0].EntryShape()[1:]
	}
	return k.of[0].EntryShape()
}

// Shape is the shape of all data: modules, or places with [Key.Gaps], frames or trains,
// and what the region leaves of an entry. The error is one of counting the frames.
func (k *Key) Shape() ([]int, error) {
	shape, _, err := k.cut()
	if err != nil {
		return nil, err
	}
	frames, err := k.frames()
	if err != nil {
		return nil, err
	}
	return append([]int{k.modules(), frames.chosen}, shape...), nil
}

// modules is how many the first dimension has.
func (k *Key) modules() int {
	if k.gaps {
		return k.det.places
	}
	return len(k.det.modules)
}

// row is where a module is in the first dimension.
func (k *Key) row(module int) int {
	if k.gaps {
		return k.det.modules[module].Place
	}
	return module
}

// NDim is the number of dimensions of all data.
func (k *Key) NDim() int { return len(k.Dims()) }

// Dims are the names of the dimensions, as EXtra-data has them.
func (k *Key) Dims() []string {
	_, axes, _ := k.cut() // it was made before
	inner := len(k.entryShape())
	dims, names := []string{"module", "trainId"}, []string{"data_gain", "slow_scan", "fast_scan"}
	if k.byPulse() {
		dims[1] = "train_pulse"
	}
	for _, axis := range axes {
		if k.byPulse() && (inner == 2 || inner == 3) {
			dims = append(dims, names[axis+3-inner])
		} else {
			dims = append(dims, fmt.Sprintf("dim_%d", axis))
		}
	}
	return dims
}

func (k *Key) fail(err error) error {
	return fmt.Errorf("detector: %s, %s: %w", k.det.name, k.name, err)
}

func shapeError(has, want any) error {
	return fmt.Errorf("%w: data of shape %v into %v", psh.ErrShape, want, has)
}
