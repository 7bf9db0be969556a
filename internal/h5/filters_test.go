package h5_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"extrapasha/internal/h5"
	"extrapasha/internal/h5/filter/filtertest"
)

// TestSkippedFilters reads chunks for which some filters were not used, and LZF,
// which libhdf5 reads with our filter.
func TestSkippedFilters(t *testing.T) {
	const rows, cols = 4, 64
	values := make([]uint16, rows*cols)
	for i := range values {
		values[i] = uint16(i * i / 9)
	}
	raw := make([]byte, 2*cols)
	stages := []func([]byte) []byte{func(b []byte) []byte { return filtertest.Shuffled(b, 2) }, filtertest.Deflated, filtertest.Checksummed}
	path := filepath.Join(t.TempDir(), "data.h5")
	w, err := h5.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Discard()
	filters := []h5.Filter{h5.Shuffle, h5.Deflate(6), h5.Fletcher32}
	for skipped := range uint32(8) {
		d, err := h5.NewDataset[uint16](w, fmt.Sprint(skipped), []int{rows, cols}, h5.Layout{Chunk: []int{1, cols}, Filters: filters})
		if err != nil {
			t.Fatal(err)
		}
		for row := range rows {
			if row == 2 {
				continue // never written
			}
			_, _ = binary.Encode(raw, binary.LittleEndian, values[row*cols:(row+1)*cols])
			chunk := slices.Clone(raw)
			for i, stage := range stages {
				if skipped>>i&1 == 0 {
					chunk = stage(chunk)
				}
			}
			if err := d.WriteChunk([]int{row, 0}, skipped, chunk); err != nil {
				t.Fatal(err)
			}
		}
		d.Close()
	}
	d, err := h5.NewDataset[uint16](w, "lzf", []int{rows, cols}, h5.Layout{Chunk: []int{1, cols}, Filters: []h5.Filter{h5.LZF}})
	if err != nil {
		t.Fatal(err)
	}
	for row := range rows {
		_, _ = binary.Encode(raw, binary.LittleEndian, values[row*cols:(row+1)*cols])
		if err := d.WriteChunk([]int{row, 0}, 0, filtertest.LZF(raw)); err != nil {
			t.Fatal(err)
		}
	}
	d.Close()
	f := finish(t, w, path)
	names, err := f.Datasets("/")
	if err != nil || len(names) != 9 {
		t.Fatal(names, err)
	}
	for _, name := range names {
		d, err := f.Dataset(name)
		if err != nil {
			t.Fatal(err)
		}
		got, want := make([]uint16, rows*cols), make([]uint16, rows*cols)
		if err := h5.Read(d, h5.Whole(d.Shape()), got); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		// libhdf5 expects the size of a chunk from h5py's LZF, which is not noted
		// here, so that only we can read this one.
		if copy(want, values); name != "lzf" {
			if err := h5.ReadWithLibrary(d, h5.Whole(d.Shape()), want); err != nil {
				t.Fatal(err)
			}
		}
		if !h5.Direct(d) || !slices.Equal(got, want) {
			t.Errorf("%s: read %v, want %v", name, got, want)
		}
	}
}

