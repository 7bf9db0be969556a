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
	pulses, err := k.det.evenPulses(entries, k.pulses.byID)
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

// evenPulses are the pulses of all frames by their position in the train, with IDs where
// these are needed.
func (d *Detector) evenPulses(entries []int, ids bool) ([]Pulse, error) {
	var t *table
	if ids {
		var err error
		if t, err = d.table(); err == nil {
			err = t.even(d)
		}
		if err != nil {
			return nil, err
		}
	}
	pulses := []Pulse{}
	for train, count := range entries {
		stage := count
		if d.parallel {
			stage = count / 3
		}
		for number := range count {
			pulse := Pulse{TrainID: d.TrainIDs()[train], Train: train, Number: number, Gain: number / stage, Position: number % stage}
			if ids {
				pulse = t.pulse(train, number)
			}
			pulses = append(pulses, pulse)
		}
	}
	return pulses, nil
}

// even makes sure that all modules have the same pulses.
func (t *table) even(d *Detector) error {
	for module := range t.units {
		for train, units := range t.units[module] {
			if units != nil {
				return fmt.Errorf("detector: %w: %s has other pulses of train %d than other modules", ErrUneven, d.modules[module].Source, t.trainIDs[train])
			}
		}
	}
	return nil
}

// Coordinates are the pulses of the frames, or of keys with one entry a train those
// trains. The error wraps [ErrUneven] where modules have other pulses than others.
func (k *Key) Coordinates() ([]Pulse, error) {
	if !k.byPulse() {
		pulses := make([]Pulse, len(k.det.TrainIDs()))
		for train, id := range k.det.TrainIDs() {
			pulses[train] = Pulse{TrainID: id, Train: train, CellID: -1}
		}
		return pulses, nil
	}
	return k.coordinates(true)
}

// coordinates are the pulses of the frames, with IDs or without.
func (k *Key) coordinates(ids bool) ([]Pulse, error) {
	entries, err := k.det.Entries()
	if err != nil {
		return nil, err
	}
	pulses, err := k.det.evenPulses(entries, ids || k.pulses != nil && k.pulses.byID)
	if err != nil || k.pulses == nil {
		return pulses, err
	}
	chosen := []Pulse{}
	for _, pulse := range pulses {
		if k.pulses.holds(pulse) {
			chosen = append(chosen, pulse)
		}
	}
	return chosen, nil
}

// TrainIDCoordinates is the train ID of each of the second dimension.
func (k *Key) TrainIDCoordinates() ([]uint64, error) {
	if !k.byPulse() {
		return k.det.TrainIDs(), nil
	}
	pulses, err := k.coordinates(false)
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
