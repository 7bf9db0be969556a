package keydata_test

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"extrapasha/internal/h5"
	"extrapasha/keydata"
	psh "extrapasha/pasha"
	"extrapasha/run"
)

func openData(t testing.TB, path string) *keydata.Typed[int32] {
	t.Helper()
	file, err := run.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { file.Close() })
	return newKey[int32](t, []*run.File{file}, file.TrainIDs(), source, "data.pixels")
}

// drawn is data of any layout.
type drawn struct {
	k            *keydata.Typed[int32]
	counts       []int // entries of the trains
	shape        []int // of an entry
	rows, size   int   // entries of all trains, elements of one
	data         []int32
	starts, ends []int // of the trains, in rows
}

func draw(t *testing.T, rt *rapid.T) (d drawn) {
	d.counts = rapid.SliceOfN(rapid.SampledFrom([]int{0, 1, 1, 1, 2, 5, 40}), 1, 60).Draw(rt, "counts")
	d.shape = rapid.SliceOfN(rapid.SampledFrom([]int{1, 2, 7, 40}), 0, 2).Draw(rt, "shape")
	d.size = 1
	for _, n := range d.shape {
		d.size *= n
	}
	for _, n := range d.counts {
		d.starts = append(d.starts, d.rows)
		d.rows += n
		d.ends = append(d.ends, d.rows)
	}
	d.data = make([]int32, d.rows*d.size)
	for i := range d.data {
		d.data[i] = int32(i/5 ^ i<<7)
	}
	var layout h5.Layout
	if rapid.IntRange(0, 3).Draw(rt, "chunks") > 0 {
		layout.Chunk = []int{rapid.SampledFrom([]int{1, 2, 16, 33}).Draw(rt, "rows of a chunk")}
		for _, n := range d.shape {
			layout.Chunk = append(layout.Chunk, rapid.SampledFrom([]int{n, n, n, max(n/2, 1)}).Draw(rt, "chunk"))
		}
		layout.Filters = rapid.SampledFrom([][]h5.Filter{nil, {h5.Deflate(1)}, {h5.Shuffle, h5.Deflate(1), h5.Fletcher32}}).Draw(rt, "filters")
	}
	form := h5.Form{Newest: rapid.Bool().Draw(rt, "newest"), UserBlock: rapid.SampledFrom([]int{0, 1024}).Draw(rt, "user block")}
	d.k = openData(t, writeData(t, form, d.counts, append([]int{d.rows}, d.shape...), d.data, layout))
	return d
}

// row is an entry, of all.
func (d drawn) row(i int) []int32 { return d.data[i*d.size : (i+1)*d.size] }

// TestWaysToRead reads data of any layout in all ways: mapped over by any number of
// workers, train by train, as a whole and a region of it.
func TestWaysToRead(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		d := draw(t, rt)
		k, counts, shape, data, rows, size := d.k, d.counts, d.shape, d.data, d.rows, d.size
		train := func(i int) []int32 { return data[d.starts[i]*size : d.ends[i]*size] }
		for _, workers := range []int{1, 3} {
			var mutex sync.Mutex
			visited := 0
			err := psh.Map(func(worker, index int, entries keydata.Entries[int32]) error {
				if !slices.Equal(entries.Array().Data, train(index)) {
					return fmt.Errorf("%v, want %v", entries.Array().Data, train(index))
				}
				clear(entries.Array().Data) // what is done to it must not matter
				mutex.Lock()
				defer mutex.Unlock()
				visited += entries.Len()
				return nil
			}, k, psh.On(psh.Threads(workers)))
			if err != nil || visited != rows {
				rt.Fatalf("%d of %d entries, %v", visited, rows, err)
			}
		}
		for i := range counts {
			if entries, err := k.TrainByIndex(i); err != nil || !slices.Equal(entries.Array().Data, train(i)) {
				rt.Fatalf("train %d: %v, %v", i, entries.Array().Data, err)
			}
		}
		if whole, err := k.Read(); err != nil || !slices.Equal(whole.Data, data) {
			rt.Fatalf("%v, %v", whole.Data, err)
		}
		if len(shape) == 0 {
			return
		}
		from := rapid.IntRange(0, shape[0]-1).Draw(rt, "from")
		region, err := k.Read(psh.Span(from, shape[0]))
		if err != nil {
			rt.Fatal(err)
		}
		inner := size / shape[0]
		for row := range rows {
			n := (shape[0] - from) * inner
			if want := data[row*size+from*inner : (row+1)*size]; !slices.Equal(region.Data[row*n:(row+1)*n], want) {
				rt.Fatalf("region from %d on, row %d: %v, want %v", from, row, region.Data[row*n:(row+1)*n], want)
			}
		}
	})
}

