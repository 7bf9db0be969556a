package export_test

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"extrapasha/extradata/export"
	psh "extrapasha/pasha"
)

// TestNames refuses what has no place in the file, and leaves the file as it was.
func TestNames(t *testing.T) {
	with := func(dims []string, coords map[string]any) psh.Labelled[float32] {
		return psh.Labelled[float32]{Array: array(t, make([]float32, 6), 3, 2), Dims: dims, Coords: coords}
	}
	xy := []string{"x", "y"}
	for name, c := range map[string]struct {
		as    string
		value any
		want  error
	}{
		"taken":              {"energy", 1, export.ErrName},
		"a dimension":        {"trainId", 1, export.ErrName},
		"a coordinate":       {"module", 1, export.ErrName},
		"a group":            {"fit", 1, export.ErrName},
		"below an array":     {"energy/x", 1, export.ErrName},
		"empty":              {"", 1, export.ErrName},
		"no last":            {"x/", 1, export.ErrName},
		"up":                 {"../x", 1, export.ErrName},
		"zero":               {"x\x00", 1, export.ErrName},
		"not NetCDF's":       {"+x", 1, export.ErrName},
		"control":            {"x\n", 1, export.ErrName},
		"dim is the array":   {"x", with(xy, nil), export.ErrName},
		"dim twice":          {"a", with([]string{"x", "x"}, nil), export.ErrName},
		"dims":               {"a", with([]string{"x"}, nil), psh.ErrShape},
		"other length":       {"a", with([]string{"trainId", "module_"}, map[string]any{"trainId": []int{1}}), psh.ErrShape},
		"other coordinates":  {"a", with([]string{"trainId", "b"}, map[string]any{"trainId": []uint64{1, 2, 3}}), psh.ErrShape},
		"other single":       {"a", with(xy, map[string]any{"module": 4}), psh.ErrShape},
		"single slice":       {"a", with(xy, map[string]any{"other": []int{1}}), psh.ErrShape},
		"coordinate of what": {"a", with(xy, map[string]any{"x": []any{1, 2, 3}}), export.ErrType},
		"complex":            {"a", []complex64{1}, export.ErrType},
		"struct":             {"a", []struct{ X int }{{1}}, export.ErrType},
		"function":           {"a", func() {}, export.ErrType},
		"nil":                {"a", nil, export.ErrType},
		"slices":             {"a", [][]int{{1}}, export.ErrType},
	} {
		path := filepath.Join(t.TempDir(), "x.nc")
		f, err := export.Create(path)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Discard()
		if err := putAll(t)(f); err != nil {
			t.Fatal(err)
		}
		err = f.Put(c.as, c.value)
		if !errors.Is(err, c.want) || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: %v, want %v of %s", name, err, c.want, path)
		}
		if err := f.SetAttribute("energy", "bad", struct{ X int }{1}); !errors.Is(err, export.ErrType) {
			t.Errorf("%s: attribute: %v", name, err)
		}
		if err := f.Close(); err != nil {
			t.Errorf("%s: it spoiled the file: %v", name, err)
		}
	}
}

// TestTypes refuses structs that cannot be records.
func TestTypes(t *testing.T) {
	written(t, "x.h5", func(f *export.File) error {
		for _, value := range []any{[]struct{ x int }{{1}}, []struct{ X string }{{}}, []struct{ X [0]int }{{}}, []*int{nil}, []chan int{nil}} {
			if err := f.Put("x", value); !errors.Is(err, export.ErrType) {
				t.Errorf("%T: %v", value, err)
			}
		}
		return nil
	})
}
