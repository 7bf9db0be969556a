package h5_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"extrapasha/internal/h5"
)

// TestLibraryCut has libhdf5 read a file that was cut short when it had it open. What it
// hears is an error: zeros, which its own driver makes, it hangs on or crashes in.
func TestLibraryCut(t *testing.T) {
	content := must(os.ReadFile(testRun))
	path, cuts := filepath.Join(t.TempDir(), "cut.h5"), 200
	for cut := range cuts {
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		file := must(h5.Open(path))
		var datasets []*h5.Dataset
		for _, name := range must(file.Datasets("/")) {
			datasets = append(datasets, must(file.Once(name)))
		}
		failed := 0
		for i, d := range datasets {
			if i == 1 {
				if err := os.Truncate(path, int64(len(content)*cut/cuts)); err != nil {
					t.Fatal(err)
				}
			}
			if _, err := h5.LibraryAny(d); err != nil {
				failed++
			}
		}
		if failed == 0 {
			t.Errorf("all is read of %d of %d parts", cut, cuts)
		}
		file.Close()
	}
}

// TestLibraryHeap has libhdf5 read texts of which the heap never comes to its end.
func TestLibraryHeap(t *testing.T) {
	path := filepath.Join(t.TempDir(), "heap.h5")
	w := must(h5.Create(path))
	if err := errors.Join(h5.PutStrings(w, "texts", []int{2}, []string{"one", "two"}, h5.Layout{}), w.Close()); err != nil {
		t.Fatal(err)
	}
	content := must(os.ReadFile(path))
	const header = 16
	free := bytes.Index(content, []byte("GCOL")) + header
	for content[free] != 0 { // the number of an object
		free += header + int(binary.LittleEndian.Uint64(content[free+8:])+7)/8*8
	}
	for size, damaged := range map[uint64]bool{0: true, header - 1: true, 1 << 40: true, binary.LittleEndian.Uint64(content[free+8:]): false} {
		binary.LittleEndian.PutUint64(content[free+8:], size)
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		file := must(h5.Open(path))
		if texts, err := h5.LibraryAny(must(file.Once("texts"))); (err != nil) != damaged {
			t.Errorf("a free object of %d bytes: %v, %v", size, texts, err)
		}
		file.Close()
	}
}
