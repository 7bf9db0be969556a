package xgm

import (
	"fmt"
	"slices"

	psh "extrapasha/pasha"
)

// PulseCounts is how many pulses of a group there were in each train. The monitor notes it
// with its slow readout; that the fast one has as many numbers that are not 0 tells that
// the slow numbers belong to these trains. Where the two differ the fast numbers count,
// which not all trains have. (A train with fewer pulses seems to have as many as others
// if what it lacks is marked as no pulse, not 0.)
func (x *XGM) PulseCounts(group Group) (psh.Labelled[int64], error) {
	slow, err := x.SlowPulseCounts(group)
	if err != nil {
		return slow, err
	}
	energy, err := x.PulseEnergy(group)
	if err != nil {
		return slow, err
	}
	ids, _ := energy.Coords["trainId"].([]uint64)
	fast := make([]int64, len(ids))
	for train := range ids {
		for i := range energy.Shape()[1] {
			if energy.At(train, i) != 0 {
				fast[train]++
			}
		}
	}
	if agree(slow, ids, fast) {
		return slow, nil
	}
	return counted(ids, fast)
}

// agree tells whether counts are the same in all trains that have both.
func agree(slow psh.Labelled[int64], ids []uint64, fast []int64) bool {
	of := map[uint64]int64{}
	slowIDs, _ := slow.Coords["trainId"].([]uint64)
	for i, id := range slowIDs {
		of[id] = slow.Data[i]
	}
	for i, id := range ids {
		if count, ok := of[id]; ok && count != fast[i] {
			return false
		}
	}
	return true
}

func counted(ids []uint64, counts []int64) (psh.Labelled[int64], error) {
	array, err := psh.NewArray(counts)
	if err != nil {
		return psh.Labelled[int64]{}, err
	}
	return psh.Labelled[int64]{Array: array, Name: "pulses", Dims: []string{"trainId"}, Coords: map[string]any{"trainId": ids}}, nil
}

// SlowPulseCounts is how many pulses of a group the slow readout notes for each train.
func (x *XGM) SlowPulseCounts(group Group) (psh.Labelled[int64], error) {
	group, err := x.groupOf(group)
	if err != nil {
		return psh.Labelled[int64]{}, err
	}
	names := []string{"numberOf" + group.suffix() + "BunchesActual"}
	if group == Main { // older devices have other names, one with a slip
		names = append(names, "nummberOfBrunches", "numberOfBunches")
	}
	for _, name := range names {
		has, err := x.control.Has("pulseEnergy." + name)
		if err != nil {
			return psh.Labelled[int64]{}, err
		}
		if !has {
			continue
		}
		key, err := x.control.Key("pulseEnergy." + name)
		if err != nil {
			return psh.Labelled[int64]{}, err
		}
		numbers, err := key.ReadFloats()
		if err != nil {
			return psh.Labelled[int64]{}, err
		}
		counts := make([]int64, len(numbers.Data))
		for i, n := range numbers.Data {
			counts[i] = int64(n)
		}
		return counted(key.TrainIDCoordinates(), counts)
	}
	return psh.Labelled[int64]{}, fmt.Errorf("xgm: %w: %s has none of pulseEnergy.%v", ErrXGM, x.control.Name(), names)
}

// NPulses is the number of pulses of a group in each train. The error wraps [ErrVaries]
// where trains have other numbers.
func (x *XGM) NPulses(group Group) (int, error) {
	counts, err := x.PulseCounts(group)
	if err != nil {
		return 0, err
	}
	if !constant(counts) {
		return 0, fmt.Errorf("xgm: number of pulses: %w: %d to %d", ErrVaries, slices.Min(counts.Data), slices.Max(counts.Data))
	}
	if len(counts.Data) == 0 {
		return 0, fmt.Errorf("xgm: number of pulses: %w: there are no trains", ErrVaries)
	}
	return int(counts.Data[0]), nil
}

// MaxNPulses is the largest number of pulses of a group in a train, 0 without trains.
func (x *XGM) MaxNPulses(group Group) (int, error) {
	counts, err := x.PulseCounts(group)
	if err != nil || len(counts.Data) == 0 {
		return 0, err
	}
	return int(slices.Max(counts.Data)), nil
}

// IsConstant tells whether all trains have as many pulses of a group.
func (x *XGM) IsConstant(group Group) (bool, error) {
	counts, err := x.PulseCounts(group)
	return constant(counts), err
}

func constant(counts psh.Labelled[int64]) bool {
	return !slices.ContainsFunc(counts.Data, func(n int64) bool { return n != counts.Data[0] })
}
