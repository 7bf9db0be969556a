package pulses

import (
	"fmt"
	"math"

	"extrapasha/extradata"
	"extrapasha/keydata"
	psh "extrapasha/pasha"
)

// Clock is how triggers without IDs are understood: so many samples a slot, and the ID of
// the very first pulse.
type Clock struct{ SamplesPerSlot, First int }

// TriggersKey is where delay line detectors note the triggers of pulses.
const TriggersKey = "raw.triggers"

// Triggers is the pulses that a delay line detector was triggered by, from its output
// channel. Newer ones note the ID of each pulse, and whether there were X-rays and the
// laser. Of others the time from the very first trigger tells the ID, see [Clock]; the
// zero value is 196 samples.
func Triggers(run *extradata.DataCollection, source string, clock Clock) (*Pattern, error) {
	key, err := run.Key(source, TriggersKey)
	if err != nil {
		return nil, err
	}
	if clock.SamplesPerSlot == 0 {
		clock.SamplesPerSlot = 196
	}
	has := map[string]bool{}
	for _, field := range key.Fields() {
		has[field.Name] = true
	}
	if has["pulse"] && has["fel"] && has["ppl"] {
		return noted(key)
	}
	return timed(key, clock)
}

// noted is the pattern of triggers with IDs.
func noted(key *extradata.KeyData) (*Pattern, error) {
	columns := map[string][]int{}
	for _, name := range []string{"pulse", "fel", "ppl"} {
		var err error
		if columns[name], err = column(key, name); err != nil {
			return nil, err
		}
	}
	p := byTrain(key, func(row int) Pulse {
		return Pulse{ID: columns["pulse"][row], XRay: columns["fel"][row] != 0, Laser: columns["ppl"][row] != 0}
	})
	p.Both = true
	return p, nil
}

// timed is the pattern of triggers without.
func timed(key *extradata.KeyData, clock Clock) (*Pattern, error) {
	if clock.SamplesPerSlot < 0 {
		return nil, fmt.Errorf("pulses: %v: %w: %d samples a slot", key, ErrPattern, clock.SamplesPerSlot)
	}
	starts, err := column(key, "start")
	if err != nil {
		return nil, err
	}
	return byTrain(key, func(row int) Pulse {
		slots := math.Floor(float64(starts[row]-starts[0]) / float64(clock.SamplesPerSlot))
		return Pulse{ID: int(slots) + clock.First}
	}), nil
}

// column is a field of all triggers.
func column(key *extradata.KeyData, field string) ([]int, error) {
	of, err := key.Field(field)
	if err != nil {
		return nil, err
	}
	return integers(of)
}

// integers are the numbers of a key, or bools as 0 and 1.
func integers(key *extradata.KeyData) ([]int, error) {
	typed, err := keydata.Convert[float64](key)
	if err != nil {
		return nil, err
	}
	values, err := typed.Read()
	if err != nil {
		return nil, err
	}
	return psh.Each(values, func(value float64) int { return int(value) }).Data, nil
}

// byTrain is the pattern of triggers that lie one after the other.
func byTrain(key *extradata.KeyData, pulse func(row int) Pulse) *Pattern {
	p := &Pattern{Slots: mostSlots}
	for row, id := range key.TrainIDCoordinates() {
		if n := len(p.Trains); n == 0 || p.Trains[n-1].ID != id {
			p.Trains = append(p.Trains, Train{ID: id})
		}
		last := &p.Trains[len(p.Trains)-1]
		next := pulse(row)
		next.Index = len(last.Pulses)
		last.Pulses = append(last.Pulses, next)
	}
	return p
}
