package h5_test

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"extrapasha/internal/h5"
)

// virtualFiles are those of testdata/virtual, see make.py there.
const virtualFiles = "testdata/virtual"

// byLibrary are the virtual datasets that are left to libhdf5.
var byLibrary = []string{
	"column", "filled", "nested", "numbered both", "numbered datasets", "numbered files", "overlapping",
	"strided", "wider", "wider texts",
}

// TestVirtual reads virtual datasets of all sorts, whole and in parts.
func TestVirtual(t *testing.T) {
	for _, structures := range []string{"earliest", "latest"} {
		file := must(h5.Open(filepath.Join(virtualFiles, structures+".h5")))
		defer file.Close()
		expected := must(h5.Open(filepath.Join(virtualFiles, structures+".expected.h5")))
		defer expected.Close()
		var left []string
		for _, name := range must(file.Children("good")) {
			dataset, want := must(file.Dataset("good/"+name)), must(expected.Dataset(name))
			if !slices.Equal(dataset.Shape(), want.Shape()) {
				t.Errorf("%s: %s has the shape %v, want %v", structures, name, dataset.Shape(), want.Shape())
				continue
			}
			if got, want := must(h5.ReadAny(dataset, h5.Whole(dataset.Shape()))), must(h5.ReadAny(want, h5.Whole(want.Shape()))); !reflect.DeepEqual(got, want) {
				t.Errorf("%s: %s is\n%v, want\n%v", structures, name, got, want)
			}
			if !h5.Direct(dataset) {
				left = append(left, name)
			}
			rapid.Check(t, func(t *rapid.T) {
				region := anyRegion(t, dataset.Shape())
				got, err := h5.ReadAny(dataset, region)
				if err != nil {
					t.Fatal(err)
				}
				if want := must(h5.ReadAny(want, region)); !reflect.DeepEqual(got, want) {
					t.Errorf("%s: %s, %+v is\n%v, want\n%v", structures, name, region, got, want)
				}
			})
		}
		if !slices.Equal(left, byLibrary) {
			t.Errorf("%s: libhdf5 is left to read %q, want %q", structures, left, byLibrary)
		}
	}
}

func anyRegion(t *rapid.T, shape []int) h5.Region {
	region := h5.Whole(shape)
	for axis, length := range shape {
		region.Start[axis] = rapid.IntRange(0, length).Draw(t, "start")
		region.Step[axis] = rapid.IntRange(1, 7).Draw(t, "step")
		region.Count[axis] = rapid.IntRange(0, (length-region.Start[axis]+region.Step[axis]-1)/region.Step[axis]).Draw(t, "count")
	}
	return region
}

// TestVirtualLent lends rows where they lie, in the files that have them.
func TestVirtualLent(t *testing.T) {
	file := must(h5.Open(filepath.Join(virtualFiles, "latest.h5")))
	defer file.Close()
	for name, want := range map[string]bool{"stacked": true, "packed": false, "swapped": false, "text": false, "strided": false} {
		rows, lent, ok := h5.Lend[int64](must(file.Dataset("good/"+name)), 6, 1, 20)
		if ok != want {
			t.Errorf("%s is lent: %v, want %v", name, ok, want)
		}
		if !ok {
			continue
		}
		// Rows 5 to 9 are rows 2 to 6 of the second file.
		if len(rows) != 4*3 || rows[0] != 100+3*3 {
			t.Errorf("%s: rows %v", name, rows)
		}
		if err := lent.Return(); err != nil {
			t.Error(err)
		}
	}
	if band := must(file.Dataset("good/packed")).Band(); band != 4 {
		t.Errorf("%d rows are compressed together, want those of the source, 4", band)
	}
	must(file.Dataset("good/stacked")).Ask(0, 20)
}

func TestVirtualParts(t *testing.T) {
	file := must(h5.Open(filepath.Join(virtualFiles, "earliest.h5")))
	defer file.Close()
	path := func(name string) string { return must(filepath.Abs(filepath.Join(virtualFiles, name))) }
	for name, want := range map[string][]h5.Part{
		"good/mixed order":    {{path("s0.h5"), 10, 15}, {path("s1.h5"), 0, 5}, {path("s2.h5"), 15, 20}, {path("s3.h5"), 5, 10}},
		"good/all":            {{path("s1.h5"), 0, 10}},
		"good/strided":        {{path("s0.h5"), 0, 17}, {path("s1.h5"), 1, 18}, {path("s2.h5"), 2, 19}, {path("s3.h5"), 3, 20}},
		"good/numbered files": {{path("s%b.h5"), 0, 40}},
		"plain":               {},
	} {
		got := must(must(file.Dataset(name)).Parts())
		slices.SortFunc(got, func(a, b h5.Part) int { return strings.Compare(a.Path, b.Path) })
		if !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", name, got, want)
		}
	}
}

