package scan_test

import (
	"bytes"
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"extrapasha/extradata"
	"extrapasha/extradata/scan"
	"extrapasha/internal/mockrun"
	psh "extrapasha/pasha"
)

// steps are readings of a scan: so many trains at each position, with noise.
func steps(trains int, noise float64, positions ...float64) (ids []uint64, readings []float64) {
	r := rand.New(rand.NewPCG(1, uint64(trains)))
	for _, position := range positions {
		for range trains {
			ids = append(ids, 1000+uint64(len(ids)))
			readings = append(readings, position+noise*r.NormFloat64())
		}
	}
	return ids, readings
}

// TestReadings finds the steps of scans of any length and size, up or down.
func TestReadings(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n, trains := rapid.IntRange(3, 12).Draw(t, "steps"), rapid.IntRange(8, 40).Draw(t, "trains")
		size := rapid.Float64Range(0.1, 10).Draw(t, "size") * rapid.SampledFrom([]float64{1, -1}).Draw(t, "direction")
		var positions []float64
		for i := range n {
			positions = append(positions, 5+float64(i)*size)
		}
		ids, readings := steps(trains, math.Abs(size)/1000, positions...)
		s, err := scan.Readings(ids, readings, scan.Settings{Resolution: math.Abs(size) / 2, Filter: 5})
		if err != nil {
			t.Fatal(err)
		}
		if len(s.Steps) != n {
			t.Fatalf("%d steps of %v, want %d", len(s.Steps), s.Positions(), n)
		}
		for i, step := range s.Steps {
			if math.Abs(step.Position-positions[i]) > math.Abs(size)/100 || len(step.TrainIDs) != trains || step.TrainIDs[0] != ids[i*trains] {
				t.Fatalf("step %d at %v with %d trains, want %v with %d", i, step.Position, len(step.TrainIDs), positions[i], trains)
			}
		}
	})
}

func TestWays(t *testing.T) {
	nan := math.NaN()
	for name, c := range map[string]struct {
		readings func() ([]uint64, []float64)
		settings scan.Settings
		want     []float64
	}{
		"still":           {readings: func() ([]uint64, []float64) { return steps(30, 0, 2) }},
		"nothing read":    {readings: func() ([]uint64, []float64) { return nil, nil }},
		"no numbers":      {readings: func() ([]uint64, []float64) { return []uint64{1, 2, 3, 4}, []float64{nan, nan, nan, nan} }},
		"backlash":        {readings: func() ([]uint64, []float64) { return steps(10, 0, 5, 1, 2, 3, 4) }, want: []float64{1, 2, 3, 4}},
		"lost readings":   {readings: func() ([]uint64, []float64) { ids, x := steps(10, 0, 1, 2, 3, 4); x[15] = nan; return ids, x }, settings: scan.Settings{MinTrains: 6}, want: []float64{1, 3, 4}},
		"short steps":     {readings: func() ([]uint64, []float64) { return steps(3, 0, 1, 2, 3) }, settings: scan.Settings{MinTrains: 4}},
		"given":           {readings: func() ([]uint64, []float64) { return steps(6, 0, 1, 2, 3) }, settings: scan.Settings{Resolution: 1.5, MinTrains: 2}, want: []float64{1.5, 3}},
		"on the way once": {readings: func() ([]uint64, []float64) { ids, x := steps(10, 0, 1, 2, 3); x[9] = 1.4; return ids, x }, want: []float64{1, 2, 3}},
	} {
		ids, readings := c.readings()
		s, err := scan.Readings(ids, readings, c.settings)
		if err != nil || !slices.Equal(s.Positions(), append([]float64{}, c.want...)) {
			t.Errorf("%s: %v, %v, want %v", name, s.Positions(), err, c.want)
		}
		if text := s.Describe(); (len(c.want) == 0) != strings.HasPrefix(text, "No steps") {
			t.Errorf("%s: %s", name, text)
		}
	}
}

