package detector

import (
	"fmt"
	"slices"

	psh "extrapasha/pasha"
)

// ReadLabelled reads as [Read] does, with the names of [Key.Dims]. Coordinates are the
// numbers of modules as []int ("module"), and the train IDs as []uint64 ("trainId"), or
// the pulses as []Pulse ("train_pulse"). The error wraps [ErrUneven] where modules have
// other pulses than others, or other cells where frames are told apart by these.
func ReadLabelled[T number](k *Key, by FrameLabel, fill ...T) (psh.Labelled[T], error) {
	coords := map[string]any{"module": k.numbers()}
	if k.byPulse() {
		pulses, err := k.Coordinates(by)
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

// ReadUnstacked reads as [ReadLabelled] does, with trains and pulses in dimensions of their
// own: module, train, gain where [ParallelGain] is read, pulse or cell, and those of an
// entry. Pulses are in ascending order, or where some were left out in that of the frames,
// as EXtra-data has them. Of a pair of train and pulse that is there twice the last frame is taken. Pairs
// that there are not are NaN; the error wraps [ErrUneven] where there are such pairs and T
// is no float. Of keys that have an entry a train, JUNGFRAU's get the dimensions train,
// cell, slow_scan, fast_scan; others are as with ReadLabelled.
func ReadUnstacked[T number](k *Key, by FrameLabel, fill ...T) (psh.Labelled[T], error) {
	if !k.byPulse() {
		if !k.det.class.cells {
			return ReadLabelled(k, by, fill...)
		}
		coords := map[string]any{"module": k.numbers(), "train": k.det.TrainIDs()}
		return readLabelled(k, k.cellDims(), coords, fill)
	}
	pulses, err := k.Coordinates(by)
	if err != nil {
		return psh.Labelled[T]{}, err
	}
	data, err := Read(k, fill...)
	if err != nil {
		return psh.Labelled[T]{}, err
	}
	whole := *k
	whole.pulses = nil
	all, err := whole.Coordinates(by)
	if err != nil {
		return psh.Labelled[T]{}, err
	}
	s := newStacking(pulses, all, by, k.det.parallel)
	unstacked, err := unstack(data, s)
	if err != nil {
		return psh.Labelled[T]{}, k.fail(err)
	}
	s.coords["module"] = k.numbers()
	l, err := psh.NewLabelled(unstacked, slices.Concat([]string{"module"}, s.dims, k.Dims()[2:]), s.coords)
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
