package examples_test

import (
	"context"
	"math"
	"os/exec"
	"path/filepath"
	"testing"

	"extrapasha/internal/mockrun"
	"extrapasha/internal/versus"
	psh "extrapasha/pasha"
)

// python runs the NumPy program that makes dark constants; it skips where there is none.
func python(tb testing.TB) (constants func(dir, npz string) error) {
	tb.Helper()
	const python = "/usr/bin/python3"
	if out, err := exec.Command(python, "-c", "import numpy, h5py").CombinedOutput(); err != nil {
		tb.Skipf("no NumPy and h5py with %s (python3-numpy, python3-h5py): %v: %s", python, err, out)
	}
	return func(dir, npz string) error { return exec.Command(python, "testdata/dark.py", dir, npz).Run() }
}

// darkRun makes a run with all modules of a detector.
func darkRun(tb testing.TB, trains, pulses int) (dir string) {
	tb.Helper()
	config, err := mockrun.For("AGIPD1M")
	if err != nil {
		tb.Fatal(err)
	}
	config.Trains, config.Pulses, config.Motors, config.Cameras = trains, pulses, 0, 0
	root := tb.TempDir()
	if err := config.Write(context.Background(), root); err != nil {
		tb.Fatal(err)
	}
	return config.RunDir(root, "raw")
}

// BenchmarkDark measures the dark example beside a NumPy program, each from start to end
// on two cores: 16 modules, 12 trains of 16 memory cells.
func BenchmarkDark(b *testing.B) {
	constants := python(b)
	dir, out := darkRun(b, 12, 16), b.TempDir()
	versus.Run(b,
		versus.Contender{Name: "numpy", Run: func() {
			if err := constants(dir, filepath.Join(out, "numpy.npz")); err != nil {
				b.Fatal(err)
			}
		}},
		versus.Contender{Name: "dark", Run: func() {
			command := exec.Command(filepath.Join(programs, "dark"), "-out", out, dir)
			command.Env = append(command.Environ(), "PASHA_CONTEXT=threads:2")
			if err := command.Run(); err != nil {
				b.Fatal(err)
			}
		}})
}

// TestDarkNumPy has the NumPy program as judge.
func TestDarkNumPy(t *testing.T) {
	constants := python(t)
	dir, out := darkRun(t, 4, 3), t.TempDir()
	if _, stderr, code := execute(t, nil, "dark", "-out", out, dir); code != 0 {
		t.Fatal(stderr)
	}
	if err := constants(dir, filepath.Join(out, "numpy.npz")); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"offset", "noise"} {
		got, err := psh.LoadNPZ[float32](filepath.Join(out, "dark.npz"), name)
		if err != nil {
			t.Fatal(err)
		}
		want, err := psh.LoadNPZ[float32](filepath.Join(out, "numpy.npz"), name)
		if err != nil || want.Size() != got.Size() {
			t.Fatal(err, got, want)
		}
		for i, x := range want.Data {
			if y := got.Data[i]; math.Abs(float64(x-y)) > 1e-4*math.Abs(float64(x))+1e-4 {
				t.Fatalf("%s %d: %v, NumPy has %v", name, i, y, x)
			}
		}
	}
	got, want := psh.Must(psh.LoadNPZ[bool](filepath.Join(out, "dark.npz"), "bad")), psh.Must(psh.LoadNPZ[bool](filepath.Join(out, "numpy.npz"), "bad"))
	differ := 0
	for i, bad := range want.Data {
		if got.Data[i] != bad {
			differ++
		}
	}
	if differ > want.Size()/100000 { // those at the very limit may be on either side
		t.Errorf("%d of %d pixels are bad in one of both", differ, want.Size())
	}
}