// TestCorruptTrain reads around a chunk that cannot be inflated.
func TestCorruptTrain(t *testing.T) {
	counts, data := slices.Repeat([]int{2}, 10), make([]int32, 20*1000)
	for i := range data {
		data[i] = int32(i * i)
	}
	path := writeData(t, h5.Form{}, counts, []int{20, 1000}, data, h5.Layout{Chunk: []int{1, 1000}, Filters: []h5.Filter{h5.Deflate(1)}})
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	copy(content[len(content)/2:], "this is no deflate stream, it cannot be, it never was")
	if err := os.WriteFile(path, content, 0o644); err != nil {
		t.Fatal(err)
	}
	k := openData(t, path)
	good := 0
	for i := range counts {
		_, err := k.TrainByIndex(i)
		var failed *keydata.Error
		switch {
		case err == nil:
			good++
		case !errors.Is(err, keydata.ErrCorrupt) || !errors.As(err, &failed) || failed.TrainID != uint64(firstTrain+i) || !strings.Contains(err.Error(), path):
			t.Errorf("train %d: %v", i, err)
		}
	}
	if good != len(counts)-1 && good != len(counts)-2 {
		t.Errorf("%d trains of %d can be read", good, len(counts))
	}
	err = psh.Map(func(_, _ int, train keydata.Entries[int32]) error {
		train.Array()
		return nil
	}, k)
	var failed *keydata.Error
	if !errors.Is(err, keydata.ErrCorrupt) || !errors.As(err, &failed) || failed.TrainID == 0 || failed.Key != "data.pixels" || !strings.Contains(err.Error(), path) {
		t.Errorf("Map: %v", err)
	}
	if _, err = k.Read(); !errors.Is(err, keydata.ErrCorrupt) || !strings.Contains(err.Error(), path) {
		t.Errorf("Read: %v", err)
	}
}

// TestChunksAreReadOnce counts what a walk reads from a file whose chunks have the
// entries of many trains.
func TestChunksAreReadOnce(t *testing.T) {
	const trains, size = 512, 2000
	counts, data := slices.Repeat([]int{1}, trains), make([]int32, trains*size)
	for i := range data {
		data[i] = int32(i) * -1640531527 // which does not compress
	}
	path := writeData(t, h5.Form{}, counts, []int{trains, size}, data, h5.Layout{Chunk: []int{50, size}, Filters: []h5.Filter{h5.Deflate(1)}})
	k := openData(t, path)
	walk := func() {
		err := k.Walk(psh.Share{Stop: k.Len()}, func(index int, train keydata.Entries[int32]) error {
			if !slices.Equal(train.Array().Data, data[index*size:(index+1)*size]) {
				return fmt.Errorf("train %d is another", train.TrainID)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	walk() // which finds the chunks
	before := bytesRead(t)
	walk()
	if n := bytesRead(t) - before; n < 4*trains*size || n > 6*trains*size {
		t.Errorf("%d bytes read for %d of data", n, 4*trains*size)
	}
}

// bytesRead is how many bytes this process has read by now.
func bytesRead(t *testing.T) (n int) {
	t.Helper()
	text, err := os.ReadFile("/proc/self/io")
	if err != nil {
		t.Skip("the system does not tell what is read:", err)
	}
	if _, err := fmt.Sscanf(string(text), "rchar: %d", &n); err != nil {
		t.Fatal(err)
	}
	return n
}

// TestReadInParts reads data that is divided among workers, in chunks that do not
// divide as the parts do.
func TestReadInParts(t *testing.T) {
	const rows, size = 3001, 1024
	counts, data := slices.Repeat([]int{1}, rows), make([]int32, rows*size)
	for i := range data {
		data[i] = int32(i * 3)
	}
	for _, filters := range [][]h5.Filter{nil, {h5.Shuffle, h5.Deflate(1)}} {
		k := openData(t, writeData(t, h5.Form{}, counts, []int{rows, size}, data, h5.Layout{Chunk: []int{77, size}, Filters: filters}))
		whole, err := k.Read()
		if err != nil || !slices.Equal(whole.Data, data) {
			t.Fatalf("the data is another, %v", err)
		}
		column, err := k.Read(psh.At(1000))
		if err != nil {
			t.Fatal(err)
		}
		for row, x := range column.Data {
			if x != data[row*size+1000] {
				t.Fatalf("row %d: %d, want %d", row, x, data[row*size+1000])
			}
		}
	}
}
