package detector

import (
	"fmt"
	"math"
	"slices"

	"extrapasha/keydata"
	psh "extrapasha/pasha"
)

// ReadLabelled reads as [Read] does, with the names of [Key.Dims]. Coordinates are the
// numbers of modules as []int ("module"), and the train IDs as []uint64 ("trainId"), or
// the pulses as []Pulse ("train_pulse"). The error wraps [ErrUneven] where modules have
// other pulses than others.
func ReadLabelled[T number](k *Key, fill ...T) (psh.Labelled[T], error) {
	coords := map[string]any{"module": k.numbers()}
	if k.byPulse() {
		pulses, err := k.Coordinates()
		if err != nil {
			return psh.Labelled[T]{}, err
		}
		coords["train_pulse"] = pulses
	} else {
		coords["trainId"] = k.det.TrainIDs()
	}
	return readLabelled(k, k.Dims(), coords, fill)
}

func readLabelled[T number](k *Key, dims []string, coords map[string]any, fill []T) (l psh.Labelled[T], err error) {
	data, err := Read(k, fill...)
	if err != nil {
		return l, err
	}
	if l, err = psh.NewLabelled(data, dims, coords); err != nil {
		return l, k.fail(err)
	}
	l.Name = k.name
	return l, nil
}

// numbers are those of the modules in the first dimension.
func (k *Key) numbers() []int {
	numbers := make([]int, k.modules())
	for place := range numbers {
		numbers[place] = place + k.det.base
	}
	if !k.gaps {
		for i, module := range k.det.modules {
			numbers[i] = module.Number
		}
	}
	return numbers
}

// FrameLabel is what tells the frames of a train apart.
type FrameLabel string

// Labels of frames.
const (
	ByPulse FrameLabel = "pulse" // their pulse ID
	ByCell  FrameLabel = "cell"  // their memory cell
)

// ReadUnstacked reads as [ReadLabelled] does, with trains and pulses in dimensions of their
// own: module, train, gain where [ParallelGain] is read, pulse or cell, and those of an
// entry. Pairs of train and pulse that there are not are NaN; the error wraps [ErrUneven]
// where there are such pairs and T is no float, or where a pair is there twice. Of keys
// that have an entry a train, JUNGFRAU's get the dimensions train, cell, slow_scan,
// fast_scan; others are as with ReadLabelled.
func ReadUnstacked[T number](k *Key, by FrameLabel, fill ...T) (psh.Labelled[T], error) {
	if !k.byPulse() {
		if !k.det.class.cells {
			return ReadLabelled(k, fill...)
		}
		coords := map[string]any{"module": k.numbers(), "train": k.det.TrainIDs()}
		return readLabelled(k, k.cellDims(), coords, fill)
	}
	pulses, err := k.Coordinates()
	if err != nil {
		return psh.Labelled[T]{}, err
	}
	s, err := newStacking(pulses, by, k.det.parallel)
	if err != nil {
		return psh.Labelled[T]{}, k.fail(err)
	}
	data, err := Read(k, fill...)
	if err != nil {
		return psh.Labelled[T]{}, err
	}
	unstacked, err := unstack(data, s)
	if err != nil {
		return psh.Labelled[T]{}, k.fail(err)
	}
	dims := append(append([]string{"module"}, s.dims...), k.Dims()[2:]...)
	s.coords["module"] = k.numbers()
	l, err := psh.NewLabelled(unstacked, dims, s.coords)
	if err != nil {
		return l, k.fail(err)
	}
	l.Name = k.name
	return l, nil
}

// cellDims are the dimensions of data whose entries are memory cells.
func (k *Key) cellDims() []string {
	_, axes, _ := k.cut()
	dims, inner := []string{"module", "train"}, len(k.entryShape())
	for _, axis := range axes {
		if inner == 3 || inner == 1 {
			dims = append(dims, []string{"cell", "slow_scan", "fast_scan"}[axis])
		} else {
			dims = append(dims, fmt.Sprintf("dim_%d", axis))
		}
	}
	return dims
}

// stacking is how frames lie in dimensions for train, gain and pulse.
type stacking struct {
	dims   []string
	coords map[string]any
	shape  []int
	at     []int // of each frame, the position among all pairs
	full   bool
}

func newStacking(pulses []Pulse, by FrameLabel, gains bool) (s stacking, err error) {
	inner := func(p Pulse) uint64 { return p.PulseID }
	if by == ByCell {
		inner = func(p Pulse) uint64 { return uint64(p.CellID) }
		if i := slices.IndexFunc(pulses, func(p Pulse) bool { return p.CellID < 0 }); i >= 0 {
			return s, fmt.Errorf("%w: train %d has no memory cells", keydata.ErrSelection, pulses[i].TrainID)
		}
	} else if by != ByPulse {
		return s, fmt.Errorf("%w: frames by %q, expected %q or %q", keydata.ErrSelection, by, ByPulse, ByCell)
	}
	s.coords, s.at, s.full = map[string]any{}, make([]int, len(pulses)), true
	size := 1
	along := func(dim string, of func(Pulse) uint64) {
		levels := levelsOf(pulses, of)
		for i, pulse := range pulses {
			position, _ := slices.BinarySearch(levels, of(pulse))
			s.at[i] = s.at[i]*len(levels) + position
		}
		s.dims, s.shape, s.coords[dim] = append(s.dims, dim), append(s.shape, len(levels)), levels
		size *= len(levels)
	}
	along("train", func(p Pulse) uint64 { return p.TrainID })
	if gains {
		along("gain", func(p Pulse) uint64 { return uint64(p.Gain) })
	}
	along(string(by), inner)
	taken := make([]bool, size)
	for i, at := range s.at {
		if taken[at] {
			return s, fmt.Errorf("%w: train %d has two frames of %s %d", ErrUneven, pulses[i].TrainID, by, inner(pulses[i]))
		}
		taken[at] = true
	}
	s.full = len(pulses) == size
	return s, nil
}

// levelsOf are the values that there are, each once, sorted.
func levelsOf(pulses []Pulse, of func(Pulse) uint64) []uint64 {
	levels := make([]uint64, len(pulses))
	for i, pulse := range pulses {
		levels[i] = of(pulse)
	}
	slices.Sort(levels)
	return slices.Compact(levels)
}

// unstack moves frames to where they are in the dimensions of a stacking.
func unstack[T number](data psh.Array[T], s stacking) (psh.Array[T], error) {
	shape := data.Shape()
	if s.full && slices.IsSorted(s.at) {
		return data.Reshape(slices.Concat(shape[:1], s.shape, shape[2:])...)
	}
	nan := math.NaN()
	if T(nan) == T(nan) && !s.full {
		return data, fmt.Errorf("%w: trains have other pulses than others, which needs floats to tell", ErrUneven)
	}
	out, err := psh.Alloc[T](psh.Shape(slices.Concat(shape[:1], s.shape, shape[2:])...), psh.In(psh.Serial()))
	if err != nil {
		return out, err
	}
	if !s.full {
		for i := range out.Data {
			out.Data[i] = T(nan)
		}
	}
	pairs, size := 1, 1
	for _, length := range s.shape {
		pairs *= length
	}
	for _, length := range shape[2:] {
		size *= length
	}
	for module := range shape[0] {
		for frame, at := range s.at {
			copy(out.Data[(module*pairs+at)*size:][:size], data.Data[(module*shape[1]+frame)*size:])
		}
	}
	return out, nil
}
