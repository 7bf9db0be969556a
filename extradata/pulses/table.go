package pulses

import (
	"fmt"
	"slices"

	"extrapasha/extradata"
)

// fromTable makes a pattern of the slots of a time server's table that hold a condition.
func (s *Source) fromTable(holds func(slot uint32) bool) (*Pattern, error) {
	key, err := extradata.Key[uint32](s.run, s.Name, s.Key)
	if err != nil {
		return nil, err
	}
	shape := key.EntryShape()
	if len(shape) != 1 {
		return nil, fmt.Errorf("pulses: %v: %w: expected a row of slots for each train", key, ErrPattern)
	}
	table, err := key.Read()
	if err != nil {
		return nil, err
	}
	return of(key.TrainIDCoordinates(), shape[0], func(train int) (ids []int, err error) {
		for id, slot := range table.Row(train).Data {
			if holds(slot) {
				ids = append(ids, id)
			}
		}
		return ids, nil
	})
}

// fromNodes makes a pattern of the IDs that a decoder has for some nodes.
func (s *Source) fromNodes(nodes ...string) (*Pattern, error) {
	var patterns []*Pattern
	for _, node := range nodes {
		numbers, err := s.integers(node + ".nPulses")
		if err != nil {
			return nil, err
		}
		ids, err := s.integers(node + ".pulseIds")
		if err != nil {
			return nil, err
		}
		trains, err := s.TrainIDs()
		if err != nil {
			return nil, err
		}
		if len(numbers) != len(trains) || len(trains) > 0 && len(ids)%len(trains) != 0 {
			return nil, fmt.Errorf("pulses: %w: %s has %d numbers and %d IDs of %s for %d trains", ErrPattern, s.Name, len(numbers), len(ids), node, len(trains))
		}
		pattern, err := of(trains, mostSlots, func(train int) ([]int, error) {
			row := ids[train*len(ids)/len(trains) : (train+1)*len(ids)/len(trains)]
			n := numbers[train]
			if n < 0 || n > len(row) {
				return nil, fmt.Errorf("%w: %d pulses, IDs of at most %d", ErrPattern, n, len(row))
			}
			return row[:n], nil
		})
		if err != nil {
			return nil, err
		}
		patterns = append(patterns, pattern)
	}
	if len(patterns) == 1 {
		return patterns[0], nil
	}
	return patterns[0].Union(patterns[1:]...), nil
}

func (s *Source) integers(name string) ([]int, error) {
	key, err := s.run.Key(s.Name, name)
	if err != nil {
		return nil, err
	}
	return integers(key)
}

// What the bits of a slot say.
const (
	destinationShift = 18
	destinationMask  = 0xf
	toSASE2          = 2 // destinations
	toSASE1And3      = 4
	toDump           = 8
	kickedToSASE3    = 1 << 27
)

// SASEOr is the SASE that is meant: 0 is that of the run.
func (s *Source) SASEOr(sase int) (int, error) {
	if sase != 0 {
		if sase < 1 || sase > 3 {
			return 0, fmt.Errorf("pulses: %w: SASE %d, expected 1, 2 or 3", ErrPattern, sase)
		}
		return sase, nil
	}
	return s.run.SASE()
}

// XRays is the pulses that make light in a SASE, 0 for that of the run.
func (s *Source) XRays(sase int) (*Pattern, error) {
	sase, err := s.SASEOr(sase)
	if err != nil {
		return nil, err
	}
	if s.decoder {
		return s.fromNodes(fmt.Sprintf("sase%d", sase))
	}
	return s.fromTable(func(slot uint32) bool {
		switch destination := slot >> destinationShift & destinationMask; sase {
		case 2:
			return destination == toSASE2
		case 1:
			return destination == toSASE1And3 && slot&kickedToSASE3 == 0
		default:
			return destination == toSASE1And3 && slot&kickedToSASE3 != 0
		}
	})
}

// Destinations is the mask of all electron bunches, for [Source.Machine].
const Destinations = (toSASE2 | toSASE1And3 | toDump) << destinationShift

// Machine is the slots that have any of some bits set, or all of them: of the accelerator,
// whether they make light or not.
func (s *Source) Machine(mask uint32, all bool) (*Pattern, error) {
	if !s.decoder {
		return s.fromTable(func(slot uint32) bool { return slot&mask != 0 && (!all || slot&mask == mask) })
	}
	nodes := map[uint32][]string{
		toDump << destinationShift: {"maindump"}, toSASE1And3 << destinationShift: {"sase1", "sase3"}, toSASE2 << destinationShift: {"sase2"},
	}
	var of []string
	for bit := range nodes {
		if mask&bit != 0 {
			of = append(of, nodes[bit]...)
		}
	}
	if all || mask&^Destinations != 0 || len(of) == 0 {
		return nil, fmt.Errorf("pulses: %w: bits %#x, all of them: %v, of %s, which tells destinations (%#x) alone apart", ErrPattern, mask, all, s.Name, uint32(Destinations))
	}
	slices.Sort(of)
	return s.fromNodes(of...)
}
