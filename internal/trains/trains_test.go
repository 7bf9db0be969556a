package trains_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"extrapasha/internal/trains"
)

func TestUnion(t *testing.T) {
	for _, c := range []struct {
		lists [][]uint64
		want  []uint64
		twice bool
	}{
		{nil, nil, false},
		{[][]uint64{{1, 2}, {}, {3, 4}}, []uint64{1, 2, 3, 4}, false},
		{[][]uint64{{3, 4}, {1, 2}}, []uint64{1, 2, 3, 4}, false},
		{[][]uint64{{1, 2, 3}, {1, 2, 3}}, []uint64{1, 2, 3}, true},
		{[][]uint64{{1, 2, 3}, {2, 3}, {4}}, []uint64{1, 2, 3, 4}, true},
		{[][]uint64{{1, 3, 5}, {2, 4}}, []uint64{1, 2, 3, 4, 5}, false},
		{[][]uint64{{5, 1, 3}}, []uint64{1, 3, 5}, false},
		{[][]uint64{{5, 1, 5}}, []uint64{1, 5}, true},
		{[][]uint64{{1, 2}, {2, 3, 4}, {9, 8}}, []uint64{1, 2, 3, 4, 8, 9}, true},
	} {
		if got := trains.Union(c.lists); !slices.Equal(got, c.want) {
			t.Errorf("%v: %v, want %v", c.lists, got, c.want)
		}
		if got := trains.AnyTwice(c.lists); got != c.twice {
			t.Errorf("%v: twice %v, want %v", c.lists, got, c.twice)
		}
	}
}

// TestOrdered puts lists of any order in order, and values of it back.
func TestOrdered(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		given := rapid.SliceOf(rapid.Uint64Range(1, 30)).Draw(t, "trains")
		ids, at := trains.Ordered(given)
		if !slices.IsSorted(ids) || len(slices.Compact(slices.Clone(ids))) != len(ids) {
			t.Fatalf("%v: %v is not in order, each once", given, ids)
		}
		if back := trains.Spread(ids, at); !slices.Equal(back, given) {
			t.Fatalf("%v: %v when spread again", given, back)
		}
		positions := trains.Positions{IDs: ids}
		for _, id := range rapid.SliceOf(rapid.Uint64Range(1, 30)).Draw(t, "asked") {
			position, ok := positions.Find(id)
			want, there := slices.BinarySearch(ids, id)
			if ok != there || ok && position != want {
				t.Fatalf("%d of %v: %d, %v", id, ids, position, ok)
			}
		}
	})
}
