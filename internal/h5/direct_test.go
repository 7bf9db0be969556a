package h5_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"testing"
	"unsafe"

	"pgregory.net/rapid"

	"extrapasha/internal/h5"
)

// matrixCase is a dataset of any layout.
type matrixCase struct {
	shape  []int
	layout h5.Layout
}

func drawInts(t *rapid.T, name string, n, from, to int) []int {
	return rapid.SliceOfN(rapid.IntRange(from, to), n, n).Draw(t, name)
}

func drawCase(t *rapid.T, size int) matrixCase {
	rank := rapid.IntRange(1, 4).Draw(t, "rank")
	c := matrixCase{shape: drawInts(t, "shape", rank, 1, 11)}
	if rapid.IntRange(0, 5).Draw(t, "long") == 0 {
		for axis := range c.shape {
			c.shape[axis] = min(c.shape[axis], 3)
		}
		c.shape[0] *= 400 // more than a node of any index has
	}
	if rapid.Bool().Draw(t, "filled") {
		c.layout.Fill = rapid.SliceOfN(rapid.Byte(), size, size).Draw(t, "fill")
	}
	c.layout.Early = rapid.Bool().Draw(t, "early")
	if rapid.IntRange(0, 5).Draw(t, "contiguous") == 0 {
		return c
	}
	c.layout.Chunk = drawInts(t, "chunk", rank, 1, 6)
	// Each dimension can grow without limit, to a limit, or not.
	c.layout.Most = slices.Clone(c.shape)
	for axis := range c.shape {
		switch rapid.IntRange(0, 3).Draw(t, "most") {
		case 0:
			c.layout.Most[axis] = 0
		case 1:
			c.layout.Most[axis] += rapid.IntRange(1, 20).Draw(t, "room")
		}
		// A chunk must not be longer than its dimension can become.
		if most := c.layout.Most[axis]; most > 0 {
			c.layout.Chunk[axis] = min(c.layout.Chunk[axis], most)
		}
	}
	c.layout.Filters = rapid.SliceOfN(rapid.SampledFrom([]h5.Filter{h5.Shuffle, h5.Fletcher32, h5.Deflate(1), h5.Deflate(9)}), 0, 3).Draw(t, "filters")
	c.layout.PlainEdges = len(c.layout.Filters) > 0 && rapid.Bool().Draw(t, "plain edges")
	return c
}

func drawRegion(t *rapid.T, shape []int) h5.Region {
	r := h5.Whole(shape)
	for axis, length := range shape {
		switch rapid.IntRange(0, 2).Draw(t, "cut") {
		case 1:
			r.Start[axis] = rapid.IntRange(0, length-1).Draw(t, "start")
			r.Count[axis] = rapid.IntRange(1, length-r.Start[axis]).Draw(t, "count")
		case 2:
			r.Start[axis] = rapid.IntRange(0, length-1).Draw(t, "start")
			r.Step[axis] = rapid.IntRange(1, length).Draw(t, "step")
			r.Count[axis] = rapid.IntRange(1, (length-r.Start[axis]-1)/r.Step[axis]+1).Draw(t, "count")
		}
	}
	return r
}

func size(counts []int) int {
	n := 1
	for _, count := range counts {
		n *= count
	}
	return n
}

// same compares to the bit: a fill value may be no number.
func same[T any](a, b []T) bool { return bytes.Equal(raw(a), raw(b)) }

func raw[T any](values []T) []byte {
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(values))), len(values)*int(unsafe.Sizeof(*new(T))))
}

// put writes some parts of a dataset with numbers that compress, others that do
// not.
func put[T any](t *rapid.T, w *h5.Writer, name string, c matrixCase, value func(int) T) {
	d, err := h5.NewDataset[T](w, name, c.shape, c.layout)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	for part := range rapid.IntRange(0, 3).Draw(t, "parts") {
		region := h5.Whole(c.shape)
		if part > 0 {
			region = drawRegion(t, c.shape)
		}
		data := make([]T, size(region.Count))
		for i := range data {
			data[i] = value(i * (part + 1))
		}
		if err := h5.WriteRegion(d, region, data); err != nil {
			t.Fatal(err)
		}
	}
}