// TestVirtualEndless refuses a dataset of blocks without end that are all in one source,
// of which libhdf5 would look for the last.
func TestVirtualEndless(t *testing.T) {
	for _, structures := range []string{"earliest", "latest"} {
		file := must(h5.Open(filepath.Join(virtualFiles, structures+".h5")))
		defer file.Close()
		done := make(chan error, 1)
		go func() { _, err := file.Dataset("bad/numbered no more"); done <- err }()
		select {
		case err := <-done:
			if !errors.Is(err, h5.ErrCorrupt) {
				t.Errorf("%s: %v, want damage", structures, err)
			}
		case <-time.After(10 * time.Second):
			t.Fatal("no answer")
		}
	}
}

// TestLinkedChanges replaces a file that another leads to.
func TestLinkedChanges(t *testing.T) {
	dir := t.TempDir()
	far, near := filepath.Join(dir, "far.h5"), filepath.Join(dir, "near.h5")
	makeFar := func(value int32) {
		w := must(h5.Create(far))
		if err := errors.Join(h5.Put(w, "x", []int{1}, []int32{value}, h5.Layout{}), w.Close()); err != nil {
			t.Fatal(err)
		}
	}
	makeFar(1)
	w := must(h5.Create(near))
	rows := []h5.Rows{{Path: far, Count: 1}}
	if err := errors.Join(w.ExternalLink("link", far, "x"), w.Virtual("x", []int{1}, far, rows), w.Close()); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"link", "x"} {
		file := must(h5.Open(near))
		if values := must(h5.ReadAll[int32](must(file.Dataset(name)))); values[0] != 1 {
			t.Fatalf("%s is %v", name, values)
		}
		info, before := file.Info(), file.Linked()
		if err := file.Close(); err != nil {
			t.Fatal(err)
		}
		makeFar(2)
		again := must(h5.OpenSame(near, info))
		again.Expect("", before)
		dataset, err := again.Dataset(name)
		if err == nil {
			_, err = h5.ReadAll[int32](dataset)
		}
		if !errors.Is(err, h5.ErrChanged) || !strings.Contains(err.Error(), far) {
			t.Errorf("%s of a file that was replaced: %v", name, err)
		}
		again.Close()
		anew := must(h5.Open(near))
		if values := must(h5.ReadAll[int32](must(anew.Dataset(name)))); values[0] != 2 {
			t.Errorf("%s, opened anew, is %v", name, values)
		}
		anew.Close()
		makeFar(1)
	}
	if err := os.Remove(far); err != nil {
		t.Fatal(err)
	}
	gone := must(h5.Open(near))
	defer gone.Close()
	if values := must(h5.ReadAll[int32](must(gone.Dataset("x")))); values[0] != 0 {
		t.Errorf("what is not there is %v, want the fill value", values)
	}
	if _, err := gone.Dataset("link"); !errors.Is(err, h5.ErrNoObject) {
		t.Errorf("a link to what is not there: %v", err)
	}
}

// TestVirtualBeyond has virtual datasets of more than their source has. What is there is
// read, and nothing of what lies behind it in the file.
func TestVirtualBeyond(t *testing.T) {
	dir := t.TempDir()
	far, near := filepath.Join(dir, "far.h5"), filepath.Join(dir, "near.h5")
	w := must(h5.Create(far))
	if err := errors.Join(h5.Put(w, "x", []int{2, 2}, []int32{1, 2, 3, 4}, h5.Layout{}), h5.Put(w, "y", []int{8}, make([]int32, 8), h5.Layout{}), w.Close()); err != nil {
		t.Fatal(err)
	}
	w = must(h5.Create(near))
	wide := h5.Whole([]int{2, 4})
	err := errors.Join(
		w.Virtual("x", []int{4, 2}, far, []h5.Rows{{Path: far, Count: 4}}),
		w.VirtualOf("wide", h5.Int32, []int{2, 4}, make([]byte, 4), []h5.Block{{File: far, Dataset: "x", Here: wide, There: wide}}),
		w.Close(),
	)
	if err != nil {
		t.Fatal(err)
	}
	file := must(h5.Open(near))
	defer file.Close()
	long := must(file.Dataset("x"))
	rows := make([]int32, 4)
	if err := h5.Read(long, h5.Whole([]int{2, 2}), rows); err != nil || !slices.Equal(rows, []int32{1, 2, 3, 4}) {
		t.Error(rows, err)
	}
	for _, d := range []*h5.Dataset{long, must(file.Dataset("wide"))} {
		if values, err := h5.ReadAll[int32](d); !errors.Is(err, h5.ErrCorrupt) || !strings.Contains(err.Error(), far) {
			t.Errorf("%s: %v, %v", d.Path(), values, err)
		}
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}
