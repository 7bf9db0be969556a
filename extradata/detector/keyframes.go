package detector

import (
	"fmt"

	"extrapasha/keydata"
	psh "extrapasha/pasha"
)

// keyFrames are the frames, or trains, that a key has in its second dimension.
type keyFrames struct {
	starts []int // of each train, among all
	at     []int // of all, the position among the chosen, -1 for none; nil where all are
	chosen int
}

// frames finds those of the key.
func (k *Key) frames() (f keyFrames, err error) {
	if !k.byPulse() {
		return keyFrames{chosen: len(k.det.TrainIDs())}, nil
	}
	entries, err := k.det.Entries()
	if err != nil {
		return f, err
	}
	f.starts = make([]int, len(entries)+1)
	for train, count := range entries {
		f.starts[train+1] = f.starts[train] + count
	}
	f.chosen = f.starts[len(entries)]
	if k.pulses == nil {
		return f, nil
	}
	by := byPosition
	if k.pulses.byID {
		by = ByPulse
	}
	pulses, err := k.det.positional(entries, by)
	if err != nil {
		return f, err
	}
	f.at, f.chosen = make([]int, len(pulses)), 0
	for i, pulse := range pulses {
		if f.at[i] = -1; k.pulses.holds(pulse) {
			f.at[i] = f.chosen
			f.chosen++
		}
	}
	return f, nil
}

// TrainIDCoordinates is the train ID of each of the second dimension.
func (k *Key) TrainIDCoordinates() ([]uint64, error) {
	if !k.byPulse() {
		return k.det.TrainIDs(), nil
	}
	pulses, err := k.coordinates(byPosition)
	ids := make([]uint64, len(pulses))
	for i, pulse := range pulses {
		ids[i] = pulse.TrainID
	}
	return ids, err
}

// into tells for each entry of a module which of the second dimension it is, -1 for none.
func (k *Key) into(module int, f keyFrames) ([]int, error) {
	key := k.of[module]
	at := make([]int, 0, key.Entries())
	train, seen := positionsOf(key.TrainIDs()), map[int]int{}
	for trainID, count := range key.Runs() {
		position := train(trainID)
		if f.starts == nil {
			if count+seen[position] > 1 {
				return nil, k.fail(fmt.Errorf("%w: %s has %d entries of train %d, expected one", keydata.ErrSelection, key.Source(), count, trainID))
			}
			at = append(at, position)
			seen[position] = count
			continue
		}
		first := f.starts[position] + seen[position]
		if seen[position] += count; seen[position] > f.starts[position+1]-f.starts[position] {
			return nil, k.fail(fmt.Errorf("%w: %s has %d entries of train %d, not as many as images", ErrUneven, key.Source(), seen[position], trainID))
		}
		for frame := first; frame < first+count; frame++ {
			if f.at == nil {
				at = append(at, frame)
			} else {
				at = append(at, f.at[frame])
			}
		}
	}
	return at, nil
}

// Available tells which module has data for which frame or train, in an array as the first
// two dimensions of the data.
func (k *Key) Available() (psh.Array[bool], error) {
	none := psh.Array[bool]{}
	f, err := k.frames()
	if err != nil {
		return none, err
	}
	there, err := psh.Alloc[bool](psh.Shape(k.modules(), f.chosen), psh.In(psh.Serial()))
	if err != nil {
		return none, k.fail(err)
	}
	for module := range k.of {
		at, err := k.into(module, f)
		if err != nil {
			return none, err
		}
		for _, frame := range at {
			if frame >= 0 {
				there.Data[k.row(module)*f.chosen+frame] = true
			}
		}
	}
	return there, nil
}
