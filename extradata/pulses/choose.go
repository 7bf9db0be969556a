package pulses

import (
	"fmt"
	"slices"

	"extrapasha/extradata"
	psh "extrapasha/pasha"
)

// Selection picks pulses of a train: a flag for each of them.
type Selection func(pulses []Pulse) ([]bool, error)

// Range picks pulses by their index, every step-th from start up to but not including
// stop; psh.Begin and psh.End are the whole way. Where start or stop is negative it is
// their position in the train that counts, as in a slice in Python.
func Range(start, stop, step int) Selection {
	negative := start < 0 && start != psh.Begin || stop < 0
	return func(pulses []Pulse) ([]bool, error) {
		picked := make([]bool, len(pulses))
		length := 0
		for _, pulse := range pulses {
			length = max(length, pulse.Index+1)
		}
		if negative {
			length = len(pulses)
		}
		wanted, err := psh.Span(start, stop).By(step).Indices(length)
		if err != nil {
			return nil, err
		}
		for i, pulse := range pulses {
			at := pulse.Index
			if negative {
				at = i
			}
			picked[i] = slices.Contains(wanted, at)
		}
		return picked, nil
	}
}

// ByIndices picks pulses by a list of indices; trains have those of them that they have.
func ByIndices(indices ...int) Selection {
	return each(func(p Pulse) bool { return slices.Contains(indices, p.Index) })
}

// ByIDs picks pulses by a list of IDs.
func ByIDs(ids ...int) Selection {
	return each(func(p Pulse) bool { return slices.Contains(ids, p.ID) })
}

// Between picks pulses by their ID: those after one and before another that are whole
// steps away from the first. The error of step 0 wraps psh.ErrShape.
func Between(start, stop, step int) Selection {
	if step == 0 {
		return func([]Pulse) ([]bool, error) { return nil, fmt.Errorf("%w: step 0 goes nowhere", psh.ErrShape) }
	}
	return each(func(p Pulse) bool { return p.ID > start && p.ID < stop && (p.ID-start)%step == 0 })
}

func each(holds func(Pulse) bool) Selection {
	return func(pulses []Pulse) ([]bool, error) {
		picked := make([]bool, len(pulses))
		for i, pulse := range pulses {
			picked[i] = holds(pulse)
		}
		return picked, nil
	}
}

// ByMask picks pulses by their position in the train. The error wraps psh.ErrShape where a
// train has more pulses than the mask.
func ByMask(mask []bool) Selection {
	return func(pulses []Pulse) ([]bool, error) {
		if len(mask) < len(pulses) {
			return nil, fmt.Errorf("%w: a mask of %d for %d pulses", psh.ErrShape, len(mask), len(pulses))
		}
		return slices.Clone(mask[:len(pulses)]), nil
	}
}

// Select is the pattern with the chosen pulses alone, counted anew. Of trains, if that is
// not nil, it is those that have pulses and are selected; the others have none left. All
// stay trains of the pattern. The error is that of a selection.
func (p *Pattern) Select(pulses Selection, trains extradata.TrainSelection) (*Pattern, error) {
	return recounted(p.Subset(pulses, trains))
}

// Deselect is the pattern without the chosen pulses, counted anew. Trains that are not
// selected keep theirs.
func (p *Pattern) Deselect(pulses Selection, trains extradata.TrainSelection) (*Pattern, error) {
	return recounted(p.choose(pulses, trains, false))
}

// Subset is what Select has, with the index that each pulse had before.
func (p *Pattern) Subset(pulses Selection, trains extradata.TrainSelection) (*Pattern, error) {
	return p.choose(pulses, trains, true)
}

func recounted(p *Pattern, err error) (*Pattern, error) {
	if err != nil {
		return nil, err
	}
	p.recount()
	return p, nil
}

func (p *Pattern) choose(pulses Selection, trains extradata.TrainSelection, keep bool) (*Pattern, error) {
	var lit, chosen []uint64
	for _, train := range p.lit() {
		lit = append(lit, train.ID)
	}
	if chosen = lit; trains != nil {
		var err error
		if chosen, err = trains(lit); err != nil {
			return nil, err
		}
	}
	out := *p
	out.Trains = nil
	for _, train := range p.Trains {
		left := Train{ID: train.ID}
		if slices.Contains(chosen, train.ID) {
			picked, err := pulses(train.Pulses)
			if err != nil {
				return nil, fmt.Errorf("pulses of train %d: %w", train.ID, err)
			}
			for i, pulse := range train.Pulses {
				if picked[i] == keep {
					left.Pulses = append(left.Pulses, pulse)
				}
			}
		} else if !keep {
			left.Pulses = slices.Clone(train.Pulses)
		}
		out.Trains = append(out.Trains, left)
	}
	return &out, nil
}

// recount counts the pulses of each train from 0, those of the laser alone from -1 on
// downwards if that is how they were counted.
func (p *Pattern) recount() {
	for _, train := range p.Trains {
		up, down := 0, 0
		for i := range train.Pulses {
			pulse := &train.Pulses[i]
			if p.negative && pulse.Laser && !pulse.XRay {
				down--
				pulse.Index = down
				continue
			}
			pulse.Index = up
			up++
		}
	}
}

// Union is the pulses of any of some patterns, once each, in the trains of all. It does
// not tell X-rays and lasers apart.
func (p *Pattern) Union(others ...*Pattern) *Pattern {
	of := map[uint64][]int{}
	slots := p.Slots
	for _, pattern := range append([]*Pattern{p}, others...) {
		slots = max(slots, pattern.Slots)
		for _, train := range pattern.Trains {
			ids := of[train.ID]
			for _, pulse := range train.Pulses {
				ids = append(ids, pulse.ID)
			}
			of[train.ID] = ids
		}
	}
	union := &Pattern{Slots: slots}
	for id, ids := range of {
		slices.Sort(ids)
		train := Train{ID: id}
		for i, pulse := range slices.Compact(ids) {
			train.Pulses = append(train.Pulses, Pulse{Index: i, ID: pulse})
		}
		union.Trains = append(union.Trains, train)
	}
	slices.SortFunc(union.Trains, func(a, b Train) int {
		if a.ID < b.ID {
			return -1
		}
		return 1
	})
	return union
}

// SelectTrains is the pattern for some of its trains.
func (p *Pattern) SelectTrains(trains extradata.TrainSelection) (*Pattern, error) {
	ids, err := trains(p.TrainIDs())
	if err != nil {
		return nil, err
	}
	some := *p
	some.Trains = slices.DeleteFunc(slices.Clone(p.Trains), func(train Train) bool { return !slices.Contains(ids, train.ID) })
	return &some, nil
}
