package labels_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"extrapasha/internal/labels"
)

func TestJoin(t *testing.T) {
	for name, c := range map[string]struct {
		outer     bool
		lists     []any
		joined    any
		positions [][]int
	}{
		"inner, in the order of the first": {false, []any{[]int{5, 3, 4}, []int{3, 5, 9}}, []int{5, 3}, [][]int{{0, 1}, {1, 0}}},
		"outer, ascending":                 {true, []any{[]int{5, 3}, []int{4, 3}}, []int{3, 4, 5}, [][]int{{1, -1, 0}, {1, 0, -1}}},
		"the same":                         {true, []any{[]string{"b", "a"}, []string{"b", "a"}}, nil, nil},
		"one":                              {false, []any{[]uint64{7, 6}}, nil, nil},
		"nothing in common":                {false, []any{[]float64{0.5}, []float64{1}}, []float64{}, [][]int{{}, {}}},
		"of three":                         {false, []any{[]uint64{1, 2, 3}, []uint64{2, 3}, []uint64{3, 2}}, []uint64{2, 3}, [][]int{{1, 2}, {0, 1}, {1, 0}}},
	} {
		joined, positions, err := labels.Join(c.outer, c.lists)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if diff := cmp.Diff(c.joined, joined); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		if diff := cmp.Diff(c.positions, positions); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestJoinErrors(t *testing.T) {
	for want, lists := range map[string][]any{
		"array 1: cannot be aligned: label 4 is repeated":         {[]int{4, 5}, []int{4, 4}},
		"array 0: cannot be aligned: its labels are []int8, expe": {[]int8{1}},
	} {
		if _, _, err := labels.Join(false, lists); !errors.Is(err, labels.Err) || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
		}
	}
}

// TestJoinPositions finds at each position the label that it is for, and every label where
// it is to be.
func TestJoinPositions(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		list := rapid.SliceOfDistinct(rapid.IntRange(0, 20), rapid.ID[int])
		given := rapid.SliceOfN(list, 1, 4).Draw(t, "lists")
		outer := rapid.Bool().Draw(t, "outer")
		all := make([]any, len(given))
		for i := range given {
			all[i] = given[i]
		}
		out, positions, err := labels.Join(outer, all)
		if err != nil {
			t.Fatal(err)
		}
		if positions == nil {
			for _, list := range given {
				if !slices.Equal(list, given[0]) {
					t.Fatal("they are not the same")
				}
			}
			return
		}
		joined := out.([]int)
		for label := range 21 {
			having := 0
			for _, list := range given {
				if slices.Contains(list, label) {
					having++
				}
			}
			if want := having == len(given) || outer && having > 0; slices.Contains(joined, label) != want {
				t.Fatalf("label %d is there: %v", label, !want)
			}
		}
		for i, list := range given {
			for row, label := range joined {
				if at := positions[i][row]; at != slices.Index(list, label) {
					t.Fatalf("label %d of list %d at %d", label, i, at)
				}
			}
		}
	})
}
