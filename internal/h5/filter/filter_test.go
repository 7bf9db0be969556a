package filter_test

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/klauspost/compress/zlib"
	"pgregory.net/rapid"

	"extrapasha/internal/h5/filter"
	"extrapasha/internal/h5/filter/filtertest"
	"extrapasha/internal/h5/format"
)

var (
	deflate    = format.Filter{ID: format.DeflateFilter, Values: []uint32{6}}
	fletcher32 = format.Filter{ID: format.FletcherFilter}
	lzf        = format.Filter{ID: format.LZFFilter}
)

func shuffle(element int) format.Filter {
	return format.Filter{ID: format.ShuffleFilter, Values: []uint32{uint32(element)}}
}

func undo(filters []format.Filter, stored, into []byte) error {
	steps, err := filter.Known(filters)
	if err != nil {
		return err
	}
	return new(filter.Stages).Undo(steps, 0, stored, into)
}

// TestKnown refuses what cannot be undone here.
func TestKnown(t *testing.T) {
	for _, filters := range [][]format.Filter{{{ID: 4}}, {deflate, lzf}, {fletcher32, {ID: 32008}}} {
		if _, err := filter.Known(filters); !errors.Is(err, format.ErrForm) {
			t.Errorf("%v: %v, want ErrForm", filters, err)
		}
	}
	// What is wrong with the parameters tells who uses them.
	wrong := shuffle(0)
	if err := undo([]format.Filter{wrong}, []byte{1, 2}, make([]byte, 2)); !errors.Is(err, format.ErrCorrupt) {
		t.Errorf("%v: %v, want ErrCorrupt", wrong, err)
	}
}

// TestUndo undoes filters in any order on data of any size.
func TestUndo(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		data := rapid.SliceOfN(rapid.SampledFrom([]byte{0, 0, 0, 1, 200, 255}), 1, 3000).Draw(t, "data")
		element := rapid.IntRange(1, 20).Draw(t, "element")
		names := rapid.SliceOfN(rapid.SampledFrom([]string{"shuffle", "fletcher", "compress"}), 0, 4).Draw(t, "filters")
		stored := slices.Clone(data)
		var filters []format.Filter
		compressed := false
		for _, name := range names {
			switch {
			case name == "shuffle":
				filters, stored = append(filters, shuffle(element)), filtertest.Shuffled(stored, element)
			case name == "fletcher":
				filters, stored = append(filters, fletcher32), filtertest.Checksummed(stored)
			case compressed: // there can be one only
			case rapid.Bool().Draw(t, "lzf"):
				filters, stored, compressed = append(filters, lzf), filtertest.LZF(stored), true
			default:
				filters, stored, compressed = append(filters, deflate), filtertest.Deflated(stored), true
			}
		}
		got := make([]byte, len(data))
		if err := undo(filters, slices.Clone(stored), got); err != nil || !bytes.Equal(got, data) {
			t.Fatalf("%v of elements of %d bytes: %v, %v\nwant %v", names, element, err, got, data)
		}
		// A damaged chunk is an error or other data, never a crash. With a
		// checksum it is an error.
		at := rapid.IntRange(0, len(stored)-1).Draw(t, "at")
		change := byte(rapid.IntRange(1, 255).Draw(t, "change"))
		stored[at] ^= change
		err := undo(filters, stored, got)
		if err != nil && !errors.Is(err, format.ErrCorrupt) {
			t.Fatal(err)
		}
		if n := len(filters); n > 0 && filters[n-1].ID == format.FletcherFilter && err == nil && (change != 255 || at%2 == 1) {
			// Fletcher's sums take 0 and 65535 for the same.
			if !bytes.Equal(got, data) && !bytes.Contains(stored, []byte{255, 255}) && !bytes.Contains(stored, []byte{0, 0}) {
				t.Fatalf("byte %d changed by %d is not noticed", at, change)
			}
		}
	})
}

// TestShuffle takes elements of any size apart.
func TestShuffle(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		data := make([]byte, rapid.IntRange(0, 3000).Draw(t, "size"))
		for i := range data {
			data[i] = byte(i * i >> 3)
		}
		element := rapid.OneOf(rapid.IntRange(1, 20), rapid.SampledFrom([]int{2, 4, 8, 16})).Draw(t, "element")
		got := make([]byte, len(data))
		filter.Shuffle(data, element, got)
		if !bytes.Equal(got, filtertest.Shuffled(data, element)) {
			t.Fatalf("%d bytes of elements of %d: %v", len(data), element, got)
		}
	})
}

// TestDeflate deflates data of any size and kind, for zlib to inflate.
func TestDeflate(t *testing.T) {
	var d filter.Deflater
	rapid.Check(t, func(t *rapid.T) {
		size := rapid.IntRange(0, 300_000).Draw(t, "size")
		kinds := rapid.SampledFrom([]int{1, 3, 256}).Draw(t, "different bytes")
		data := make([]byte, size)
		r := rand.New(rand.NewPCG(uint64(size), uint64(kinds)))
		for i := range data {
			data[i] = byte(r.IntN(kinds))
		}
		stored, err := d.Deflate(data, rapid.IntRange(1, 9).Draw(t, "level"))
		if err != nil {
			t.Fatal(err)
		}
		z, err := zlib.NewReader(bytes.NewReader(stored))
		if err != nil {
			t.Fatal(err)
		}
		if got, err := io.ReadAll(z); err != nil || !bytes.Equal(got, data) {
			t.Fatalf("%d bytes of %d kinds: %d, %v", size, kinds, len(got), err)
		}
		if kinds == 1 && size > 1000 && len(stored) > size/10 {
			t.Fatalf("%d equal bytes are %d deflated", size, len(stored))
		}
	})
	for _, level := range []int{0, 10, -1} {
		if _, err := d.Deflate([]byte{1}, level); err == nil {
			t.Errorf("level %d: no error", level)
		}
	}
}
