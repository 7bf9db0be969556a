package extradata_test

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"extrapasha/extradata"
	"extrapasha/internal/mockrun"
)

// copyOf is a run of its own, to be spoiled.
func copyOf(t *testing.T) *extradata.DataCollection {
	t.Helper()
	config := mockrun.Small()
	root := t.TempDir()
	if err := config.Write(t.Context(), root); err != nil {
		t.Fatal(err)
	}
	dirs, err := filepath.Glob(filepath.Join(root, "*", "*", "*", "raw", "*"))
	if err != nil || len(dirs) != 1 {
		t.Fatal(dirs, err)
	}
	run, err := extradata.RunDirectory(dirs[0])
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { run.Close() })
	return run
}

// TestProvenance tells what a selection is made of, also from its text.
func TestProvenance(t *testing.T) {
	run := copyOf(t)
	ids := run.TrainIDs()
	selected, err := run.Select(extradata.Glob(mockrun.XGM, "*"), extradata.Glob(mockrun.Motor(1), "actualPosition"))
	if err == nil {
		selected, err = selected.SelectTrains(extradata.ByIDs(ids[0], ids[1], ids[3]))
	}
	if err != nil {
		t.Fatal(err)
	}
	origin, err := selected.Origin()
	if err != nil {
		t.Fatal(err)
	}
	if want := [][2]uint64{{ids[0], ids[1]}, {ids[3], ids[3]}}; !reflect.DeepEqual(origin.Trains, want) {
		t.Errorf("trains %v, want %v", origin.Trains, want)
	}
	if want := map[string][]string{mockrun.XGM: nil, mockrun.Motor(1): {"actualPosition.value"}}; !reflect.DeepEqual(origin.Sources, want) {
		t.Errorf("sources %v, want %v", origin.Sources, want)
	}
	if origin.Proposal == 0 || origin.Run != 1 || origin.Program == "" || !strings.HasPrefix(origin.Context, "threads") || origin.Date.IsZero() {
		t.Errorf("%+v", origin)
	}
	for _, file := range origin.Files {
		info, err := os.Stat(file.Path)
		if err != nil || info.Size() != file.Size || len(file.Index) != 64 || !strings.Contains(file.Path, "-DA0") {
			t.Errorf("%+v, %v", file, err)
		}
	}
	parsed, err := extradata.ParseOrigin(origin.Text())
	if err != nil || !reflect.DeepEqual(parsed, origin) || len(origin.Files) == 0 {
		t.Errorf("%+v, %v; want %+v", parsed, err, origin)
	}
	if _, err := extradata.ParseOrigin("origin of species"); !errors.Is(err, extradata.ErrOrigin) {
		t.Error(err)
	}
}

// TestProvenanceCheck finds that files are gone, cut, or others.
func TestProvenanceCheck(t *testing.T) {
	run := copyOf(t)
	origin, err := run.Origin()
	if err != nil {
		t.Fatal(err)
	}
	if err := origin.Check(); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		spoil func(path string) error
		want  string
	}{
		"gone": {os.Remove, "no such file"},
		"cut":  {func(path string) error { return os.Truncate(path, 3000) }, "has 3000 bytes, it had"},
		"overwritten": {func(path string) error {
			info, err := os.Stat(path)
			return errors.Join(err, os.WriteFile(path, make([]byte, info.Size()), 0o644))
		}, "not an HDF5 file"},
	} {
		t.Run(name, func(t *testing.T) {
			run := copyOf(t)
			origin, err := run.Origin()
			if err != nil {
				t.Fatal(err)
			}
			spoiled := origin.Files[2].Path
			if err := c.spoil(spoiled); err != nil {
				t.Fatal(err)
			}
			err = origin.Check()
			if !errors.Is(err, extradata.ErrOrigin) || !strings.Contains(err.Error(), spoiled) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v, want %q of %s", err, c.want, spoiled)
			}
			if strings.Contains(err.Error(), origin.Files[1].Path) {
				t.Errorf("%v: that is still there", err)
			}
		})
	}
	origin.Files[0].Index = strings.Repeat("0", 64)
	if err := origin.Check(); err == nil || !strings.Contains(err.Error(), "another INDEX") {
		t.Error(err)
	}
}
