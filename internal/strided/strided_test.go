package strided

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// drawnAxes are dimensions of some elements in memory in any order of the dimensions, with
// gaps between them.
func drawnAxes(t *rapid.T) Axes {
	lengths := rapid.SliceOfN(rapid.IntRange(1, 4), 0, 4).Draw(t, "lengths")
	order := rapid.Permutation(positions(len(lengths))).Draw(t, "order")
	strides, stride := make([]int, len(lengths)), 1
	for _, axis := range order {
		stride *= rapid.IntRange(1, 2).Draw(t, "gap")
		strides[axis] = stride
		stride *= lengths[axis]
	}
	return Axes{lengths, strides}
}

func positions(n int) []int {
	list := make([]int, n)
	for i := range list {
		list[i] = i
	}
	return list
}

// offsets are where all elements are, counted up by hand.
func offsets(a Axes) []int {
	found := []int{0}
	for axis, length := range a.Lengths {
		var longer []int
		for _, offset := range found {
			for i := range length {
				longer = append(longer, offset+i*a.Strides[axis])
			}
		}
		found = longer
	}
	return found
}

func TestAxes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := drawnAxes(t)
		want := offsets(a)
		if a.Size() != len(want) {
			t.Fatalf("%v has %d elements, want %d", a, a.Size(), len(want))
		}
		from := rapid.IntRange(0, len(want)).Draw(t, "from")
		to := rapid.IntRange(from, len(want)).Draw(t, "to")
		var visited []int
		a.Runs(from, to, func(n, offset, count int) {
			if offset != a.Offset(n) || n != from+len(visited) {
				t.Fatalf("%v: a run from %d at %d, behind %d", a, n, offset, len(visited))
			}
			for i := range count {
				visited = append(visited, offset+i*a.Stride())
			}
		})
		if !slices.Equal(visited, want[from:to]) {
			t.Fatalf("%v: runs visit %v, want %v", a, visited, want[from:to])
		}
	})
}

// TestSortJoin has the same elements in memory before and after, those closest together
// last, and no two neighbours that are like one.
func TestSortJoin(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := drawnAxes(t)
		want := offsets(a)
		slices.Sort(want)
		a.Sort()
		if sorted := offsets(a); !slices.Equal(sorted, want) {
			t.Fatalf("sorted %v: %v, want %v", a, sorted, want)
		}
		a.Join()
		if joined := offsets(a); !slices.Equal(joined, want) {
			t.Fatalf("joined %v: %v, want %v", a, joined, want)
		}
		for i := 1; i < len(a.Lengths); i++ {
			if a.Strides[i-1] == a.Lengths[i]*a.Strides[i] {
				t.Fatalf("%v can be joined further", a)
			}
		}
	})
}
