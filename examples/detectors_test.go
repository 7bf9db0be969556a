package examples_test

import (
	"bytes"
	"fmt"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"extrapasha/extradata"
	"extrapasha/extradata/geometry"
	"extrapasha/internal/mockrun"
	psh "extrapasha/pasha"
)

// detectorRun makes a run with a whole detector, raw and corrected, of which a module and
// some pulses are missing.
func detectorRun(t *testing.T) (config mockrun.Config, root string) {
	t.Helper()
	config, err := mockrun.For("AGIPD1M")
	if err != nil {
		t.Fatal(err)
	}
	config.Trains, config.Pulses, config.Motors, config.Cameras = 2, 3, 0, 0
	config.Corrected, config.Without, config.MissingPulses = true, []int{4}, 0.2
	root = t.TempDir()
	if err := config.Write(t.Context(), root); err != nil {
		t.Fatal(err)
	}
	return config, root
}

// TestDetectors runs the examples of detectors in several contexts, with plain loops as
// judge.
func TestDetectors(t *testing.T) {
	config, root := detectorRun(t)
	for _, name := range []string{"azint", "hits", "dark", "powder"} {
		want := ""
		for _, spec := range []string{"serial", "threads:3", "processes:2"} {
			out := t.TempDir()
			args := []string{"-out", out, "700000", "1"}
			if name == "hits" {
				args = append([]string{"-above", "1"}, args...) // so that there are some
			}
			stdout, stderr, code := execute(t, []string{"EXTRA_DATA_DATA_ROOT=" + root, "PASHA_CONTEXT=" + spec}, name, args...)
			if code != 0 {
				t.Fatalf("%s, %s: exit code %d, %s", name, spec, code, stderr)
			}
			if name != "dark" {
				if png, err := os.ReadFile(filepath.Join(out, name+".png")); err != nil || !bytes.HasPrefix(png, []byte("\x89PNG")) {
					t.Errorf("%s, %s: no picture: %v", name, spec, err)
				}
			}
			if name == "powder" {
				continue
			}
			switch got := answerOf(t, stdout, out); {
			case want == "":
				want = got
			case got != want:
				t.Errorf("%s: digest %s with %s, %s before", name, got, spec, want)
			}
			switch name {
			case "azint":
				checkProfiles(t, config, root, out)
			case "hits":
				checkHits(t, config, root, out)
			case "dark":
				checkDark(t, config, root, out)
			}
		}
	}
}

// images are those of a module, and the pulse that each is of.
func images[T any](t *testing.T, config mockrun.Config, root, data, source string) (entries psh.Array[T], trains, pulses []uint64) {
	t.Helper()
	run, err := extradata.RunDirectory(config.RunDir(root, data))
	if err != nil {
		t.Fatal(err)
	}
	defer run.Close()
	key, err := extradata.Key[T](run, source, "image.data")
	if err != nil {
		t.Fatal(err)
	}
	ids, err := extradata.Key[uint64](run, source, "image.pulseId")
	if err != nil {
		t.Fatal(err)
	}
	return psh.Must(key.Read()), key.TrainIDCoordinates(), psh.Must(ids.Read()).Data
}

// checkProfiles integrates the first pulse of the first train in a plain loop.
func checkProfiles(t *testing.T, config mockrun.Config, root, out string) {
	t.Helper()
	profiles, err := psh.LoadNPY[float64](filepath.Join(out, "azint.npy"))
	if err != nil {
		t.Fatal(err)
	}
	g, err := geometry.Usual(geometry.AGIPD1M, 16)
	if err != nil {
		t.Fatal(err)
	}
	positions, size := g.Positions().Data, config.Rows*config.Cols
	sums, counts := make([]float64, profiles.Shape()[1]), make([]float64, profiles.Shape()[1])
	for module := range 16 {
		if module == 4 {
			continue
		}
		entries, trains, pulses := images[float32](t, config, root, "proc", config.CorrectedSource(module))
		for entry := range entries.Len() {
			if trains[entry] != config.FirstTrain || pulses[entry] != 0 {
				continue
			}
			for i, x := range entries.Row(entry).Data {
				at := positions[3*(module*size+i):]
				if bin := int(math.Hypot(at[0], at[1]) / (2 * g.PixelSize())); x == x {
					sums[bin] += float64(x)
					counts[bin]++
				}
			}
		}
	}
	for bin := range sums {
		want := sums[bin] / counts[bin]
		if got := profiles.At(0, bin); math.Abs(got-want) > 1e-6*math.Abs(want)+1e-6 && !(math.IsNaN(got) && counts[bin] == 0) {
			t.Fatalf("bin %d: %v, want %v", bin, got, want)
		}
	}
}

