package examples_test

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"extrapasha/extradata"
	"extrapasha/internal/mockrun"
)

// tableOf reads a CSV file, a map by column for each row.
func tableOf(t *testing.T, path string) (rows []map[string]string) {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	lines, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range lines[1:] {
		row := map[string]string{}
		for i, cell := range line {
			row[lines[0][i]] = cell
		}
		rows = append(rows, row)
	}
	return rows
}

func near(t *testing.T, what, got string, want float64) {
	t.Helper()
	if x, err := strconv.ParseFloat(got, 64); err != nil || math.Abs(x-want) > 1e-9*math.Abs(want) {
		t.Errorf("%s is %s, want %v", what, got, want)
	}
}

// samples makes runs 1 and 2 of a proposal, of 64 and 20 trains, and of run 3 a directory
// without files.
func samples(t *testing.T) (root string, config mockrun.Config) {
	t.Helper()
	root, config = t.TempDir(), mockrun.Small()
	config.Stages, config.Fixed = 1, 1
	for number, trains := range map[int]int{1: 64, 2: 20} {
		config.Run, config.Trains = number, trains
		if err := config.Write(t.Context(), root); err != nil {
			t.Fatal(err)
		}
	}
	config.Run = 3
	if err := os.MkdirAll(config.RunDir(root, "raw"), 0o777); err != nil {
		t.Fatal(err)
	}
	return root, config
}

// sameDigest runs a program on all contexts, each with a directory for what it writes,
// and returns the last.
func sameDigest(t *testing.T, root, name string, args func(out string) []string) (out string) {
	t.Helper()
	want := ""
	for _, spec := range []string{"serial", "threads:3", "processes:2"} {
		out = t.TempDir()
		stdout, stderr, code := execute(t, []string{"EXTRA_DATA_DATA_ROOT=" + root, "PASHA_CONTEXT=" + spec}, name, args(out)...)
		if code != 0 {
			t.Fatalf("%s, %s: exit code %d, %s", name, spec, code, stderr)
		}
		got := digestOf(t, stdout)
		if want != "" && got != want {
			t.Errorf("%s: digest %s with %s, %s before", name, got, spec, want)
		}
		want = got
	}
	return out
}

// valuesOf are all values of a key, in raw or corrected data.
func valuesOf[T any](t *testing.T, config mockrun.Config, root, data, source, name string) []T {
	t.Helper()
	run, err := extradata.RunDirectory(config.RunDir(root, data))
	if err != nil {
		t.Fatal(err)
	}
	defer run.Close()
	key, err := extradata.Key[T](run, source, name)
	if err != nil {
		t.Fatal(err)
	}
	values, err := key.Read()
	if err != nil {
		t.Fatal(err)
	}
	return values.Data
}

// TestFacility has a plain loop over the runs as judge.
func TestFacility(t *testing.T) {
	root, config := samples(t)
	out := sameDigest(t, root, "facility", func(out string) []string { return []string{"-out", filepath.Join(out, "runs.csv"), "700000"} })
	rows := tableOf(t, filepath.Join(out, "runs.csv"))
	if len(rows) != 3 || rows[2]["error"] == "" || rows[2]["run"] != "3" {
		t.Fatalf("%v", rows)
	}
	for i, row := range rows[:2] {
		config.Run = i + 1
		energies := valuesOf[float32](t, config, root, "raw", mockrun.XGM, "pulseEnergy.photonFlux")
		sum, n := 0.0, 0.0
		for _, x := range energies {
			sum, n = sum+float64(x), n+1
		}
		near(t, "energy", row["energy"], sum/n)
		if row["trains"] != fmt.Sprint(len(energies)) || row["error"] != "" {
			t.Errorf("%v", row)
		}
	}
}

// TestScan has a plain loop over the trains as judge: the stage is 12 of 16 trains at a
// position.
func TestScan(t *testing.T) {
	root, config := samples(t)
	config.Run = 1
	energies := valuesOf[float32](t, config, root, "raw", mockrun.XGM, "pulseEnergy.photonFlux")
	positions := valuesOf[float64](t, config, root, "raw", mockrun.Stage(1), "actualPosition")
	out := sameDigest(t, root, "scan", func(out string) []string { return []string{"-out", out, "700000", "1"} })
	rows := tableOf(t, filepath.Join(out, "scan.csv"))
	if len(rows) != 4 {
		t.Fatalf("%d steps, want 4: %v", len(rows), rows)
	}
	for i, row := range rows {
		of := step(positions[16*i:][:12])
		sum := 0.0
		for _, at := range of {
			sum += float64(energies[16*i+at])
		}
		near(t, "mean", row["mean"], sum/float64(len(of)))
		if row["trains"] != fmt.Sprint(len(of)) {
			t.Errorf("step %d: %v, want %d trains", i, row, len(of))
		}
	}
	if png, err := os.ReadFile(filepath.Join(out, "scan.png")); err != nil || !bytes.HasPrefix(png, []byte("\x89PNG")) {
		t.Errorf("no picture: %v", err)
	}
	sameDigest(t, root, "scan", func(out string) []string { // images
		return []string{"-out", out, "-source", mockrun.Camera(1), "-key", "data.image.pixels", "700000", "1"}
	})
}

// step are the readings of a stretch from the first to the last that is within a standard
// deviation of its mean.
func step(readings []float64) (trains []int) {
	mean, spread := 0.0, 0.0
	for _, x := range readings {
		mean += x / float64(len(readings))
	}
	for _, x := range readings {
		spread += (x - mean) * (x - mean) / float64(len(readings))
	}
	first, last := -1, 0
	for i, x := range readings {
		if math.Abs(x-mean) <= math.Sqrt(spread) {
			if first < 0 {
				first = i
			}
			last = i
		}
	}
	for i := first; i <= last; i++ {
		trains = append(trains, i)
	}
	return trains
}
