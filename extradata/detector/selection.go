package detector

import (
	"fmt"
	"math"
	"slices"

	"extrapasha/keydata"
)

// PulseSelection picks pulses of each train: [PulsesAt], [PulseRange], [PulseMask],
// [PulseIDs] and [PulseIDRange] make one. Pulses that a train does not have are passed
// over.
type PulseSelection struct {
	holds func(Pulse) bool
	byID  bool
	err   error
}

// PulsesAt picks pulses by their position in the train, from 0 on.
func PulsesAt(positions ...int) PulseSelection {
	for _, position := range positions {
		if position < 0 {
			return refused("position %d: pulses are counted from the start of the train", position)
		}
	}
	return PulseSelection{holds: func(p Pulse) bool { return slices.Contains(positions, p.Position) }}
}

// PulseRange picks every step-th pulse by their position in the train, from start up to but
// not including stop, which may be psh.End of package pasha.
func PulseRange(start, stop, step int) PulseSelection {
	if start < 0 || stop < 0 || step < 1 {
		return refused("positions %d to %d by %d: pulses are counted from the start of the train, upwards", start, stop, step)
	}
	return PulseSelection{holds: func(p Pulse) bool {
		return p.Position >= start && p.Position < stop && (p.Position-start)%step == 0
	}}
}

// PulseMask picks the pulses at positions for which a mask is true.
func PulseMask(mask []bool) PulseSelection {
	return PulseSelection{holds: func(p Pulse) bool { return p.Position < len(mask) && mask[p.Position] }}
}

// PulseIDs picks pulses by their ID.
func PulseIDs(ids ...uint64) PulseSelection {
	return PulseSelection{byID: true, holds: func(p Pulse) bool { return slices.Contains(ids, p.PulseID) }}
}

// LastPulse as the end of [PulseIDRange] means: to the last.
const LastPulse = math.MaxUint64

// PulseIDRange picks pulses whose ID is one of start, start+step, … below stop.
func PulseIDRange(start, stop uint64, step int) PulseSelection {
	if step < 1 {
		return refused("pulse IDs by %d, expected a positive step", step)
	}
	return PulseSelection{byID: true, holds: func(p Pulse) bool {
		return p.PulseID >= start && p.PulseID < stop && (p.PulseID-start)%uint64(step) == 0
	}}
}

func refused(format string, args ...any) PulseSelection {
	return PulseSelection{err: fmt.Errorf("%w: "+format, append([]any{keydata.ErrSelection}, args...)...)}
}
