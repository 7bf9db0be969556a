package pulses

import (
	"fmt"
	"math"
	"slices"
)

// Counts is how many pulses each train has.
func (p *Pattern) Counts() []int64 {
	counts := make([]int64, len(p.Trains))
	for i, train := range p.Trains {
		counts[i] = int64(len(train.Pulses))
	}
	return counts
}

// period is the smallest distance of neighbours in a train, 0 with fewer than two pulses.
func (t Train) period() int {
	period := 0
	for i := 1; i < len(t.Pulses); i++ {
		if apart := t.Pulses[i].ID - t.Pulses[i-1].ID; period == 0 || apart < period {
			period = apart
		}
	}
	return period
}

// Periods are the smallest distances of neighbours in each train, in slots: none for a
// train without pulses; for one with one pulse single or, where that is nil, the largest
// period of all. The error wraps [ErrPattern] where there is none.
func (p *Pattern) Periods(none int64, single *int64) ([]int64, error) {
	largest := 0
	for _, train := range p.Trains {
		largest = max(largest, train.period())
	}
	periods := make([]int64, len(p.Trains))
	for i, train := range p.Trains {
		switch {
		case len(train.Pulses) == 0:
			periods[i] = none
		case len(train.Pulses) > 1:
			periods[i] = int64(train.period())
		case single != nil:
			periods[i] = *single
		case largest > 0:
			periods[i] = int64(largest)
		default:
			return nil, fmt.Errorf("pulses: period of the one pulse of train %d: %w: no train has several", train.ID, ErrPattern)
		}
	}
	return periods, nil
}

// Rates are the repetition rates of each train in Hz, by the smallest distance of
// neighbours: 0 for one pulse, NaN for none.
func (p *Pattern) Rates() []float64 {
	rates := make([]float64, len(p.Trains))
	for i, train := range p.Trains {
		switch len(train.Pulses) {
		case 0:
			rates[i] = math.NaN()
		case 1:
		default:
			rates[i] = SlotRate / float64(train.period())
		}
	}
	return rates
}

// Durations are the seconds from the first to the last pulse of each train, NaN without
// pulses.
func (p *Pattern) Durations() []float64 {
	durations := make([]float64, len(p.Trains))
	for i, train := range p.Trains {
		if durations[i] = math.NaN(); len(train.Pulses) > 0 {
			durations[i] = float64(train.Pulses[len(train.Pulses)-1].ID-train.Pulses[0].ID) / SlotRate
		}
	}
	return durations
}

// PumpedRatios are for each train of a pattern of both the pulses that the X-rays and the
// laser share, beside all of the X-rays. Without X-rays it is NaN, and onlyLaser where
// there was the laser alone.
func (p *Pattern) PumpedRatios(onlyLaser float64) ([]float64, error) {
	if !p.Both {
		return nil, fmt.Errorf("pulses: ratio of pumped pulses: %w: it does not tell X-rays and lasers apart", ErrPattern)
	}
	ratios := make([]float64, len(p.Trains))
	for i, train := range p.Trains {
		xrays, pumped := 0, 0
		for _, pulse := range train.Pulses {
			if pulse.XRay {
				xrays++
				if pulse.Laser {
					pumped++
				}
			}
		}
		switch {
		case xrays > 0:
			ratios[i] = float64(pumped) / float64(xrays)
		case len(train.Pulses) > 0:
			ratios[i] = onlyLaser
		default:
			ratios[i] = math.NaN()
		}
	}
	return ratios, nil
}

// same tells whether two trains have the same pulses.
func same(a, b Train) bool {
	return slices.EqualFunc(a.Pulses, b.Pulses, func(a, b Pulse) bool {
		return a.ID == b.ID && a.XRay == b.XRay && a.Laser == b.Laser
	})
}

// IsConstant tells whether all trains with pulses have the same; with empty trains too,
// whether all trains have them.
func (p *Pattern) IsConstant(empty bool) bool {
	lit := p.lit()
	if empty && len(lit) < len(p.Trains) {
		return false
	}
	return !slices.ContainsFunc(lit, func(train Train) bool { return !same(train, lit[0]) })
}

// Run is trains one after the other that have the same pulses.
type Run struct {
	First, Last uint64 // train IDs
	Pulses      []Pulse
}

// Runs divides the trains into such runs.
func (p *Pattern) Runs() (runs []Run) {
	for i, train := range p.Trains {
		if i > 0 && same(train, p.Trains[i-1]) {
			runs[len(runs)-1].Last = train.ID
			continue
		}
		runs = append(runs, Run{train.ID, train.ID, train.Pulses})
	}
	return runs
}

// IsInterleaved tells whether the pulses of two patterns come in turns: of the n-th trains
// with pulses of both, the first pair that tells does. ok is false where none does, or
// where the n-th trains are not the same.
func (p *Pattern) IsInterleaved(other *Pattern) (interleaved, ok bool) {
	a, b := p.lit(), other.lit()
	for i := range min(len(a), len(b)) {
		first, second := a[i].Pulses, b[i].Pulses
		if first[0].ID > second[0].ID {
			first, second = second, first
		}
		if len(first) > 1 && (len(second) > 1 || first[0].ID < second[0].ID) {
			return first[len(first)-1].ID > second[0].ID, true
		}
	}
	return false, false
}
