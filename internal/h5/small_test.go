package h5_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

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
	for _, name := range names {
		d, err := f.Dataset(name)
		if err != nil {
			t.Fatal(err)
		}
		switch d.DType() {
		case h5.Uint64:
			want, err := h5.ReadAll[uint64](d)
			got, smallErr := small.Uint64s(name)
			if smallErr == nil && err == nil && !slices.Equal(got, want) {
				t.Errorf("%s: %s reads %v, libhdf5 %v", path, name, got, want)
			}
			read += count(t, smallErr)
			all++
		case h5.String:
			want, err := h5.ReadAll[string](d)
			got, smallErr := small.Strings(name)
			if smallErr == nil && err == nil && !slices.Equal(got, want) {
				t.Errorf("%s: %s reads %q, libhdf5 %q", path, name, got, want)
			}
			read += count(t, smallErr)
			all++
		case h5.Int32, h5.Uint8:
			if flags, err := small.Flags(name); err == nil && len(d.Shape()) == 1 && len(flags) != d.Shape()[0] {
				t.Errorf("%s: %s has %d flags, want %d", path, name, len(flags), d.Shape()[0])
			}
		default:
			if got, err := small.Uint64s(name); err == nil {
				t.Errorf("%s: %s of %v reads %v", path, name, d.DType(), got)
			}
		}
		target, ok := f.LinkTarget(name)
		if got, err := small.LinkTarget(name); err == nil && (got != target || (got != "") != ok) {
			t.Errorf("%s: %s leads to %q, want %q", path, name, got, target)
		}
	}
	return read, all
}

func count(t testing.TB, err error) int {
	t.Helper()
	if err != nil && !errors.Is(err, h5.ErrNotSmall) {
		t.Errorf("%v, want ErrNotSmall", err)
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
			if ids, err := h5.NewSmall(path).Uint64s("INDEX/trainId"); err == nil {
				t.Errorf("%s: reads %v", path, ids)
			}
			continue
		} else {
			f.Close()
		}
		read, all := compareSmall(t, path)
		if strings.Contains(path, "testdata") && read < all/2 {
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
				layout.Deflate = rapid.SampledFrom([]int{0, 0, 1}).Draw(rt, "deflate")
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
			if ids, err := small.Uint64s(name); err == nil && len(ids) > 1<<22 {
				t.Errorf("%d numbers", len(ids))
			}
		}
		_, _ = small.Strings("METADATA/dataSources/dataSourceId")
		_, _ = small.Flags("INDEX/flag")
	})
}
