package h5_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"extrapasha/internal/h5"
)

// TestCopy appends rows of datasets in any chunks, with any filters, to a copy of one of
// them.
func TestCopy(t *testing.T) {
	dir := t.TempDir()
	rapid.Check(t, func(r *rapid.T) {
		rows := rapid.IntRange(1, 20).Draw(r, "rows")
		data := make([]int32, 2*rows*3)
		for i := range data {
			data[i] = int32(i * i)
		}
		from, err := h5.Create(filepath.Join(dir, "from.h5"))
		if err != nil {
			t.Fatal(err)
		}
		layouts := []h5.Layout{layout(r), layout(r)}
		err = errors.Join(
			h5.Put(from, "group/a", []int{rows, 3}, data[:rows*3], layouts[0]),
			h5.Put(from, "b", []int{rows, 3}, data[rows*3:], layouts[1]),
			from.SetNumber("group/a", "number", 7), from.SetTexts("group/a", "texts", []string{"x", "µ"}), from.Close(),
		)
		if err != nil {
			t.Fatal(err)
		}
		want, got := copyParts(t, r, dir, rows, data)
		if !slices.Equal(want, got) {
			r.Errorf("%v, want %v", got, want)
		}
	})
}

func layout(r *rapid.T) h5.Layout {
	return rapid.SampledFrom([]h5.Layout{
		{}, {Chunk: []int{1, 3}}, {Chunk: []int{4, 3}, Filters: []h5.Filter{h5.Shuffle, h5.Deflate(1)}},
		{Chunk: []int{4, 2}, Filters: []h5.Filter{h5.Fletcher32}}, {Chunk: []int{3, 2}}, {Chunk: []int{7, 3}, Most: []int{40, 3}},
	}).Draw(r, "layout")
}

// copyParts copies parts of two datasets, and reads what came of it.
func copyParts(t *testing.T, r *rapid.T, dir string, rows int, data []int32) (want, got []int32) {
	file, err := h5.Open(filepath.Join(dir, "from.h5"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	sources := make([]*h5.Dataset, 2)
	for i, path := range []string{"group/a", "b"} {
		if sources[i], err = file.Dataset(path); err != nil {
			t.Fatal(err)
		}
	}
	type part struct{ of, first, count int }
	parts := rapid.SliceOfN(rapid.Custom(func(r *rapid.T) part {
		first := rapid.IntRange(0, rows-1).Draw(r, "first")
		return part{rapid.IntRange(0, 1).Draw(r, "of"), first, rapid.IntRange(0, rows-first).Draw(r, "count")}
	}), 0, 6).Draw(r, "parts")
	total := 0
	for _, p := range parts {
		total += p.count
		begin := p.of*rows*3 + p.first*3
		want = append(want, data[begin:begin+p.count*3]...)
	}
	path := filepath.Join(dir, "to.h5")
	w, err := h5.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Discard()
	c, err := w.CopyOf("x/y", sources[0], total)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range parts {
		if err := c.Append(sources[p.of], p.first, p.count); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(c.Append(sources[0], rows, 0), c.End(), w.Close()); err != nil {
		t.Fatal(err)
	}
	return want, readCopy(t, path)
}

func readCopy(t *testing.T, path string) []int32 {
	file, err := h5.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	attributes, err := file.Attributes("x/y")
	if err != nil || attributes["number"] != int64(7) || !slices.Equal(attributes["texts"].([]string), []string{"x", "µ"}) {
		t.Error(attributes, err)
	}
	d, err := file.Dataset("x/y")
	if err != nil {
		t.Fatal(err)
	}
	got, err := h5.ReadAll[int32](d)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// TestCopyMoves has chunks moved after they were appended: what is to be done then is done,
// and what goes wrong is told, also where nothing is written any more.
func TestCopyMoves(t *testing.T) {
	const rows, row = 64, 1 << 15 // of 256 KiB
	from := filepath.Join(t.TempDir(), "from.h5")
	w, err := h5.Create(from)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(h5.Put(w, "x", []int{rows, row}, make([]int64, rows*row), h5.Layout{Chunk: []int{1, row}}), w.Close()); err != nil {
		t.Fatal(err)
	}
	for _, cut := range []bool{false, true} {
		file, err := h5.Open(from)
		if err != nil {
			t.Fatal(err)
		}
		defer file.Close()
		d, err := file.Dataset("x")
		if err != nil {
			t.Fatal(err)
		}
		to := filepath.Join(t.TempDir(), "to.h5")
		w, err := h5.Create(to)
		if err != nil {
			t.Fatal(err)
		}
		defer w.Discard()
		c, err := w.CopyOf("x", d, rows)
		if err != nil {
			t.Fatal(err)
		}
		if cut {
			if err := os.Truncate(from, 1<<20); err != nil {
				t.Fatal(err)
			}
		}
		done := false
		err = c.Append(d, 0, rows)
		w.Then(func() { done = true })
		w.Wait()
		if !done {
			t.Error("it waits for less than was to be done")
		}
		err = errors.Join(err, c.End(), w.Close())
		if _, missing := os.Stat(to); errors.Is(err, h5.ErrChanged) != cut || (missing != nil) != cut {
			t.Errorf("cut %t: %v, and the file is there: %v", cut, err, missing)
		}
	}
}
