package export_test

import (
	"encoding/json"
	"errors"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"extrapasha/extradata/export"
	psh "extrapasha/pasha"
)

// python runs a program of Python that prints JSON, after it has imported what the test
// needs. Without that the test is skipped.
func python(t testing.TB, imports, program string, into any, arguments ...string) {
	t.Helper()
	const interpreter = "/usr/bin/python3"
	if err := exec.Command(interpreter, "-c", imports).Run(); err != nil {
		t.Skipf("%s of Python is not here: %v", imports, err)
	}
	command := exec.Command(interpreter, append([]string{"-c", imports + "\nimport sys, json\n" + program}, arguments...)...)
	var stderr strings.Builder
	command.Stderr = &stderr
	out, err := command.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, stderr.String())
	}
	if err := json.Unmarshal(out, into); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
}

// written is the path of a file with what put puts.
func written(t testing.TB, name string, put func(*export.File) error, options ...export.Option) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	f, err := export.Create(path, options...)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Discard()
	if err := errors.Join(put(f), f.Close()); err != nil {
		t.Fatal(err)
	}
	return path
}

func array[T any](t testing.TB, data []T, shape ...int) psh.Array[T] {
	t.Helper()
	a, err := psh.NewArray(data, shape...)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// labelled is a small result with all that labels can be.
func labelled(t testing.TB) psh.Labelled[float32] {
	l, err := psh.NewLabelled(array(t, []float32{1, 2, 3, 4, 5, 6}, 3, 2), []string{"trainId", "pulse"}, map[string]any{
		"trainId": []uint64{10001, 10002, 10004}, "module": 3,
	})
	if err != nil {
		t.Fatal(err)
	}
	l.Name, l.Units = "energy of the pulses", "μJ"
	return l
}

// moment is a time in nanoseconds.
var moment = time.Date(2026, 11, 25, 17, 30, 0, 123456789, time.UTC)

func putAll(t testing.TB) func(f *export.File) error {
	return func(f *export.File) error {
		at, err := psh.NewLabelled(array(t, []time.Time{moment, {}, moment.Add(time.Second)}), []string{"trainId"}, nil)
		return errors.Join(err,
			f.Put("energy", labelled(t)),
			f.Put("at", at),
			f.Put("started", moment),
			f.Put("names", []string{"a", "β", ""}),
			f.Put("good", []bool{true, false}),
			f.Put("half", []psh.Float16{0x3c00, 0x7e00}),
			f.Put("fit/centre", array(t, []float64{1.5, 2.5})),
			f.Put("count", int32(7)),
			f.Put("empty", array(t, []int16{}, 0, 3)),
			f.SetAttribute("energy", "detector", "AGIPD"),
			f.SetAttribute("trainId", "counts", "trains"),
			f.SetAttribute("module", "numbers", []int16{3}),
			f.SetAttribute("energy", "threshold", 4.5),
			f.SetAttribute("/", "modules", []int{1, 2}),
		)
	}
}

// TestXarray has xarray read what is written, by both of its readers of NetCDF 4.
func TestXarray(t *testing.T) {
	for _, engine := range []string{"h5netcdf", "netCDF4"} {
		for _, options := range [][]export.Option{nil, {export.Deflated(1)}} {
			path := written(t, "x.nc", putAll(t), options...)
			var got map[string]any
			python(t, "import xarray, "+engine, `
d = xarray.open_dataset(sys.argv[1], engine=sys.argv[2].lower())
fit = xarray.open_dataset(sys.argv[1], engine=sys.argv[2].lower(), group="fit")
e = d["energy"]
print(json.dumps({
  "dims": e.dims, "dtype": str(e.dtype), "values": e.values.tolist(), "units": e.units, "long": e.long_name,
  "trains": d["trainId"].values.tolist(), "trainsType": str(d["trainId"].dtype), "coords": sorted(e.coords),
  "module": int(e["module"]), "detector": e.detector, "counts": e.trainId.counts, "numbers": int(e.module.numbers), "threshold": float(e.threshold),
  "at": [str(a) for a in d["at"].values], "started": str(d["started"].values),
  "names": d["names"].values.tolist(), "good": [str(d["good"].dtype)] + d["good"].values.tolist(),
  "half": [str(d["half"].dtype), float(d["half"][0]), bool(d["half"].isnull()[1])],
  "centre": fit["centre"].values.tolist(), "count": int(d["count"]), "empty": d["empty"].shape,
  "modules": [int(m) for m in d.modules], "nearest": float(e.sel(trainId=10004, pulse=1)),
}))`, &got, path, engine)
			const late = "2026-11-25T17:30:01.123456789"
			want := map[string]any{
				"dims": list("trainId", "pulse"), "dtype": "float32", "values": list(list(1., 2.), list(3., 4.), list(5., 6.)),
				"units": "μJ", "long": "energy of the pulses", "trains": list(10001., 10002., 10004.), "trainsType": "uint64",
				"coords": list("module", "trainId"), "module": 3., "detector": "AGIPD", "counts": "trains", "numbers": 3., "threshold": 4.5,
				"at": list("2026-11-25T17:30:00.123456789", "NaT", late), "started": "2026-11-25T17:30:00.123456789",
				"names": list("a", "β", ""), "good": list("bool", true, false), "half": list("float32", 1., true),
				"centre": list(1.5, 2.5), "count": 7., "empty": list(0., 3.), "modules": list(1., 2.), "nearest": 6.,
			}
			differ(t, got, want)
		}
	}
}

func list(values ...any) []any { return values }

func differ(t *testing.T, got, want map[string]any) {
	t.Helper()
	for name := range want {
		if !reflect.DeepEqual(got[name], want[name]) {
			t.Errorf("%s: %v, want %v", name, got[name], want[name])
		}
	}
}

// TestH5py has h5py read what NetCDF has no types for.
func TestH5py(t *testing.T) {
	type hit struct {
		X, Y  float32
		Good  bool
		Shape [2]int16 `hdf5:"size"`
		ADC   uint16
		_     [3]byte
	}
	path := written(t, "x.h5", func(f *export.File) error {
		return errors.Join(putAll(t)(f),
			f.Put("hits", []hit{{1, 2, true, [2]int16{3, 4}, 5, [3]byte{}}, {}}),
			f.Put("complex", array(t, []complex64{1 + 2i}).T()),
			f.Put("turned", array(t, []int{1, 2, 3, 4, 5, 6}, 2, 3).T()),
		)
	}, export.Deflated(9))
	var got map[string]any
	python(t, "import h5py", `
f = h5py.File(sys.argv[1])
h = f["hits"]
print(json.dumps({
  "names": sorted(f), "fields": h.dtype.names, "hit": [float(h[0]["X"]), bool(h[0]["Good"]), h[0]["size"].tolist(), int(h[0]["ADC"])],
  "complex": str(f["complex"][0]), "turned": f["turned"][:].tolist(), "good": str(f["good"].dtype), "half": str(f["half"].dtype),
  "dims": [d[0].name for d in f["energy"].dims], "plain": len(f["turned"].dims[0]),
}))`, &got, path)
	differ(t, got, map[string]any{
		"names":  list("at", "complex", "count", "empty", "energy", "fit", "good", "half", "hits", "module", "names", "pulse", "started", "trainId", "turned"),
		"fields": list("X", "Y", "Good", "size", "ADC"), "hit": list(1., true, list(3., 4.), 5.), "complex": "(1+2j)",
		"turned": list(list(1., 4.), list(2., 5.), list(3., 6.)), "good": "bool", "half": "float16",
		"dims": list("/trainId", "/pulse"), "plain": 0.,
	})
}
