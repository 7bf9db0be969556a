package h5_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/x448/float16"
	"pgregory.net/rapid"

	"extrapasha/internal/h5"
)

// compareSmall reads everything in a file both ways: what Small reads must be what
// libhdf5 reads. It returns how many datasets Small read.
func compareSmall(t testing.TB, path string) (read, all int) {
	t.Helper()
	f, err := h5.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	small := h5.NewSmall(path)
	names, err := f.Datasets("/")
	if err != nil {
		t.Fatal(err)
	}
	for _, group := range []string{"CONTROL", "INSTRUMENT", "INDEX", "RUN", "METADATA"} {
		want, _ := f.Datasets(group)
		if got, err := small.Datasets(group); err == nil && !slices.Equal(got, want) {
			t.Errorf("%s: datasets %q in %s, libhdf5 lists %q", path, got, group, want)
		}
	}
	for _, name := range names {
		d, err := f.Dataset(name)
		if err != nil {
			t.Fatal(err)
		}
		all++
		if rows, err := small.Rows(name); err == nil && (len(d.Shape()) == 0 || rows != d.Shape()[0]) {
			t.Errorf("%s: %s has %d rows, libhdf5 says %v", path, name, rows, d.Shape())
		}
		switch d.DType() {
		case h5.Int8:
			read += compareNumbers[int8](t, small, d)
		case h5.Int16:
			read += compareNumbers[int16](t, small, d)
		case h5.Int32:
			read += compareNumbers[int32](t, small, d)
		case h5.Int64:
			read += compareNumbers[int64](t, small, d)
		case h5.Uint8:
			read += compareNumbers[uint8](t, small, d)
		case h5.Uint16:
			read += compareNumbers[uint16](t, small, d)
		case h5.Uint32:
			read += compareNumbers[uint32](t, small, d)
		case h5.Uint64:
			read += compareNumbers[uint64](t, small, d)
		case h5.Float16:
			read += compareNumbers[float16.Float16](t, small, d)
		case h5.Float32:
			read += compareNumbers[float32](t, small, d)
		case h5.Float64:
			read += compareNumbers[float64](t, small, d)
		case h5.String:
			want, err := h5.ReadAll[string](d)
			got, smallErr := small.Strings(name)
			if smallErr == nil && (err != nil || !slices.Equal(got, want)) {
				t.Errorf("%s: %s reads %q, libhdf5 %q, %v", path, name, got, want, err)
			}
			read += count(t, smallErr)
		}
		target, ok := f.LinkTarget(name)
		if got, err := small.LinkTarget(name); err == nil && (got != target || (got != "") != ok) {
			t.Errorf("%s: %s leads to %q, want %q", path, name, got, target)
		}
	}
	return read, all
}

func compareNumbers[T comparable](t testing.TB, small *h5.Small, d *h5.Dataset) int {
	t.Helper()
	want, err := h5.ReadAll[T](d)
	got, smallErr := h5.SmallNumbers[T](small, d.Path())
	if smallErr == nil && (err != nil || len(d.Shape()) != 1 || !slices.EqualFunc(got, want, func(a, b T) bool { return a == b || a != a && b != b })) {
		t.Errorf("%s: %s reads %v, libhdf5 %v, %v", d.File().Path(), d.Path(), got, want, err)
	}
	// Nothing else must take it for something that it is not.
	if _, err := h5.SmallNumbers[uint64](small, d.Path()); err == nil && d.DType() != h5.Uint64 {
		t.Errorf("%s: %s of %v is read as uint64", d.File().Path(), d.Path(), d.DType())
	}
	if _, err := h5.SmallNumbers[float32](small, d.Path()); err == nil && d.DType() != h5.Float32 {
		t.Errorf("%s: %s of %v is read as float32", d.File().Path(), d.Path(), d.DType())
	}
	flags, err := small.Flags(d.Path())
	if err == nil && len(flags) != len(want) {
		t.Errorf("%s: %s has %d flags, want %d", d.File().Path(), d.Path(), len(flags), len(want))
	}
	var zero T
	for i := range flags {
		if flags[i] != (want[i] != zero) {
			t.Errorf("%s: flag %d of %s is %v for %v", d.File().Path(), i, d.Path(), flags[i], want[i])
		}
	}
	return count(t, smallErr)
}

