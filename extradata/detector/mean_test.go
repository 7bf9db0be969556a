package detector_test

import (
	"math"
	"slices"
	"testing"

	"extrapasha/extradata"
	"extrapasha/extradata/detector"
	"extrapasha/internal/mockrun"
)

// TestMean has a plain loop over each module as judge.
func TestMean(t *testing.T) {
	config, err := mockrun.For("LPD1M")
	if err != nil {
		t.Fatal(err)
	}
	config.Trains, config.Pulses, config.Motors, config.Cameras, config.Corrected, config.MissingPulses = 2, 2, 0, 0, true, 0.3
	config.Modules, config.Without = 4, []int{2}
	root := t.TempDir()
	if err := config.Write(t.Context(), root); err != nil {
		t.Fatal(err)
	}
	run, err := extradata.RunDirectory(config.RunDir(root, "proc"))
	if err != nil {
		t.Fatal(err)
	}
	defer run.Close()
	det, err := detector.Open(run)
	if err != nil {
		t.Fatal(err)
	}
	frames, err := detector.Frames[float32](det, det.DataKey())
	if err != nil {
		t.Fatal(err)
	}
	mean, err := detector.Mean(frames)
	if err != nil || !slices.Equal(mean.Shape(), []int{16, 256, 256}) {
		t.Fatalf("%v, %v", mean, err)
	}
	for place := range 16 {
		if place > 3 || place == 2 {
			if !math.IsNaN(mean.At(place, 0, 0)) {
				t.Errorf("place %d has no module, and a mean", place)
			}
			continue
		}
		key, err := extradata.Key[float32](run, config.CorrectedSource(place), "image.data")
		if err != nil {
			t.Fatal(err)
		}
		all, err := key.Read()
		if err != nil {
			t.Fatal(err)
		}
		for _, at := range [][2]int{{0, 0}, {100, 200}, {255, 31}} {
			sum, n := 0.0, 0.0
			for entry := range all.Len() {
				if x := float64(all.At(entry, at[0], at[1])); x == x {
					sum, n = sum+x, n+1
				}
			}
			if got, want := mean.At(place, at[0], at[1]), sum/n; got != want && !(math.IsNaN(got) && n == 0) {
				t.Errorf("module %d, pixel %v: %v, want %v", place, at, got, want)
			}
		}
	}
}
