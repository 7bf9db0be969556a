package detector

import (
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// drawList is a list of pulses, of which the cells tell the pulse.
func drawList(t *rapid.T, sorted bool) *list {
	if rapid.IntRange(0, 3).Draw(t, "module") == 0 {
		return nil
	}
	l := &list{pulses: rapid.SliceOfN(rapid.Uint64Range(0, 12), 1, 10).Draw(t, "pulses"), gains: 1}
	if sorted {
		slices.Sort(l.pulses)
		l.pulses = slices.Compact(l.pulses)
	}
	for _, pulse := range l.pulses {
		l.cells = append(l.cells, int32(pulse)+1)
	}
	return l
}

// TestUnion has every pulse of every module once in the frames, where the module has it.
func TestUnion(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sorted := rapid.Bool().Draw(t, "sorted")
		var of []*list
		for range rapid.IntRange(1, 5).Draw(t, "modules") {
			of = append(of, drawList(t, sorted))
		}
		u := unite(of)
		frames := u.list.keys()
		if !slices.IsSortedFunc(frames, func(a, b pulseKey) int {
			if a.time != b.time {
				return a.time - b.time
			}
			return int(a.pulse) - int(b.pulse)
		}) {
			t.Fatalf("frames %v", frames)
		}
		seen := make([]bool, len(frames))
		for module, l := range of {
			if l == nil {
				continue
			}
			keys, n := l.keys(), 0
			for frame, at := range *u.units[module] {
				if at < 0 {
					continue
				}
				seen[frame] = true
				if n++; keys[at] != frames[frame] || l.cells[at] != u.list.cells[frame] {
					t.Fatalf("module %d has %v as %v", module, keys[at], frames[frame])
				}
			}
			if n != len(keys) {
				t.Fatalf("module %d: %d of %d pulses", module, n, len(keys))
			}
		}
		if slices.Contains(seen, false) {
			t.Fatalf("frames %v of no module", seen)
		}
		if sorted {
			var slow list
			slow.mergeKeys(of)
			if !reflect.DeepEqual(append([]uint64{}, slow.pulses...), append([]uint64{}, u.list.pulses...)) {
				t.Fatalf("%v, by keys %v", u.list.pulses, slow.pulses)
			}
		}
	})
}
