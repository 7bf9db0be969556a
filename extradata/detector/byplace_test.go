package detector_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"extrapasha/extradata/detector"
	psh "extrapasha/pasha"
)

// TestByPlace has modules 0, 1 and 3 of 16.
func TestByPlace(t *testing.T) {
	c := config(t, "LPD1M")
	c.Modules, c.Without = 4, []int{2}
	det := opened(t, made(t, c, "raw"))
	rows := must(psh.Alloc[float32](psh.Shape(3, 2)))(t)
	copy(rows.Data, []float32{1, 2, 3, 4, 5, 6})
	all, err := detector.ByPlace(det, rows, -1)
	if err != nil {
		t.Fatal(err)
	}
	want := []float32{1, 2, 3, 4, -1, -1, 5, 6}
	for len(want) < 16*2 {
		want = append(want, -1)
	}
	if diff := cmp.Diff(want, all.Data); diff != "" || all.Row(3).Len() != 2 {
		t.Error(diff)
	}
	if _, err := detector.ByPlace(det, all, -1); err == nil {
		t.Error("rows by place are taken for rows by module")
	}
}
