package pulses

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"extrapasha/extradata"
)

// seeds are the lasers by the bit that they have in the table.
var seeds = map[string]int{
	"LP_LAS1": 8, "LP_SASE2": 9, "LP_SPB": 10, "LP_FXE": 11, "LP_SQS": 12, "LP_SCS": 13, "LP_LAS2": 15,
}

// seedOf are the lasers of instruments.
var seedOf = map[string]string{
	"FXE": "LP_FXE", "SPB": "LP_SPB", "MID": "LP_SASE2", "HED": "LP_SASE2", "SCS": "LP_SCS", "SQS": "LP_SQS",
}

// SeedOr is the laser that is meant: by its name, that of an instrument, or where it is
// empty that of the run's only instrument. A decoder knows one. The error wraps
// [ErrPattern].
func (s *Source) SeedOr(name string) (string, error) {
	seed, err := seedNamed(name)
	if err != nil {
		return "", err
	}
	if s.decoder {
		return s.decodedSeed(seed)
	}
	if seed != "" {
		return seed, nil
	}
	found := map[string]bool{}
	for _, source := range s.run.AllSources() {
		if instrument, _, _ := strings.Cut(source, "_"); seedOf[instrument] != "" {
			found[instrument] = true
		}
	}
	instruments := slices.Sorted(maps.Keys(found))
	if len(instruments) != 1 {
		return "", fmt.Errorf("pulses: %w: which laser it is cannot be told by instruments %q, name one of %q", ErrPattern, instruments, slices.Sorted(maps.Keys(seeds)))
	}
	return seedOf[instruments[0]], nil
}

func seedNamed(name string) (string, error) {
	upper := strings.ToUpper(name)
	switch _, known := seeds[upper]; {
	case known || name == "":
		return upper, nil
	case seedOf[upper] != "":
		return seedOf[upper], nil
	}
	return "", fmt.Errorf("pulses: %w: laser %q, expected one of %q or an instrument", ErrPattern, name, slices.Sorted(maps.Keys(seeds)))
}

// decodedSeed is the laser that the decoder has the pulses of.
func (s *Source) decodedSeed(wanted string) (string, error) {
	source, err := s.run.Source(s.Name)
	if err != nil {
		return "", err
	}
	value, err := source.RunValue("laserSource")
	var none *extradata.KeyNameError
	if err != nil && !errors.As(err, &none) {
		return "", err
	}
	seed, _ := value.(string)
	if wanted != "" && wanted != seed {
		return "", fmt.Errorf("pulses: %w: %s has the pulses of laser %q, not of %s", ErrPattern, s.Name, seed, wanted)
	}
	return seed, nil
}

// Laser is the pulses of a laser for pumping, see [Source.SeedOr].
func (s *Source) Laser(seed string) (*Pattern, error) {
	seed, err := s.SeedOr(seed)
	if err != nil {
		return nil, err
	}
	if s.decoder {
		return s.fromNodes("laser")
	}
	bit := uint32(1) << seeds[seed]
	return s.fromTable(func(slot uint32) bool { return slot&bit != 0 })
}

// Shift says where the pulses of a laser are among the X-rays: the table has them as if
// they began with slot 0.
type Shift func(xrays []Pulse) (slots int, ok bool)

// At has them begin with a slot.
func At(slot int) Shift { return func([]Pulse) (int, bool) { return slot, true } }

// FromFirst has them begin so many slots after the first X-ray pulse of the train.
func FromFirst(slots int) Shift {
	return func(xrays []Pulse) (int, bool) {
		if len(xrays) < 1 {
			return 0, false
		}
		return xrays[0].ID + slots, true
	}
}

// FromFirstPulses has them begin so many distances of the first two X-ray pulses after the
// first.
func FromFirstPulses(pulses float64) Shift {
	if pulses == 0 {
		return FromFirst(0)
	}
	return func(xrays []Pulse) (int, bool) {
		if len(xrays) < 2 {
			return 0, false
		}
		return xrays[0].ID + int(pulses*float64(xrays[1].ID-xrays[0].ID)), true
	}
}

// PumpProbe is the pulses of X-rays and laser together, which tell of which they are. A
// train with too few X-ray pulses to shift by has the shift of the train before, where
// there was one and extrapolate says so; else the error wraps [ErrPattern].
func (s *Source) PumpProbe(sase int, seed string, shift Shift, extrapolate bool) (*Pattern, error) {
	if shift == nil {
		return nil, fmt.Errorf("pulses: X-rays and laser: %w: how the laser is to be shifted is not said", ErrPattern)
	}
	xrays, err := s.XRays(sase)
	if err != nil {
		return nil, err
	}
	laser, err := s.Laser(seed)
	if err != nil {
		return nil, err
	}
	both := &Pattern{Both: true, Slots: mostSlots}
	slots, known := 0, false
	for i, train := range xrays.Trains { // of the same table, and so the same trains
		now, ok := shift(train.Pulses)
		if ok {
			slots, known = now, true
		} else if !extrapolate || !known {
			return nil, fmt.Errorf("pulses of train %d: %w: %d pulses of X-rays are too few to shift the laser by", train.ID, ErrPattern, len(train.Pulses))
		}
		both.Trains = append(both.Trains, Train{train.ID, joined(train.Pulses, laser.Trains[i].Pulses, slots)})
	}
	return both, nil
}

// joined is the pulses of both in the order of slots.
func joined(xrays, laser []Pulse, shift int) (all []Pulse) {
	of := map[int]Pulse{}
	for _, pulse := range xrays {
		of[pulse.ID] = Pulse{ID: pulse.ID, XRay: true}
	}
	for _, pulse := range laser {
		id := pulse.ID + shift
		of[id] = Pulse{ID: id, XRay: of[id].XRay, Laser: true}
	}
	for i, id := range slices.Sorted(maps.Keys(of)) {
		pulse := of[id]
		pulse.Index = i
		all = append(all, pulse)
	}
	return all
}
