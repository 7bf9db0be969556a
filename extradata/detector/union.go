package detector

import (
	"cmp"
	"slices"
)

// union is the frames of modules that have different pulses, and where these have them.
type union struct {
	list  *list
	units []*[]int32
}

// pulseKey is what is the same in all modules for one frame: a module that has a pulse
// twice has it for the first and for the second time.
type pulseKey struct {
	time  int
	pulse uint64
}

// unite finds the frames of modules, of which nil ones have none: in the order of their
// pulse IDs.
func unite(of []*list) union {
	cells := map[pulseKey]int32{}
	for _, l := range of {
		if l == nil {
			continue
		}
		for i, key := range l.keys() {
			if _, ok := cells[key]; !ok {
				cells[key] = l.cells[i]
			}
		}
	}
	keys := make([]pulseKey, 0, len(cells))
	for key := range cells {
		keys = append(keys, key)
	}
	slices.SortFunc(keys, func(a, b pulseKey) int {
		return cmp.Or(cmp.Compare(a.time, b.time), cmp.Compare(a.pulse, b.pulse))
	})
	u := union{list: &list{}, units: make([]*[]int32, len(of))}
	for _, key := range keys {
		u.list.pulses, u.list.cells = append(u.list.pulses, key.pulse), append(u.list.cells, cells[key])
	}
	shared := map[*list]*[]int32{}
	for i, l := range of {
		if l == nil {
			continue
		}
		u.list.gains = l.gains
		if shared[l] == nil {
			shared[l] = l.positionsOf(keys)
		}
		u.units[i] = shared[l]
	}
	return u
}

// keys are those of the pulses of a list.
func (l *list) keys() []pulseKey {
	times := map[uint64]int{}
	keys := make([]pulseKey, len(l.pulses))
	for i, pulse := range l.pulses {
		keys[i] = pulseKey{times[pulse], pulse}
		times[pulse]++
	}
	return keys
}

// positionsOf tells where a module has the frames with some keys.
func (l *list) positionsOf(keys []pulseKey) *[]int32 {
	at := map[pulseKey]int32{}
	for i, key := range l.keys() {
		at[key] = int32(i)
	}
	found := make([]int32, len(keys))
	for i, key := range keys {
		found[i] = -1
		if position, ok := at[key]; ok {
			found[i] = position
		}
	}
	return &found
}