func count(t testing.TB, err error) int {
	t.Helper()
	if err != nil && !errors.Is(err, h5.ErrForm) {
		t.Errorf("%v, want ErrForm", err)
	}
	if err != nil {
		return 0
	}
	return 1
}

func TestSmallOnRuns(t *testing.T) {
	var paths []string
	for _, pattern := range []string{"../../testdata/SPB/*/*/*/*/*.h5", "../../../shared/conformance/runs/*/*.h5", "../../../shared/conformance/runs/*/*/*.h5", "../../../shared/conformance/runs/exp/*/*/*/*/*/*.h5"} {
		found, _ := filepath.Glob(pattern)
		paths = append(paths, found...)
	}
	for _, path := range paths {
		if f, err := h5.Open(path); err != nil {
			// What libhdf5 does not open is not to be read here either.
			if ids, err := h5.SmallNumbers[uint64](h5.NewSmall(path), "INDEX/trainId"); err == nil {
				t.Errorf("%s: reads %v", path, ids)
			}
			continue
		} else {
			f.Close()
		}
		read, all := compareSmall(t, path)
		if strings.Contains(path, "testdata") && read < all*2/3 {
			t.Errorf("%s: only %d of %d datasets are read", path, read, all)
		}
	}
}

// TestSmallLayouts compares on random shapes, chunks and many groups.
func TestSmallLayouts(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		path := filepath.Join(t.TempDir(), "data.h5")
		w, err := h5.Create(path)
		if err != nil {
			rt.Fatal(err)
		}
		defer w.Discard()
		groups := rapid.IntRange(1, 40).Draw(rt, "groups")
		for g := range groups {
			n := rapid.IntRange(0, 300).Draw(rt, "rows")
			layout := h5.Layout{}
			if rapid.Bool().Draw(rt, "chunked") {
				layout.Chunk = []int{rapid.IntRange(1, 50).Draw(rt, "chunk")}
				layout.Filters = rapid.SampledFrom([][]h5.Filter{nil, nil, {h5.Deflate(1)}}).Draw(rt, "filters")
			}
			values, texts := make([]uint64, n), make([]string, n)
			for i := range values {
				values[i] = uint64(g*1000 + i)
				texts[i] = strings.Repeat("x", i%70)
			}
			name := strings.Repeat("g", g%5+1) + "/" + string(rune('a'+g%26)) + strings.Repeat("y", g)
			if err := errors.Join(h5.Put(w, name+"/n", []int{n}, values, layout), h5.PutStrings(w, name+"/s", []int{n}, texts, layout)); err != nil {
				rt.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			rt.Fatal(err)
		}
		if read, _ := compareSmall(t, path); read == 0 && groups > 10 {
			rt.Errorf("nothing is read of %d groups", groups)
		}
	})
}

// FuzzSmall changes bytes anywhere in a file. Whatever comes, it ends, does not
// panic, and takes no memory for what a length claims.
func FuzzSmall(f *testing.F) {
	content, err := os.ReadFile("../../testdata/SPB/202601/p700000/raw/r0001/RAW-R0001-AGIPD00-S00000.h5")
	if err != nil {
		f.Fatal(err)
	}
	for at := 0; at < 4096; at += 37 {
		f.Add(uint32(at), []byte{0xff})
		f.Add(uint32(at), []byte{0, 0, 0, 1})
	}
	f.Fuzz(func(t *testing.T, at uint32, change []byte) {
		damaged := slices.Clone(content)
		copy(damaged[int(at)%len(damaged):], change)
		path := filepath.Join(t.TempDir(), "data.h5")
		if err := os.WriteFile(path, damaged, 0o644); err != nil {
			t.Fatal(err)
		}
		small := h5.NewSmall(path)
		for _, name := range []string{"INDEX/trainId", "INDEX/SPB_DET_AGIPD1M-1/DET/0CH0:xtdf/image/count"} {
			if ids, err := h5.SmallNumbers[uint64](small, name); err == nil && len(ids) > 1<<22 {
				t.Errorf("%d numbers", len(ids))
			}
		}
		_, _ = small.Strings("METADATA/dataSources/dataSourceId")
		_, _ = small.Flags("INDEX/flag")
		_, _ = small.Datasets("INSTRUMENT")
		_, _ = small.Rows("INSTRUMENT/SPB_DET_AGIPD1M-1/DET/0CH0:xtdf/image/data")
	})
}