// compareLent borrows random rows, changes them, gives them back and borrows them
// again.
func compareLent[T any](t *rapid.T, d *h5.Dataset) (ok bool) {
	shape := d.Shape()
	region := h5.Whole(shape)
	region.Start[0] = rapid.IntRange(0, shape[0]-1).Draw(t, "first")
	most := rapid.IntRange(1, shape[0]-region.Start[0]).Draw(t, "most")
	for range 2 {
		rows, lent, ok := h5.Lend[T](d, region.Start[0], 1, most)
		if !ok {
			return false
		}
		if region.Count[0] = len(rows) / size(shape[1:]); region.Count[0] < 1 || region.Count[0] > most {
			t.Fatalf("%d rows of %d", region.Count[0], most)
		}
		want := make([]T, len(rows))
		if err := h5.ReadWithLibrary(d, region, want); err != nil {
			t.Fatal(err)
		}
		if !same(rows, want) {
			t.Fatalf("%s, %d rows from %d on: lent %v, libhdf5 reads %v", d.Path(), region.Count[0], region.Start[0], rows, want)
		}
		if _, _, again := h5.Lend[T](d, region.Start[0], 1, 1); again {
			t.Fatal("rows are lent twice")
		}
		clear(rows)
		if err := lent.Return(); err != nil {
			t.Fatal(err)
		}
	}
	return true
}

var kinds = map[string]int{}

// compareReads reads random regions both ways.
func compareReads[T any](t *rapid.T, d *h5.Dataset, reads int) {
	kinds[h5.IndexKind(d)]++
	if compareLent[T](t, d) {
		kinds["lent"]++
	}
	for range reads {
		region := drawRegion(t, d.Shape())
		n := size(region.Count)
		got, want := make([]T, n), make([]T, n)
		if err := h5.ReadWithLibrary(d, region, want); err != nil {
			t.Fatalf("%s: libhdf5: %v", d.Path(), err)
		}
		if err := h5.Read(d, region, got); err != nil {
			t.Fatalf("%s, %+v: %v", d.Path(), region, err)
		}
		if !same(got, want) {
			t.Fatalf("%s, %+v:\n%v, libhdf5 reads\n%v", d.Path(), region, got, want)
		}
	}
}

// TestReadMatrix reads datasets of all kinds of layout, chunks, filters and indexes,
// from files of all forms, and compares with what libhdf5 reads.
func TestReadMatrix(t *testing.T) {
	clear(kinds)
	direct, all := 0, 0
	rapid.Check(t, func(rt *rapid.T) {
		path := filepath.Join(t.TempDir(), "data.h5")
		form := h5.Form{
			Newest:    rapid.Bool().Draw(rt, "newest"),
			UserBlock: rapid.SampledFrom([]int{0, 0, 512, 2048}).Draw(rt, "user block"),
		}
		w, err := h5.CreateAs(path, form)
		if err != nil {
			rt.Fatal(err)
		}
		defer w.Discard()
		seed := rapid.IntRange(0, 1000).Draw(rt, "seed")
		hash := func(i int) uint32 { return uint32(i+seed) * 2654435761 }
		put(rt, w, "u1", drawCase(rt, 1), func(i int) uint8 { return uint8(hash(i)) })
		put(rt, w, "u2", drawCase(rt, 2), func(i int) uint16 { return uint16(hash(i) >> 20) })
		put(rt, w, "i4", drawCase(rt, 4), func(i int) int32 { return int32(i / 3) })
		put(rt, w, "f8", drawCase(rt, 8), func(i int) float64 { return float64(i) })
		put(rt, w, "c16", drawCase(rt, 16), func(i int) complex128 { return complex(float64(i), 1) })
		if err := w.Close(); err != nil {
			rt.Fatal(err)
		}
		f, err := h5.Open(path)
		if err != nil {
			rt.Fatal(err)
		}
		defer f.Close()
		for _, name := range []string{"u1", "u2", "i4", "f8", "c16"} {
			d, err := f.Dataset(name)
			if err != nil {
				rt.Fatal(err)
			}
			if all++; h5.Direct(d) {
				direct++
			}
			const reads = 20
			switch name {
			case "u1":
				compareReads[uint8](rt, d, reads)
			case "u2":
				compareReads[uint16](rt, d, reads)
			case "i4":
				compareReads[int32](rt, d, reads)
			case "f8":
				compareReads[float64](rt, d, reads)
			case "c16":
				compareReads[complex128](rt, d, reads)
			}
		}
	})
	t.Logf("%d of %d datasets are read around libhdf5, by index: %v", direct, all, kinds)
	if direct < all*3/4 {
		t.Errorf("only %d of %d datasets are read around libhdf5", direct, all)
	}
	for _, kind := range []string{"one piece", "B-tree 1", "implicit", "fixed array", "extensible array", "B-tree 2", "lent"} {
		if kinds[kind] == 0 {
			t.Errorf("no index of kind %s came", kind)
		}
	}
}

