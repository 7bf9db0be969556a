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
	u := union{list: &list{gains: 1}, units: make([]*[]int32, len(of))}
	sorted := true
	for _, l := range of {
		if l != nil {
			u.list.gains = l.gains
			sorted = sorted && l.ascending()
		}
	}
	merge := u.list.mergeKeys
	if sorted {
		merge = u.list.mergeSorted
	}
	find := merge(of)
	shared := map[*list]*[]int32{}
	for i, l := range of {
		if l == nil {
			continue
		}
		if shared[l] == nil {
			at := find(l)
			shared[l] = &at
		}
		u.units[i] = shared[l]
	}
	return u
}

// mergeKeys makes the list that of all, and finds where one of them has its frames.
func (u *list) mergeKeys(of []*list) (find func(l *list) []int32) {
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
	for _, key := range keys {
		u.pulses, u.cells = append(u.pulses, key.pulse), append(u.cells, cells[key])
	}
	return func(l *list) []int32 { return l.positionsOf(keys) }
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
func (l *list) positionsOf(keys []pulseKey) []int32 {
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
	return found
}

// ascending tells whether each pulse is there once, in ascending order, as mostly.
func (l *list) ascending() bool {
	for i := 1; i < len(l.pulses); i++ {
		if l.pulses[i] <= l.pulses[i-1] {
			return false
		}
	}
	return true
}

// mergeSorted is mergeKeys of lists in ascending order, much faster.
func (u *list) mergeSorted(of []*list) (find func(l *list) []int32) {
	for _, l := range of {
		if l != nil {
			u.merge(l)
		}
	}
	return func(l *list) []int32 {
		at, next := make([]int32, len(u.pulses)), 0
		for i, pulse := range u.pulses {
			if at[i] = -1; next < len(l.pulses) && l.pulses[next] == pulse {
				at[i] = int32(next)
				next++
			}
		}
		return at
	}
}

// merge adds the pulses of another list that are new.
func (u *list) merge(l *list) {
	pulses, cells := make([]uint64, 0, len(u.pulses)+8), make([]int32, 0, len(u.pulses)+8)
	i := 0
	add := func(of *list, at int) { pulses, cells = append(pulses, of.pulses[at]), append(cells, of.cells[at]) }
	for j, pulse := range l.pulses {
		for ; i < len(u.pulses) && u.pulses[i] < pulse; i++ {
			add(u, i)
		}
		if i == len(u.pulses) || u.pulses[i] > pulse {
			add(l, j)
		}
	}
	for ; i < len(u.pulses); i++ {
		add(u, i)
	}
	u.pulses, u.cells = pulses, cells
}