func TestBadReadings(t *testing.T) {
	ids, readings := steps(5, 0, 1, 2)
	for name, err := range map[string]error{
		"fewer trains":      second(scan.Readings(ids[1:], readings, scan.Settings{})),
		"resolution":        second(scan.Readings(ids, readings, scan.Settings{Resolution: -1})),
		"no resolution":     second(scan.Readings(ids, readings, scan.Settings{Resolution: math.NaN()})),
		"filter":            second(scan.Readings(ids, readings, scan.Settings{Filter: -1})),
		"trains":            second(scan.Readings(ids, readings, scan.Settings{MinTrains: -1})),
		"targets":           second(scan.Targets(ids, readings, ids, readings[1:], scan.Settings{})),
		"one edge":          second(scan.Edges(ids, readings, []float64{1}, "x")),
		"edges downwards":   second(scan.Edges(ids, readings, []float64{2, 1}, "x")),
		"an edge twice":     second(scan.Edges(ids, readings, []float64{1, 1, 2}, "x")),
		"edges of no range": second(scan.Edges(ids, readings, []float64{1, math.NaN()}, "x")),
	} {
		if !errors.Is(err, scan.ErrReadings) {
			t.Errorf("%s: %v, want ErrReadings", name, err)
		}
	}
}

func second(_ *scan.Scan, err error) error { return err }

func TestTargets(t *testing.T) {
	ids, targets := steps(4, 0, 1, 2, 1)
	readings := []float64{0.5, 1.01, 1, 0.99, 1.2, 1.9, 2, 2.01, 1.7, 1.05, 1, math.NaN()}
	s, err := scan.Targets(ids, readings, ids, targets, scan.Settings{Name: "stage"})
	if err != nil || !slices.Equal(s.Positions(), []float64{1, 2, 1}) || s.Resolution != 0.2 {
		t.Fatalf("%v, %v", s, err)
	}
	for i, want := range []int{3, 3, 2} {
		if got := len(s.Steps[i].TrainIDs); got != want {
			t.Errorf("step %d has %d trains, want %d", i, got, want)
		}
	}
	if grouped := s.Grouped(); !slices.Equal(grouped.Positions(), []float64{1, 2}) || len(grouped.Steps[0].TrainIDs) != 5 || len(s.Steps) != 3 {
		t.Errorf("grouped: %v", grouped.Steps)
	}
	// Targets are known for some trains only, and one step is enough.
	s, err = scan.Targets(ids, readings, ids[:4], targets[:4], scan.Settings{Resolution: 0.1})
	if err != nil || len(s.Steps) != 1 || len(s.Steps[0].TrainIDs) != 3 {
		t.Errorf("%v, %v", s, err)
	}
}

func TestEdges(t *testing.T) {
	ids, readings := []uint64{1, 2, 3, 4, 5, 6, 7}, []float64{0, 0.5, 1, 1.5, 2, 2.5, math.NaN()}
	s, err := scan.Edges(ids, readings, []float64{0.5, 1.5, 2}, "delay")
	if err != nil || !slices.Equal(s.Positions(), []float64{1, 1.75}) ||
		!slices.Equal(s.Steps[0].TrainIDs, []uint64{2, 3}) || !slices.Equal(s.Steps[1].TrainIDs, []uint64{4, 5}) {
		t.Errorf("%v, %v", s, err)
	}
}

