package run

import (
	"slices"
	"testing"
)

func TestGuessValid(t *testing.T) {
	for _, c := range []struct {
		ids  []uint64
		want []uint64 // the valid ones
	}{
		{nil, nil},
		{[]uint64{1, 2, 3}, []uint64{1, 2, 3}},
		{[]uint64{1, 2, 99, 4, 5, 6}, []uint64{1, 2, 4, 5, 6}},
		{[]uint64{10, 11, 12, 3, 13, 14}, []uint64{10, 11, 12, 13, 14}},
		{[]uint64{10, 11, 11, 12}, []uint64{10, 11, 12}},
	} {
		var got []uint64
		for i, valid := range guessValid(c.ids) {
			if valid {
				got = append(got, c.ids[i])
			}
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%v: %v are valid, want %v", c.ids, got, c.want)
		}
	}
}

func TestUnionTrains(t *testing.T) {
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
		if got := UnionTrains(c.lists); !slices.Equal(got, c.want) {
			t.Errorf("%v: %v, want %v", c.lists, got, c.want)
		}
		if got := TrainTwice(c.lists); got != c.twice {
			t.Errorf("%v: twice %v, want %v", c.lists, got, c.twice)
		}
	}
}
