// Package pulses tells which pulses trains had, of X-rays and of lasers.
//
//	source, err := pulses.Find(run, "")  // the time server, or a decoder of its tables
//	xrays, err := source.XRays(0)        // of the SASE that the run is at
//	counts := xrays.Counts()
//
// A pulse has an ID, the number of its slot in the machine's bunch pattern table, which
// has one each 2 / 9.03 MHz or so ([SlotRate]), and an index, its number in the train.
// Patterns are made from time servers and decoders ([Find]), from the triggers of delay
// line detectors ([Triggers]), or by hand ([Manual], [Regular]). The rules follow EXtra's
// pulse patterns.
package pulses

import (
	"errors"
	"fmt"
	"math"
	"slices"

	psh "extrapasha/pasha"
)

// SlotRate is how many slots of the bunch pattern table there are in a second.
const SlotRate = 1.3e9 / 288

// ErrPattern is wrapped where there is no pattern of pulses to be found, or none of the
// sort that is asked for.
var ErrPattern = errors.New("no such pattern of pulses")

// Pulse is one pulse of a train.
type Pulse struct {
	// Index is its number in the train, from 0; see [Pattern.Negative].
	Index int
	// ID is its slot.
	ID int
	// XRay and Laser tell which of both it is, in patterns of both.
	XRay, Laser bool
}

// Train is a train that the source of a pattern was read in, with pulses or not.
type Train struct {
	ID     uint64
	Pulses []Pulse // ascending by ID
}

// Pattern is the pulses of trains.
type Pattern struct {
	Trains []Train
	// Both tells that it is of X-rays and lasers, and pulses tell of which they are.
	Both bool
	// Slots is how many there are in the table, for [Pattern.Mask].
	Slots int

	negative bool // pulses of the laser alone have negative indices
}

// mostSlots is the width of masks that are made of no table.
const mostSlots = 4096

// of makes a pattern of IDs, which are put in order.
func of(trainIDs []uint64, slots int, ids func(train int) ([]int, error)) (*Pattern, error) {
	p := &Pattern{Slots: slots}
	for i, id := range trainIDs {
		list, err := ids(i)
		if err != nil {
			return nil, fmt.Errorf("pulses of train %d: %w", id, err)
		}
		train := Train{ID: id}
		for index, pulse := range list {
			train.Pulses = append(train.Pulses, Pulse{Index: index, ID: pulse})
		}
		p.Trains = append(p.Trains, train)
	}
	return p, nil
}

// Manual is a pattern of the same pulse IDs in every train.
func Manual(trainIDs []uint64, pulseIDs []int) *Pattern {
	pulseIDs = slices.Sorted(slices.Values(pulseIDs))
	p, _ := of(trainIDs, mostSlots, func(int) ([]int, error) { return pulseIDs, nil })
	return p
}

// Regular is a pattern of n pulses in every train, from an ID on, so many slots apart.
func Regular(trainIDs []uint64, n, first, period int) *Pattern {
	ids := make([]int, max(n, 0))
	for i := range ids {
		ids[i] = first + i*period
	}
	return Manual(trainIDs, ids)
}

// PeriodOf is how many slots apart pulses of a rate in Hz are.
func PeriodOf(rate float64) int { return int(math.RoundToEven(SlotRate / rate)) }

// TrainIDs are the trains, with pulses or not.
func (p *Pattern) TrainIDs() []uint64 {
	ids := make([]uint64, len(p.Trains))
	for i, train := range p.Trains {
		ids[i] = train.ID
	}
	return ids
}

// lit are the trains that have pulses.
func (p *Pattern) lit() (trains []Train) {
	for _, train := range p.Trains {
		if len(train.Pulses) > 0 {
			trains = append(trains, train)
		}
	}
	return trains
}

// Len is the number of pulses of all trains.
func (p *Pattern) Len() (n int) {
	for _, train := range p.Trains {
		n += len(train.Pulses)
	}
	return n
}

// Mask has for each train and each slot whether there is a pulse that holds the condition,
// nil for any. Slots before the first that is known ([Triggers]) are at the end.
func (p *Pattern) Mask(holds func(Pulse) bool) (psh.Array[bool], error) {
	mask, err := psh.NewArray(make([]bool, len(p.Trains)*p.Slots), len(p.Trains), p.Slots)
	if err != nil {
		return mask, err
	}
	for i, train := range p.Trains {
		for _, pulse := range train.Pulses {
			slot := pulse.ID
			if slot < 0 {
				slot += p.Slots
			}
			if slot < 0 || slot >= p.Slots {
				return mask, fmt.Errorf("pulses: %w: pulse %d of train %d is not among %d slots", ErrPattern, pulse.ID, train.ID, p.Slots)
			}
			if holds == nil || holds(pulse) {
				mask.Set(true, i, slot)
			}
		}
	}
	return mask, nil
}

// Negative is the pattern with pulses of the laser alone counted -1, -2, … in their train,
// the others 0, 1, ….
func (p *Pattern) Negative() (*Pattern, error) {
	if !p.Both {
		return nil, fmt.Errorf("pulses: %w: it does not tell X-rays and lasers apart", ErrPattern)
	}
	negative := p.copy()
	negative.negative = true
	negative.recount()
	return negative, nil
}

func (p *Pattern) copy() *Pattern {
	other := *p
	other.Trains = slices.Clone(p.Trains)
	for i := range other.Trains {
		other.Trains[i].Pulses = slices.Clone(other.Trains[i].Pulses)
	}
	return &other
}
