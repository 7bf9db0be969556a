package export_test

import (
	"errors"
	"path/filepath"
	"reflect"
	"slices"
	"testing"

	"extrapasha/extradata"
	"extrapasha/extradata/export"
	"extrapasha/internal/mockrun"
	"extrapasha/keydata"
	psh "extrapasha/pasha"
)

func open(t testing.TB) *extradata.DataCollection {
	t.Helper()
	t.Setenv("EXTRA_DATA_DATA_ROOT", "../../testdata")
	run, err := extradata.OpenRun(700000, 1)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { run.Close() })
	return run
}

// TestPutKey writes what a key reads as.
func TestPutKey(t *testing.T) {
	run := open(t)
	for _, c := range []struct {
		source, key string
		roi         []psh.Sel
	}{
		{mockrun.Module(0), "image.data", nil},
		{mockrun.Module(1), "image.data", []psh.Sel{psh.At(0), psh.Span(3, 9), psh.Positions(4, 1)}},
		{mockrun.Motor(1), "actualPosition", nil},
		{mockrun.XGM + ":output", "data.intensityTD", []psh.Sel{psh.Span(0, 7)}},
	} {
		key, err := run.Key(c.source, c.key)
		if err != nil {
			t.Fatal(err)
		}
		for _, options := range [][]export.Option{nil, {export.Deflated(3)}} {
			path := written(t, "x.nc", func(f *export.File) error { return f.PutKey("g/data", key, c.roi) }, options...)
			got, shape, err := readFloats(path, "g/data", key.DType())
			if err != nil {
				t.Fatal(err)
			}
			want, err := key.ReadFloats(c.roi...)
			if err != nil || !slices.Equal(got, want.Copy().Data) || !slices.Equal(shape, want.Shape()) {
				t.Errorf("%v: others of shape %v, want %v, %v", key, shape, want, err)
			}
			ids, _, err := read[uint64](path, "g/trainId")
			if err != nil || !slices.Equal(ids, key.TrainIDCoordinates()) {
				t.Errorf("%v: trains %v, %v", key, ids, err)
			}
		}
	}
}

// readFloats reads numbers of the types that the test has as float64.
func readFloats(path, name string, dtype extradata.DType) ([]float64, []int, error) {
	switch dtype {
	case keydata.Uint16:
		return asFloats[uint16](path, name)
	case keydata.Float32:
		return asFloats[float32](path, name)
	}
	return read[float64](path, name)
}

func asFloats[T uint16 | float32](path, name string) (floats []float64, shape []int, err error) {
	data, shape, err := read[T](path, name)
	for _, x := range data {
		floats = append(floats, float64(x))
	}
	return floats, shape, err
}

// TestOrigin keeps what a file is made of.
func TestOrigin(t *testing.T) {
	origin, err := open(t).Origin()
	if err != nil {
		t.Fatal(err)
	}
	for range 12 { // more than an attribute may hold in the file's old form
		origin.Files = append(origin.Files, slices.Repeat(origin.Files, 8)[:40]...)
	}
	nothing := func(*export.File) error { return nil }
	got, err := export.ReadOrigin(written(t, "x.nc", nothing, export.From(origin)))
	if err != nil || !reflect.DeepEqual(got, origin) {
		t.Errorf("%v, %+v", err, got)
	}
	got, err = export.ReadOrigin(written(t, "x.h5", nothing))
	if err != nil || got.Program == "" || got.Files != nil {
		t.Errorf("%v, %+v", err, got)
	}
	if _, err := export.ReadOrigin(filepath.Join(t.TempDir(), "x.h5")); err == nil {
		t.Error("no error of a file that is not there")
	}
	paths, _ := filepath.Glob("../../testdata/SPB/*/*/raw/*/*.h5")
	if _, err := export.ReadOrigin(paths[0]); !errors.Is(err, extradata.ErrOrigin) {
		t.Error(err)
	}
}
