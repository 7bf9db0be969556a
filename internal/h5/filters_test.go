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

	"github.com/klauspost/compress/zlib"
	"pgregory.net/rapid"

	"extrapasha/internal/h5"
)

func deflated(data []byte) []byte {
	var out bytes.Buffer
	w := zlib.NewWriter(&out)
	_, _ = w.Write(data)
	_ = w.Close()
	return out.Bytes()
}

func shuffled(data []byte, element int) []byte {
	out := slices.Clone(data)
	n := len(data) / element
	if n > 1 {
		for i := range n * element {
			out[i%element*n+i/element] = data[i]
		}
	}
	return out
}

// checksummed adds the checksum, word by word as its definition has it.
func checksummed(data []byte) []byte {
	var first, second uint64
	for i := 0; i < len(data); i += 2 {
		word := uint64(data[i]) << 8
		if i+1 < len(data) {
			word |= uint64(data[i+1])
		}
		if first += word; first > 65535 {
			first -= 65535
		}
		if second += first; second > 65535 {
			second -= 65535
		}
	}
	return binary.LittleEndian.AppendUint32(slices.Clone(data), uint32(second<<16|first))
}

// lzf compresses: literals, and references to runs of what came three bytes before.
func lzf(data []byte) (out []byte) {
	for at := 0; at < len(data); {
		n := 0
		for at >= 3 && at+n < len(data) && n < 264 && data[at+n] == data[at+n-3] {
			n++
		}
		switch {
		case n >= 9:
			out = append(out, 7<<5, byte(n-9), 2)
		case n >= 3:
			out = append(out, byte(n-2)<<5, 2)
		default:
			n = min(7, len(data)-at)
			out = append(append(out, byte(n-1)), data[at:at+n]...)
		}
		at += n
	}
	return out
}

// TestUndo undoes filters in any order on data of any size.
func TestUndo(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		data := rapid.SliceOfN(rapid.SampledFrom([]byte{0, 0, 0, 1, 200, 255}), 1, 3000).Draw(t, "data")
		element := rapid.IntRange(1, 20).Draw(t, "element")
		names := rapid.SliceOfN(rapid.SampledFrom([]string{"shuffle", "fletcher", "compress"}), 0, 4).Draw(t, "filters")
		stored := slices.Clone(data)
		var filters []h5.Filter
		compressed := false
		for _, name := range names {
			switch {
			case name == "shuffle":
				filters, stored = append(filters, h5.Shuffle), shuffled(stored, element)
			case name == "fletcher":
				filters, stored = append(filters, h5.Fletcher32), checksummed(stored)
			case compressed: // there can be one only
			case rapid.Bool().Draw(t, "lzf"):
				filters, stored, compressed = append(filters, h5.LZF), lzf(stored), true
			default:
				filters, stored, compressed = append(filters, h5.Deflate(6)), deflated(stored), true
			}
		}
		got := make([]byte, len(data))
		if err := h5.Undo(filters, element, slices.Clone(stored), got); err != nil || !bytes.Equal(got, data) {
			t.Fatalf("%v of elements of %d bytes: %v, %v\nwant %v", names, element, err, got, data)
		}
		// A damaged chunk is an error or other data, never a crash. With a
		// checksum it is an error.
		at := rapid.IntRange(0, len(stored)-1).Draw(t, "at")
		change := byte(rapid.IntRange(1, 255).Draw(t, "change"))
		stored[at] ^= change
		err := h5.Undo(filters, element, stored, got)
		if err != nil && !errors.Is(err, h5.ErrCorrupt) {
			t.Fatal(err)
		}
		if n := len(filters); n > 0 && filters[n-1] == h5.Fletcher32 && err == nil && (change != 255 || at%2 == 1) {
			// Fletcher's sums take 0 and 65535 for the same.
			if !bytes.Equal(got, data) && !bytes.Contains(stored, []byte{255, 255}) && !bytes.Contains(stored, []byte{0, 0}) {
				t.Fatalf("byte %d changed by %d is not noticed", at, change)
			}
		}
	})
}

// TestSkippedFilters reads chunks for which some filters were not used, and LZF,
// which libhdf5 reads with our filter.
func TestSkippedFilters(t *testing.T) {
	const rows, cols = 4, 64
	values := make([]uint16, rows*cols)
	for i := range values {
		values[i] = uint16(i * i / 9)
	}
	raw := make([]byte, 2*cols)
	stages := []func([]byte) []byte{func(b []byte) []byte { return shuffled(b, 2) }, deflated, checksummed}
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
		if err := d.WriteChunk([]int{row, 0}, 0, lzf(raw)); err != nil {
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