// TestBin reduces numbers by train, by pulse, and images, with a plain loop as judge.
func TestBin(t *testing.T) {
	config := mockrun.Small()
	config.Trains, config.TrainsPerFile = 60, 25
	root := t.TempDir()
	if err := config.Write(t.Context(), root); err != nil {
		t.Fatal(err)
	}
	run, err := extradata.RunDirectory(config.RunDir(root, "proc"))
	if err != nil {
		t.Fatal(err)
	}
	defer run.Close()
	raw, err := extradata.RunDirectory(config.RunDir(root, "raw"))
	if err != nil {
		t.Fatal(err)
	}
	defer raw.Close()
	s, err := scan.Motor(raw, mockrun.Motor(1), scan.Settings{})
	if err != nil || len(s.Steps) != 6 { // the motor moves every ten trains
		t.Fatalf("%v, %v", s, err)
	}
	images, err := extradata.Key[float32](run, mockrun.CorrectedModule(0), "image.data")
	if err != nil {
		t.Fatal(err)
	}
	for _, ctx := range []psh.Context{psh.Serial(), psh.Threads(3)} {
		bins, err := scan.Bin(s, images, psh.On(ctx))
		if err != nil {
			t.Fatal(err)
		}
		checkBins(t, bins, images)
	}
	energy, err := extradata.KeyAs[float64](raw, mockrun.XGM, "pulseEnergy.photonFlux")
	if err != nil {
		t.Fatal(err)
	}
	bins, err := scan.Bin(s, energy)
	if err != nil {
		t.Fatal(err)
	}
	if bins.Units != "µJ" && bins.Units != "uJ" && bins.Units != "μJ" {
		t.Errorf("units %q", bins.Units)
	}
	parts, err := s.SplitKey(energy.KeyData)
	if err != nil {
		t.Fatal(err)
	}
	for i, part := range parts {
		values, err := part.ReadFloats()
		if err != nil {
			t.Fatal(err)
		}
		if mean := psh.Must(psh.Mean(values)).Data[0]; math.Abs(mean-bins.Mean().Data[i]) > 1e-9*mean || bins.Trains[i] != len(values.Data) {
			t.Errorf("step %d: mean %v of %d, want %v of %d", i, bins.Mean().Data[i], bins.Trains[i], mean, len(values.Data))
		}
		if std := psh.Must(psh.Std(values)).Data[0]; math.Abs(std-bins.Spread()[i]) > 1e-9 || math.Abs(bins.StdErr()[i]-std/math.Sqrt(float64(len(values.Data)))) > 1e-9 {
			t.Errorf("step %d: spread %v, want %v", i, bins.Spread()[i], std)
		}
	}
	for _, draw := range []func() ([]byte, error){
		func() ([]byte, error) { return psh.Must(bins.Picture()).PNG() },
		func() ([]byte, error) { return psh.Must(s.Picture()).PNG() },
	} {
		if png, err := draw(); err != nil || !bytes.HasPrefix(png, []byte("\x89PNG")) {
			t.Errorf("no picture: %v", err)
		}
	}
}

func checkBins(t *testing.T, bins *scan.Bins, images *extradata.TypedKey[float32]) {
	t.Helper()
	all, err := images.Read()
	if err != nil {
		t.Fatal(err)
	}
	mean := bins.Mean()
	if want := []string{"position", "dim_0", "dim_1"}; !slices.Equal(mean.Dims, want) || !slices.Equal(mean.Shape()[1:], images.EntryShape()) {
		t.Fatalf("dimensions %v of %v", mean.Dims, mean.Shape())
	}
	const row, col = 3, 5
	for i, step := range bins.Scan.Steps {
		sum, n, trains := 0.0, 0, map[uint64]bool{}
		for entry, id := range images.TrainIDCoordinates() {
			if !slices.Contains(step.TrainIDs, id) {
				continue
			}
			trains[id] = true
			if x := float64(all.At(entry, row, col)); x == x {
				sum, n = sum+x, n+1
			}
		}
		if bins.Trains[i] != len(trains) || n > 0 && math.Abs(mean.At(i, row, col)-sum/float64(n)) > 1e-9 {
			t.Errorf("step %d: %v of %d trains, want %v of %d", i, mean.At(i, row, col), bins.Trains[i], sum/float64(n), len(trains))
		}
	}
}

// TestBinImages draws the mean of all pixels, of the scan of a sample's stage.
func TestBinImages(t *testing.T) {
	config := mockrun.Small()
	config.Stages, config.Trains, config.Modules, config.MissingTrains = 1, 64, 0, 0
	root := t.TempDir()
	if err := config.Write(t.Context(), root); err != nil {
		t.Fatal(err)
	}
	run, err := extradata.RunDirectory(config.RunDir(root, "raw"))
	if err != nil {
		t.Fatal(err)
	}
	defer run.Close()
	steps, err := scan.Motor(run, mockrun.Stage(1), scan.Settings{})
	if err != nil || len(steps.Steps) != 4 {
		t.Fatalf("%v, %v", steps, err)
	}
	images, err := extradata.Key[uint16](run, mockrun.Camera(1), "data.image.pixels")
	if err != nil {
		t.Fatal(err)
	}
	bins, err := scan.Bin(steps, images)
	if err != nil {
		t.Fatal(err)
	}
	for i, all := range bins.Overall() {
		pixels, sum := bins.Mean().Row(i), 0.0
		for _, x := range pixels.Data {
			sum += x
		}
		if want := sum / float64(pixels.Size()); math.Abs(all.Mean()-want) > 1e-9*want || all.Std(0) != bins.Spread()[i] {
			t.Errorf("step %d: %v, want %v", i, all.Mean(), want)
		}
	}
	p, err := bins.Picture()
	if err == nil {
		err = p.Save(t.TempDir() + "/bins.png")
	}
	if err != nil {
		t.Error(err)
	}
}
