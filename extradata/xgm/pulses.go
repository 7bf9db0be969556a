package xgm

import (
	"fmt"
	"math"
	"slices"

	"extrapasha/extradata"
	psh "extrapasha/pasha"
)

// noPulse is what the monitor notes where there was none.
const noPulse = 1

// PulseEnergy is the energy of each pulse of a group, in µJ: trains that were read, and
// pulses, as many as the train with most has; NaN where there was no pulse. The error wraps
// [ErrXGM] where there is no such group.
func (x *XGM) PulseEnergy(group Group) (psh.Labelled[float32], error) {
	var none psh.Labelled[float32]
	group, err := x.groupOf(group)
	if err != nil {
		return none, err
	}
	key, err := x.run.Key(x.Instrument(), "data.intensity"+group.suffix()+"TD")
	if err != nil {
		return none, err
	}
	all, err := labelled(key)
	if err != nil {
		return none, err
	}
	if all.NDim() != 2 {
		return none, fmt.Errorf("xgm: %v: %w: expected a row of numbers for each train", key, extradata.ErrSelection)
	}
	if all.Units, err = units(key); err != nil {
		return none, err
	}
	pulses := 0
	for ; pulses < all.Shape()[1]; pulses++ {
		if !slices.ContainsFunc(column(all, pulses), func(x float32) bool { return x != noPulse }) {
			break
		}
	}
	cut, err := all.View(psh.Every(), psh.Span(0, pulses))
	if err != nil {
		return none, err
	}
	all.Array = cut.Copy()
	for i, energy := range all.Data {
		if energy == noPulse {
			all.Data[i] = float32(math.NaN())
		}
	}
	return all, nil
}

func column(of psh.Labelled[float32], i int) (values []float32) {
	for train := range of.Shape()[0] {
		values = append(values, of.At(train, i))
	}
	return values
}

// units are those of a key, or those that the monitor has.
func units(key *extradata.KeyData) (string, error) {
	units, err := key.Units()
	if units == "" {
		units = "µJ"
	}
	return units, err
}

// Pulse is the energy of one pulse.
type Pulse struct {
	TrainID uint64
	// Index is the number of the pulse in its train.
	Index  int
	Energy float32
}

// Pulses are the pulses of [XGM.PulseEnergy] one after the other, those without energy
// left out.
func (x *XGM) Pulses(group Group) ([]Pulse, error) {
	energy, err := x.PulseEnergy(group)
	if err != nil {
		return nil, err
	}
	pulses := []Pulse{}
	ids, _ := energy.Coords["trainId"].([]uint64)
	for train, id := range ids {
		for i := range energy.Shape()[1] {
			if e := energy.At(train, i); e == e && e != 0 {
				pulses = append(pulses, Pulse{id, i, e})
			}
		}
	}
	return pulses, nil
}

// SlowTrainEnergy is the mean energy of the pulses of a group, in µJ, as the slow readout
// has it for each train. The error wraps [ErrXGM] where there is no such group.
func (x *XGM) SlowTrainEnergy(group Group) (psh.Labelled[float32], error) {
	group, err := x.groupOf(group)
	if err != nil {
		return psh.Labelled[float32]{}, err
	}
	key, err := x.control.Key("controlData.slowTrain" + group.suffix())
	if err != nil {
		return psh.Labelled[float32]{}, err
	}
	l, err := labelled(key)
	if err != nil {
		return l, err
	}
	l.Units, err = units(key)
	return l, err
}
