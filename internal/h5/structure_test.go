package h5_test

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"unsafe"

	"gonum.org/v1/hdf5"
	"pgregory.net/rapid"

	"extrapasha/internal/h5"
)

// judged is what libhdf5 says is in a file: the shape of each dataset.
func judged(t testing.TB, path string) map[string][]int {
	t.Helper()
	found := map[string][]int{}
	err := h5.Locked(func() error {
		f, err := hdf5.OpenFile(path, hdf5.F_ACC_RDONLY)
		if err != nil {
			return err
		}
		defer f.Close()
		return judgeGroup(&f.CommonFG, "", found)
	})
	if err != nil {
		t.Fatal(path, err)
	}
	return found
}

func judgeGroup(g *hdf5.CommonFG, prefix string, found map[string][]int) error {
	n, err := g.NumObjects()
	if err != nil {
		return err
	}
	for i := range n {
		name, err := g.ObjectNameByIndex(i)
		if err != nil {
			return err
		}
		kind, err := g.ObjectTypeByIndex(i)
		if err != nil {
			return err
		}
		switch kind {
		case hdf5.H5G_GROUP:
			child, err := g.OpenGroup(name)
			if err != nil {
				return err
			}
			err = judgeGroup(&child.CommonFG, prefix+name+"/", found)
			child.Close()
			if err != nil {
				return err
			}
		case hdf5.H5G_DATASET:
			d, err := g.OpenDataset(name)
			if err != nil {
				return err
			}
			space := d.Space()
			dims, _, err := space.SimpleExtentDims()
			found[prefix+name] = make([]int, len(dims))
			for axis, length := range dims {
				found[prefix+name][axis] = int(length)
			}
			space.Close()
			d.Close()
			if err != nil && len(dims) > 0 {
				return err
			}
		}
	}
	return nil
}

// compareStructure reads everything in a file both ways: what is read around libhdf5
// must be what libhdf5 reads. It returns how many datasets are read around it.
func compareStructure(t testing.TB, path string) (direct, all int) {
	t.Helper()
	want := judged(t, path)
	f, err := h5.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	names, err := f.Datasets("/")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		if want[name] == nil {
			t.Errorf("%s: %s is listed, and libhdf5 has none", path, name)
		}
	}
	for name, shape := range want {
		if kind, err := f.Kind(name); err != nil || kind != h5.Data {
			t.Errorf("%s: %s is of kind %v, %v", path, name, kind, err)
		}
		d, err := f.Dataset(name)
		if err != nil {
			if !strings.Contains(err.Error(), "null dataspace") {
				t.Error(err)
			}
			continue
		}
		if !slices.Equal(d.Shape(), shape) {
			t.Errorf("%s: %s has the shape %v, libhdf5 says %v", path, name, d.Shape(), shape)
		}
		if d.DType() == h5.Other {
			continue
		}
		all++
		if h5.Direct(d) {
			direct++
		}
		compareValues(t, d)
	}
	return direct, all
}

func compareValues(t testing.TB, d *h5.Dataset) {
	t.Helper()
	if d.DType() == h5.Record { // which are judged field by field, see package keydata
		return
	}
	want, wantErr := h5.LibraryAny(d)
	got, err := h5.ReadAny(d, h5.Whole(d.Shape()))
	if (err == nil) != (wantErr == nil) {
		t.Errorf("%s, %s: %v, libhdf5 says %v", d.File().Path(), d.Path(), err, wantErr)
	}
	if err != nil || wantErr != nil {
		return
	}
	if texts, ok := got.([]string); ok && slices.Equal(texts, want.([]string)) {
		return
	} else if !ok && slices.Equal(bytesOf(got), bytesOf(want)) {
		return
	}
	t.Errorf("%s, %s: reads %v, libhdf5 %v", d.File().Path(), d.Path(), got, want)
}

// bytesOf is the memory of a slice of numbers.
func bytesOf(values any) []byte {
	v := reflect.ValueOf(values)
	if v.Len() == 0 {
		return nil
	}
	return unsafe.Slice((*byte)(v.UnsafePointer()), v.Len()*int(v.Type().Elem().Size()))
}

// sharedRuns are the files of runs that came with the project, or lie beside it.
func sharedRuns(t testing.TB) (paths []string) {
	for _, root := range []string{"../../testdata", "../../../shared/conformance", "../../../shared/conformance-2"} {
		_ = filepath.WalkDir(root, func(path string, entry os.DirEntry, err error) error {
			if err == nil && strings.HasSuffix(path, ".h5") {
				paths = append(paths, path)
			}
			return nil
		})
	}
	return paths
}

// TestStructureOfRuns compares on the runs of the corpora.
func TestStructureOfRuns(t *testing.T) {
	direct, all := 0, 0
	for _, path := range sharedRuns(t) {
		f, err := h5.Open(path)
		if err != nil { // nothing that libhdf5 opens
			if libraryOpens(path) && !errors.Is(err, h5.ErrNotHDF5) {
				t.Errorf("%v, and libhdf5 opens it", err)
			}
			continue
		}
		f.Close()
		d, a := compareStructure(t, path)
		direct, all = direct+d, all+a
	}
	if direct < all*9/10 {
		t.Errorf("only %d of %d datasets are read around libhdf5", direct, all)
	}
}

func libraryOpens(path string) bool {
	return h5.Locked(func() error {
		f, err := hdf5.OpenFile(path, hdf5.F_ACC_RDONLY)
		if err == nil {
			err = f.Close()
		}
		return err
	}) == nil
}

// TestStructures compares on random groups, shapes and chunks, in old and new
// structures.
func TestStructures(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		path := filepath.Join(t.TempDir(), "data.h5")
		form := h5.Form{Newest: rapid.Bool().Draw(rt, "newest"), UserBlock: rapid.SampledFrom([]int{0, 0, 512, 4096}).Draw(rt, "user block")}
		w, err := h5.CreateAs(path, form)
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
		if direct, all := compareStructure(t, path); direct != all {
			rt.Errorf("%d of %d datasets are read around libhdf5", direct, all)
		}
	})
}
