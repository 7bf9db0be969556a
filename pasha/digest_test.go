package pasha

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// TestDigest has equal arrays the same digest however they lie in memory, and others
// another.
func TestDigest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows, cols := rapid.IntRange(1, 5).Draw(t, "rows"), rapid.IntRange(1, 5).Draw(t, "cols")
		data := rapid.SliceOfN(rapid.Float64(), rows*cols, rows*cols).Draw(t, "data")
		a := Must(NewArray(data, rows, cols))
		if got, want := a.T().Copy().T().Digest(), a.Digest(); got != want || len(got) != 16 {
			t.Errorf("%s of the same in another order, expected %s", got, want)
		}
		b := a.Copy()
		at := rapid.IntRange(0, len(data)-1).Draw(t, "at")
		b.Data[at] = math.Float64frombits(math.Float64bits(b.Data[at]) ^ 1)
		if a.Digest() == b.Digest() {
			t.Error("another bit, the same digest")
		}
	})
}

func TestDigestOf(t *testing.T) {
	nan := math.Float64frombits(math.Float64bits(math.NaN()) ^ 1)
	same := Must(NewArray([]float64{nan})).Digest() == Must(NewArray([]float64{math.NaN()})).Digest()
	if !same {
		t.Error("two that are not a number differ")
	}
	row, col := Must(NewArray([]int{1, 2}, 1, 2)), Must(NewArray([]int{1, 2}, 2, 1))
	if row.Digest() == col.Digest() {
		t.Error("another shape, the same digest")
	}
	if a, b := Must(NewArray([]string{"a", "bc"})), Must(NewArray([]string{"ab", "c"})); a.Digest() == b.Digest() {
		t.Error("other texts, the same digest")
	}
}

func TestCut(t *testing.T) {
	left := Must(Cut([]int{2, 512, 128}, At(0), Span(0, 8)))
	if want := []int{8, 128}; len(left) != 2 || left[0] != want[0] || left[1] != want[1] {
		t.Errorf("%v is left, expected %v", left, want)
	}
	for _, sels := range [][]Sel{{At(2)}, {At(0), At(0), At(0), At(0)}, {Ellipsis(), Ellipsis()}} {
		if left, err := Cut([]int{2, 512, 128}, sels...); err == nil {
			t.Errorf("%v: %v is left, expected an error", sels, left)
		}
	}
}
