package detector_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"extrapasha/extradata/detector"
	"extrapasha/extradata/geometry"
	"extrapasha/internal/h5"
)

// TestOffsets writes positions to a file and reads them, with and without quadrants.
func TestOffsets(t *testing.T) {
	for _, class := range []geometry.Class{geometry.LPD1M, geometry.DSSC1M} {
		g, err := geometry.Usual(class, 16)
		if err != nil {
			t.Fatal(err)
		}
		offsets, err := g.Offsets()
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(t.TempDir(), "some.h5")
		for range 2 {
			if err := detector.WriteOffsets(path, offsets); err != nil {
				t.Fatal(err)
			}
			again, err := detector.ReadOffsets(path)
			if err != nil || !reflect.DeepEqual(again, offsets) {
				t.Errorf("%s: read %v, %v, want %v", class, again, err, offsets)
			}
			offsets.Quads = nil
		}
	}
}

func TestOffsetsErrors(t *testing.T) {
	dir := t.TempDir()
	none, text, odd := filepath.Join(dir, "none.h5"), filepath.Join(dir, "text.h5"), filepath.Join(dir, "odd.h5")
	if err := os.WriteFile(text, []byte("text"), 0o666); err != nil {
		t.Fatal(err)
	}
	w, err := h5.Create(odd)
	if err == nil {
		err = errors.Join(h5.Put(w, "Q1/Position", []int{1}, []float64{1}, h5.Layout{}), w.Close())
	}
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]error{none: fs.ErrNotExist, text: nil, odd: geometry.ErrGeometry} {
		if _, err := detector.ReadOffsets(path); err == nil || want != nil && !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", path, err, want)
		}
	}
	if err := detector.WriteOffsets(filepath.Join(dir, "no", "such.h5"), geometry.Offsets{}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no such directory: %v", err)
	}
}
