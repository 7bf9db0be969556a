package h5_test

import (
	"testing"

	"extrapasha/internal/h5"
)

// TestAgain has many bytes read the first time, and lent from then on; few are always lent.
func TestAgain(t *testing.T) {
	path := t.TempDir() + "/again.h5"
	w := must(h5.Create(path))
	const pixels = 64 << 10
	for _, err := range []error{
		h5.Put(w, "frames", []int{4, pixels}, make([]uint16, 4*pixels), h5.Layout{}),
		h5.Put(w, "numbers", []int{3}, []int64{1, 2, 3}, h5.Layout{}),
		w.Close(),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	file := must(h5.Open(path))
	defer file.Close()
	frames, numbers := must(file.Dataset("frames")), must(file.Dataset("numbers"))
	for _, c := range []struct {
		data         *h5.Dataset
		first, count int
		want         bool
	}{
		{numbers, 0, 3, true}, {frames, 0, 1, false}, {frames, 0, 1, true}, {frames, 2, 1, false}, {frames, 2, 1, true},
		{frames, 0, 4, false}, {frames, 0, 4, true}, {frames, 4, 1, false},
	} {
		if got := c.data.Again(c.first, c.count); got != c.want {
			t.Errorf("%d rows from %d of %v: %v", c.count, c.first, c.data.Shape(), got)
		}
	}
}
