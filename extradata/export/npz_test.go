package export_test

import (
	"errors"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"

	"extrapasha/extradata"
	"extrapasha/extradata/export"
	psh "extrapasha/pasha"
)

// TestNPZ has arrays tell what they are made of, here and to NumPy.
func TestNPZ(t *testing.T) {
	origin, err := extradata.NewOrigin()
	if err != nil {
		t.Fatal(err)
	}
	origin.Proposal, origin.Run = 700000, 1
	data, err := psh.NewArray([]float64{1, 2, 3})
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "mean.npz")
	arrays := map[string]psh.NPY{"mean": data}
	if err := export.SaveNPZ(path, origin, arrays); err != nil || len(arrays) != 1 {
		t.Fatal(err, arrays)
	}
	if got, err := export.ReadNPZOrigin(path); err != nil || got.Text() != origin.Text() {
		t.Errorf("%v, %v; want %v", got, err, origin)
	}
	if mean, err := psh.LoadNPZ[float64](path, "mean"); err != nil || !slices.Equal(mean.Data, data.Data) {
		t.Error(mean, err)
	}
	const script = `
import numpy, json, sys
print(json.loads(bytes(numpy.load(sys.argv[1])["origin"]))["proposal"])`
	if exec.Command("/usr/bin/python3", "-c", "import numpy").Run() != nil {
		t.Skip("without NumPy")
	}
	if out, err := exec.Command("/usr/bin/python3", "-c", script, path).CombinedOutput(); err != nil || string(out) != "700000\n" {
		t.Errorf("NumPy: %v: %s", err, out)
	}
}

// TestNPZWithout has files that do not tell an error.
func TestNPZWithout(t *testing.T) {
	data, err := psh.NewArray([]byte("{no"))
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "mean.npz")
	for _, name := range []string{"mean", extradata.OriginName} {
		if err := psh.SaveNPZ(path, map[string]psh.NPY{name: data}); err != nil {
			t.Fatal(err)
		}
		if _, err := export.ReadNPZOrigin(path); !errors.Is(err, extradata.ErrOrigin) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := export.SaveNPZ(path, extradata.Origin{}, map[string]psh.NPY{extradata.OriginName: data}); !errors.Is(err, export.ErrName) {
		t.Error(err)
	}
}