// TestLongRuns reads from data so large that it is not read with what is between,
// and that parts that follow each other in the file are read at once.
func TestLongRuns(t *testing.T) {
	shape := []int{5, 300, 400}
	data := make([]uint16, size(shape))
	for i := range data {
		data[i] = uint16(i * 7)
	}
	path := filepath.Join(t.TempDir(), "data.h5")
	w, err := h5.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	for name, chunk := range map[string][]int{"contiguous": nil, "frames": {1, 300, 400}, "parts": {2, 150, 400}, "narrow": {1, 300, 50}} {
		if err := h5.Put(w, name, shape, data, h5.Layout{Chunk: chunk}); err != nil {
			t.Fatal(err)
		}
	}
	f := finish(t, w, path)
	rapid.Check(t, func(rt *rapid.T) {
		for _, name := range []string{"contiguous", "frames", "parts", "narrow"} {
			d, err := f.Dataset(name)
			if err != nil {
				rt.Fatal(err)
			}
			compareReads[uint16](rt, d, 3)
		}
	})
}

// TestLongIndexes reads datasets of so many chunks that their indexes have pages,
// super blocks and several levels, with most chunks never written.
func TestLongIndexes(t *testing.T) {
	const rows = 300_000
	for _, c := range []struct {
		name   string
		newest bool
		most   []int
		kind   string
	}{
		{"tree1", false, []int{0, 2}, "B-tree 1"},
		{"fixed", true, []int{rows, 2}, "fixed array"},
		{"extensible", true, []int{0, 2}, "extensible array"},
		{"tree2", true, []int{0, 0}, "B-tree 2"},
	} {
		for _, filters := range [][]h5.Filter{nil, {h5.Deflate(1)}} {
			t.Run(fmt.Sprintf("%s-%d", c.name, len(filters)), func(t *testing.T) {
				path := filepath.Join(t.TempDir(), "data.h5")
				w, err := h5.CreateAs(path, h5.Form{Newest: c.newest})
				if err != nil {
					t.Fatal(err)
				}
				defer w.Discard()
				d, err := h5.NewDataset[uint16](w, "x", []int{rows, 2}, h5.Layout{Chunk: []int{1, 2}, Most: c.most, Filters: filters, Fill: []byte{7, 0}})
				if err != nil {
					t.Fatal(err)
				}
				random := rand.New(rand.NewPCG(1, 2))
				row := func(at, n int) h5.Region {
					return h5.Region{Start: []int{at, 0}, Count: []int{n, 2}, Step: []int{1, 1}}
				}
				written := []int{0, rows - 1}
				for at := 1; at < rows; at = at*5/4 + random.IntN(50) + 1 {
					written = append(written, at)
				}
				for _, at := range written {
					n := min(random.IntN(40)+1, rows-at)
					data := make([]uint16, 2*n)
					for i := range data {
						data[i] = uint16(at + i)
					}
					if err := h5.WriteRegion(d, row(at, n), data); err != nil {
						t.Fatal(err)
					}
				}
				d.Close()
				f := finish(t, w, path)
				in, err := f.Dataset("x")
				if err != nil {
					t.Fatal(err)
				}
				if kind := h5.IndexKind(in); kind != c.kind {
					t.Errorf("the index is a %s, expected %s", kind, c.kind)
				}
				for _, at := range written {
					at = max(min(at-5, rows-60), 0)
					got, want := make([]uint16, 120), make([]uint16, 120)
					if err := h5.ReadWithLibrary(in, row(at, 60), want); err != nil {
						t.Fatal(err)
					}
					if err := h5.Read(in, row(at, 60), got); err != nil || !slices.Equal(got, want) {
						t.Fatalf("rows from %d: %v, %v, want %v", at, got, err, want)
					}
				}
			})
		}
	}
}