// checkHits sums up the bright pixels of each frame in a plain loop.
func checkHits(t *testing.T, config mockrun.Config, root, out string) {
	t.Helper()
	light, size := map[string]float64{}, config.Rows*config.Cols
	for module := range 16 {
		if module == 4 {
			continue
		}
		source := config.CorrectedSource(module)
		entries, trains, pulses := images[float32](t, config, root, "proc", source)
		mask := valuesOf[uint32](t, config, root, "proc", source, "image.mask")
		for entry := range entries.Len() {
			frame := fmt.Sprint(trains[entry], " ", pulses[entry])
			light[frame] += 0 // also one without light counts
			for i, x := range entries.Row(entry).Data {
				if x > 10 && mask[entry*size+i] == 0 {
					light[frame] += float64(x)
				}
			}
		}
	}
	all := slices.Sorted(maps.Values(light))
	median := (all[(len(all)-1)/2] + all[len(all)/2]) / 2
	want := 0
	for _, x := range all {
		if x > median {
			want++
		}
	}
	rows := tableOf(t, filepath.Join(out, "hits.csv"))
	if len(rows) != want || want == 0 {
		t.Errorf("%d hits of %d frames, want %d", len(rows), len(all), want)
	}
	for _, row := range rows {
		near(t, "light", row["light"], light[row["trainId"]+" "+row["pulseId"]])
	}
}

// checkDark works out the mean and the standard deviation of all pixels of a cell of a
// module in a plain loop.
func checkDark(t *testing.T, config mockrun.Config, root, out string) {
	t.Helper()
	offset := psh.Must(psh.LoadNPZ[float32](filepath.Join(out, "dark.npz"), "offset"))
	noise := psh.Must(psh.LoadNPZ[float32](filepath.Join(out, "dark.npz"), "noise"))
	entries, _, pulses := images[uint16](t, config, root, "raw", config.Source(2))
	const cell = 1
	size := config.Rows * config.Cols
	means, spreads, n := make([]float64, size), make([]float64, size), 0.0
	for entry, pulse := range pulses {
		if pulse != 4*cell {
			continue
		}
		n++
		for i, x := range entries.Row(entry).Row(0).Data { // the other is the gain
			from := float64(x) - means[i]
			means[i] += from / n
			spreads[i] += from * (float64(x) - means[i])
		}
	}
	for i, mean := range means {
		spread := math.Sqrt(spreads[i] / n)
		gotMean, gotSpread := float64(offset.Row(2).Row(cell).Data[i]), float64(noise.Row(2).Row(cell).Data[i])
		if math.Abs(gotMean-mean) > 1e-3 || math.Abs(gotSpread-spread) > 1e-2 {
			t.Fatalf("pixel %d of cell %d: %v ± %v, want %v ± %v", i, cell, gotMean, gotSpread, mean, spread)
		}
	}
	if !math.IsNaN(float64(offset.At(4, 0, 0, 0))) {
		t.Error("a module that is not there has an offset")
	}
}

// TestNoDetector names a run without one.
func TestNoDetector(t *testing.T) {
	config := mockrun.Small()
	config.Modules = 0
	root := t.TempDir()
	if err := config.Write(t.Context(), root); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"azint", "hits", "dark", "powder"} {
		_, stderr, code := execute(t, []string{"EXTRA_DATA_DATA_ROOT=" + root}, name, "-out", t.TempDir(), "700000", "1")
		if code != 1 || !strings.HasPrefix(stderr, name+": ") || strings.Count(stderr, "\n") != 1 {
			t.Errorf("%s: exit code %d, %q, want one line", name, code, stderr)
		}
	}
}
