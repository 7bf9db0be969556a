package mockrun_test

import (
	"math"
	"slices"
	"testing"

	"extrapasha/extradata"
	"extrapasha/extradata/geometry"
	"extrapasha/internal/mockrun"
)

// TestDetectors makes a whole detector of each class, raw and corrected, with a module
// missing: where geometry has its pixels, the rings are closed.
func TestDetectors(t *testing.T) {
	classes := map[string]geometry.Class{
		"AGIPD1M": geometry.AGIPD1M, "AGIPD500K": geometry.AGIPD500K, "DSSC1M": geometry.DSSC1M,
		"LPD1M": geometry.LPD1M, "JUNGFRAU": geometry.Jungfrau,
	}
	for _, name := range mockrun.Detectors() {
		t.Run(name, func(t *testing.T) {
			config, err := mockrun.For(name)
			if err != nil {
				t.Fatal(err)
			}
			config.Trains, config.Pulses, config.Motors, config.Cameras, config.Corrected = 1, 2, 0, 0, true
			config.Without = []int{1}
			key, shape := "image.data", []int{2, config.Rows, config.Cols}
			if name == "JUNGFRAU" {
				key, shape = "data.adc", []int{1, 2, config.Rows, config.Cols}
			}
			run, err := extradata.RunDirectory(config.RunDir(write(t, config), "proc"))
			if err != nil {
				t.Fatal(err)
			}
			defer run.Close()
			if sources := run.AllSources(); slices.Contains(sources, config.CorrectedSource(1)) || !slices.Contains(sources, config.CorrectedSource(0)) {
				t.Errorf("sources %v", sources)
			}
			g, err := geometry.Usual(classes[name], config.Modules)
			if err != nil {
				t.Fatal(err)
			}
			positions, size := g.Positions(), config.Rows*config.Cols
			var rings [2]ringMeans
			for module := range config.Modules {
				if module == 1 {
					continue
				}
				images, err := extradata.Key[float32](run, config.CorrectedSource(module), key)
				if err != nil {
					t.Fatal(err)
				}
				data, err := images.Read()
				if err != nil || !slices.Equal(data.Shape(), shape) {
					t.Fatalf("module %d: shape %v, %v, want %v", module, data.Shape(), err, shape)
				}
				for i, value := range data.Data[:size] {
					at := positions.Data[3*(module*size+i):]
					rings[module%2].add(math.Hypot(at[0], at[1]), float64(value))
				}
			}
			// Even and odd modules see the same rings.
			same := 0
			for bin := range rings[0] {
				a, b := rings[0][bin], rings[1][bin]
				if a.n < 500 || b.n < 500 {
					continue
				}
				if same++; math.Abs(a.mean()-b.mean()) > 0.1*(a.mean()+b.mean())/2+0.2 {
					t.Errorf("at %d mm: %.2f and %.2f photons", bin, a.mean(), b.mean())
				}
			}
			if same < 20 {
				t.Errorf("modules overlap in %d mm", same)
			}
		})
	}
	if _, err := mockrun.For("PILATUS"); err == nil {
		t.Error("no such detector: no error")
	}
}

// ringMeans are the means of pixels by their distance from the beam, in millimetres.
type ringMeans [1000]ringMean

type ringMean struct{ sum, n float64 }

func (m ringMean) mean() float64 { return m.sum / m.n }

func (r *ringMeans) add(radius, value float64) {
	if bin := int(radius * 1000); value == value && bin < len(r) {
		r[bin].sum += value
		r[bin].n++
	}
}
