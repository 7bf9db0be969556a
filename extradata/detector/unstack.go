package detector

import (
	"fmt"
	"slices"

	psh "extrapasha/pasha"
)

// stacking is how frames lie in dimensions for train, gain and pulse.
type stacking struct {
	dims   []string
	coords map[string]any
	shape  []int
	size   int   // number of pairs
	at     []int // of each frame, the position among all pairs
	full   bool  // there is a frame for each
}

// newStacking finds the dimensions for pulses, of all that there are.
func newStacking(pulses, all []Pulse, by FrameLabel, gains bool) stacking {
	s := stacking{coords: map[string]any{}, size: 1, at: make([]int, len(pulses))}
	s.along(pulses, all, "train", func(p Pulse) uint64 { return p.TrainID })
	if gains {
		s.along(pulses, all, "gain", func(p Pulse) uint64 { return uint64(p.Gain) })
	}
	s.along(pulses, all, string(by), func(p Pulse) uint64 {
		if by == ByCell {
			return uint64(p.CellID)
		}
		return p.PulseID
	})
	filled := slices.Clone(s.at)
	slices.Sort(filled)
	s.full = len(slices.Compact(filled)) == s.size
	return s
}

// along adds a dimension of the values that pulses have: in ascending order, or if some of
// all values are left out, in that of the pulses.
func (s *stacking) along(pulses, all []Pulse, dim string, of func(Pulse) uint64) {
	levels, position := distinct(pulses, of)
	if every, _ := distinct(all, of); len(every) == len(levels) {
		slices.Sort(levels)
		for i, level := range levels {
			position[level] = i
		}
	}
	for i, pulse := range pulses {
		s.at[i] = s.at[i]*len(levels) + position[of(pulse)]
	}
	s.dims, s.shape, s.coords[dim] = append(s.dims, dim), append(s.shape, len(levels)), levels
	s.size *= len(levels)
}

// distinct are the values that pulses have, each once, and where they are in that list.
func distinct(pulses []Pulse, of func(Pulse) uint64) (values []uint64, position map[uint64]int) {
	values, position = []uint64{}, map[uint64]int{}
	for _, pulse := range pulses {
		value := of(pulse)
		if _, ok := position[value]; !ok {
			position[value] = len(values)
			values = append(values, value)
		}
	}
	return values, position
}

// unstack moves frames to where they are in the dimensions of a stacking.
func unstack[T number](data psh.Array[T], s stacking) (out psh.Array[T], err error) {
	modules, frames, inner := data.Shape()[0], data.Shape()[1], data.Shape()[2:]
	shape := slices.Concat([]int{modules}, s.shape, inner)
	if s.full && frames == s.size && slices.IsSorted(s.at) {
		return data.Reshape(shape...)
	}
	blank := blankOf[T](nil)
	if !s.full && blank == blank {
		return out, fmt.Errorf("%w: trains have other pulses than others, which needs floats to tell", ErrUneven)
	}
	if out, err = psh.Alloc[T](psh.Shape(shape...), psh.In(psh.Serial())); err != nil {
		return out, err
	}
	if !s.full {
		for i := range out.Data {
			out.Data[i] = blank
		}
	}
	size := 1
	for _, length := range inner {
		size *= length
	}
	for module := range modules {
		for frame, at := range s.at {
			copy(out.Data[(module*s.size+at)*size:][:size], data.Data[(module*frames+frame)*size:])
		}
	}
	return out, nil
}
