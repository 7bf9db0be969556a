package pasha_test

import (
	"errors"
	"testing"

	psh "extrapasha/pasha"
)

// TestZeroArray uses an array that was never made: it has no elements, and none of what is
// asked of it panics.
func TestZeroArray(t *testing.T) {
	var a psh.Array[float64]
	if n := a.Copy().Len() + a.Size() + len(a.Shape()) + len(a.Digest()); n != 16 {
		t.Errorf("%d", n)
	}
	a.Fill(1)
	for range a.All() {
		t.Error("an element")
	}
	if err := a.CopyFrom(a); err != nil {
		t.Error(err)
	}
	for name, reduce := range map[string]func() (psh.Array[float64], error){
		"Sum":    func() (psh.Array[float64], error) { return psh.Sum[float64](a) },
		"Mean":   func() (psh.Array[float64], error) { return psh.Mean(a) },
		"Std":    func() (psh.Array[float64], error) { return psh.Std(a) },
		"Median": func() (psh.Array[float64], error) { return psh.Median(a) },
	} {
		if _, err := reduce(); !errors.Is(err, psh.ErrShape) {
			t.Errorf("%s: %v, want ErrShape", name, err)
		}
	}
}
