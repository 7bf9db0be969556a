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