// TestCorruptChunks damages what lies in a file, and where it says that it lies.
func TestCorruptChunks(t *testing.T) {
	const rows, cols = 8, 512
	values := make([]uint16, rows*cols)
	for i := range values {
		values[i] = uint16(i % 1000)
	}
	for _, c := range []struct {
		name    string
		filters []h5.Filter
		damage  func(content []byte, address, size int)
		text    string
	}{
		{"deflate", []h5.Filter{h5.Deflate(1)}, func(content []byte, address, size int) { copy(content[address+10:], "garbage, and more of it") }, "deflated chunk"},
		{"adler", []h5.Filter{h5.Deflate(1)}, func(content []byte, address, size int) { content[address+size-1]++ }, "checksum does not match"},
		{"header", []h5.Filter{h5.Deflate(1)}, func(content []byte, address, size int) { content[address] = 0 }, "not"},
		{"fletcher", []h5.Filter{h5.Fletcher32}, func(content []byte, address, size int) { content[address+7]++ }, "checksum is"},
		{"far", nil, setAddress(1 << 40), "1099511627776"},
		{"absurd", nil, setAddress(1<<63 + 5), "at"},
		{"near the end", nil, func(content []byte, address, size int) {
			setAddress(uint64(len(content)-10))(content, address, size)
		}, "bytes at"},
		{"far, deflated", []h5.Filter{h5.Deflate(1)}, setAddress(1 << 40), "1099511627776"},
		{"long", []h5.Filter{h5.Deflate(1)}, func(content []byte, address, size int) {
			entry := bytes.Index(content, binary.LittleEndian.AppendUint32(nil, uint32(size)))
			for ; !bytes.Equal(content[entry+32:entry+40], binary.LittleEndian.AppendUint64(nil, uint64(address))); entry++ {
			}
			binary.LittleEndian.PutUint32(content[entry:], 1<<31)
		}, "2147483648 bytes"},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "data.h5")
			w, err := h5.Create(path)
			if err != nil {
				t.Fatal(err)
			}
			if err := h5.Put(w, "x", []int{rows, cols}, values, h5.Layout{Chunk: []int{1, cols}, Filters: c.filters}); err != nil {
				t.Fatal(err)
			}
			good := dataset(t, finish(t, w, path))
			d := damaged(t, good, func(content []byte, parts [][2]int) { c.damage(content, parts[5][0], parts[5][1]) })
			row := func(at int) h5.Region {
				return h5.Region{Start: []int{at, 0}, Count: []int{1, cols}, Step: []int{1, 1}}
			}
			out := make([]uint16, cols)
			if err := h5.Read(d, row(4), out); err != nil || !slices.Equal(out, values[4*cols:5*cols]) {
				t.Errorf("the row before: %v", err)
			}
			err = h5.Read(d, row(5), out)
			if !errors.Is(err, h5.ErrCorrupt) || !strings.Contains(err.Error(), c.text) || !strings.Contains(err.Error(), d.File().Path()+": cannot read x") {
				t.Errorf("%v, expected ErrCorrupt, the path, the dataset and %q", err, c.text)
			}
			if _, lent, ok := h5.Lend[uint16](d, 5, 1, 1); ok && c.name != "fletcher" {
				t.Error("the row is lent", lent.Return())
			}
		})
	}
}

func dataset(t *testing.T, f *h5.File) *h5.Dataset {
	t.Helper()
	d, err := f.Dataset("x")
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// damaged opens a dataset in a copy of its file that damage has changed, knowing
// where the chunks are.
func damaged(t *testing.T, good *h5.Dataset, damage func(content []byte, chunks [][2]int)) *h5.Dataset {
	t.Helper()
	chunks, err := h5.Chunks(good)
	if err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(good.File().Path())
	if err != nil {
		t.Fatal(err)
	}
	damage(content, chunks)
	path := filepath.Join(t.TempDir(), "bad.h5")
	if err := os.WriteFile(path, content, 0o644); err != nil {
		t.Fatal(err)
	}
	f, err := h5.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return dataset(t, f)
}

// setAddress makes the index say that a chunk is elsewhere.
func setAddress(to uint64) func(content []byte, address, size int) {
	return func(content []byte, address, size int) {
		at := bytes.Index(content, binary.LittleEndian.AppendUint64(nil, uint64(address)))
		binary.LittleEndian.PutUint64(content[at:], to)
	}
}

// TestDamagedIndex has indexes of newer structures say that a chunk is where another
// one is. Their checksums tell.
func TestDamagedIndex(t *testing.T) {
	for kind, most := range map[string][]int{"fixed array": {90, 2}, "extensible array": {0, 2}, "B-tree 2": {0, 0}} {
		path := filepath.Join(t.TempDir(), "data.h5")
		w, err := h5.CreateAs(path, h5.Form{Newest: true})
		if err != nil {
			t.Fatal(err)
		}
		if err := h5.Put(w, "x", []int{90, 2}, make([]uint16, 180), h5.Layout{Chunk: []int{1, 2}, Most: most}); err != nil {
			t.Fatal(err)
		}
		good := dataset(t, finish(t, w, path))
		if got := h5.IndexKind(good); got != kind {
			t.Errorf("%s: it is %s", kind, got)
		}
		d := damaged(t, good, func(content []byte, parts [][2]int) {
			setAddress(uint64(parts[3][0]))(content, parts[80][0], parts[80][1])
		})
		if _, err := h5.ReadAll[uint16](d); err == nil || !strings.Contains(err.Error(), "checksum") {
			t.Errorf("%s: %v, expected a wrong checksum", kind, err)
		}
	}
}
