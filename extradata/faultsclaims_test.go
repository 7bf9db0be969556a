package extradata_test

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
	"time"

	"github.com/google/go-cmp/cmp"

	"extrapasha/extradata"
	psh "extrapasha/pasha"
)

// TestFaultClaims has INDEX and METADATA that claim more than a file can have.
func TestFaultClaims(t *testing.T) {
	for _, row := range []string{"tid40", "tid61", "flag40", "strings40"} {
		t.Run(row, func(t *testing.T) {
			dir := faultRow(t, "claims/"+row)
			good := faultRow(t, "two_files/run")
			if err := os.Rename(filepath.Join(good, faultSecond), filepath.Join(dir, faultSecond)); err != nil {
				t.Fatal(err)
			}
			told := notices(t)
			frugal(t, func() {
				_, err := extradata.H5File(filepath.Join(dir, faultFile))
				tells(t, err, faultFile)
			})
			frugal(t, func() {
				run, err := extradata.RunDirectory(dir)
				if err != nil {
					t.Error(err)
					return
				}
				defer run.Close()
				if diff := cmp.Diff(count(faultFirst+faultTrains, faultTrains), run.TrainIDs()); diff != "" {
					t.Error(diff)
				}
			})
			if missing := lacks(told(), "level=WARN", faultFile); missing != nil {
				t.Errorf("the warning %q does not tell %q", told(), missing)
			}
		})
	}
}

// TestFaultClaimedEntries has entries that no memory holds: in processes of their
// own, since memory that is not there ends a program.
func TestFaultClaimedEntries(t *testing.T) {
	for row, size := range map[string]string{"entry40": "1099511627776", "entry63": "2147483648 2147483648"} {
		t.Run(row, func(t *testing.T) {
			if !apart(t) {
				return
			}
			run := faultRun(t, faultRow(t, "claims/"+row))
			frugal(t, func() {
				reads(t, run, "data.energy", ramp(0, faultTrains))
				refuses[uint64](t, run, "data.huge", nil, size)
			})
		})
	}
}

// TestFaultClaimedChunks has as many chunks as 32 bits can count, next to none of
// which were written.
func TestFaultClaimedChunks(t *testing.T) {
	for _, row := range []string{"chunks32", "tree2"} {
		t.Run(row, func(t *testing.T) {
			run := faultRun(t, faultRow(t, "claims/"+row))
			sparse, err := extradata.Key[uint8](run, faultCamera, "data.sparse")
			if err != nil {
				t.Fatal(err)
			}
			frugal(t, func() {
				got, err := sparse.Read(psh.Span(0, 4))
				want := make([]uint8, 4*faultTrains)
				if row == "tree2" {
					want[0], want[1] = 1, 1
				}
				if err != nil || !slices.Equal(got.Data, want) {
					t.Errorf("a corner: %v, %v", got.Data, err)
				}
			})
		})
	}
}

// TestFaultFirstCall maps over trains of 2²⁸ chunks: the first call comes before much
// was done or taken for them but for the memory of the train.
func TestFaultFirstCall(t *testing.T) {
	for _, row := range []string{"chunks32", "tree2"} {
		t.Run(row, func(t *testing.T) {
			if testing.Short() || !apart(t) {
				return
			}
			run := faultRun(t, faultRow(t, "claims/"+row))
			sparse, err := extradata.Key[uint8](run, faultCamera, "data.sparse")
			if err != nil {
				t.Fatal(err)
			}
			errFirst := errors.New("the first call")
			began, before := time.Now(), resident(t)
			err = sparse.Walk(psh.Share{Stop: 1}, func(_ int, train extradata.Entries[uint8]) error {
				if row == "tree2" && train.Array().Data[1] != 1 {
					t.Errorf("it begins with %v", train.Array().Data[:4])
				}
				return errFirst
			})
			if !errors.Is(err, errFirst) {
				t.Error(err)
			}
			if took := time.Since(began); took > 10*time.Second {
				t.Errorf("it came after %v", took)
			}
			if grown := resident(t) - before; grown > 512<<20 {
				t.Errorf("the process grew by %d bytes", grown)
			}
		})
	}
}

// resident is how much memory this process has.
func resident(t testing.TB) int {
	t.Helper()
	text, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		t.Fatal(err)
	}
	var size, pages int
	if _, err := fmt.Sscan(string(text), &size, &pages); err != nil {
		t.Fatal(err)
	}
	return pages * os.Getpagesize()
}

// TestFaultInflated has chunks of 2 GiB whose deflated bytes give one.
func TestFaultInflated(t *testing.T) {
	run := faultRun(t, faultRow(t, "claims/inflated"))
	inflated, err := extradata.Key[uint8](run, faultCamera, "data.inflated")
	if err != nil {
		t.Fatal(err)
	}
	frugal(t, func() {
		_, err := inflated.Read(psh.Span(0, 4))
		tells(t, err, faultCamera, "data.inflated", faultFile)
		if !errors.Is(err, extradata.ErrCorrupt) {
			t.Errorf("%v is not ErrCorrupt", err)
		}
	})
}

// TestFaultHeap changes each byte of what is around texts of variable length.
func TestFaultHeap(t *testing.T) {
	want := make([]string, faultTrains)
	for i := range want {
		want[i] = fmt.Sprintf("text %d%s", i, strings.Repeat("x", 3*i))
	}
	path := filepath.Join(faultRow(t, "heap"), faultFile)
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	begin, end := bytes.Index(content, []byte("GCOL")), bytes.Index(content, []byte(want[faultTrains-1]))
	for at := begin; at < end; at++ {
		if slices.ContainsFunc(want, func(text string) bool {
			from := bytes.Index(content, []byte(text))
			return at >= from && at < from+len(text)
		}) {
			continue
		}
		for _, change := range []byte{0x01, 0x02, 0x04, 0x80, 0xff} {
			damaged := bytes.Clone(content)
			damaged[at] ^= change
			if err := os.WriteFile(path, damaged, 0o644); err != nil {
				t.Fatal(err)
			}
			frugal(t, func() { checkHeap(t, path, want, fmt.Sprintf("byte %d changed by %#x", at-begin, change)) })
		}
	}
}

func checkHeap(t testing.TB, path string, want []string, what string) {
	run, err := extradata.H5File(path)
	if err != nil {
		t.Error(what, err)
		return
	}
	defer run.Close()
	for name, way := range ways[string](run, "data.text") {
		got, err := way()
		if err == nil && !slices.Equal(got, want) || err != nil && !errors.Is(err, extradata.ErrCorrupt) {
			t.Errorf("%s, by %s: %q, %v", what, name, got, err)
		}
	}
}

// TestFaultChunkKeys has chunks of one by two of 6 by 4 elements, whose B-tree is
// damaged.
func TestFaultChunkKeys(t *testing.T) {
	const entry = 8 + 8*3 + 8 // size and filters, coordinates, address
	key := func(tree []byte, i int) []byte { return tree[24+entry*i:][:8+8*3] }
	element := func(tree []byte, i, axis int) []byte { return key(tree, i)[8+8*axis:] }
	for name, change := range map[string]func(tree []byte){
		"swapped": func(tree []byte) {
			first := bytes.Clone(key(tree, 3))
			copy(key(tree, 3), key(tree, 4))
			copy(key(tree, 4), first)
		},
		"the same twice":    func(tree []byte) { copy(key(tree, 4), key(tree, 3)) },
		"outside":           func(tree []byte) { binary.LittleEndian.PutUint64(element(tree, 11, 0), faultTrains) },
		"outside on axis 1": func(tree []byte) { binary.LittleEndian.PutUint64(element(tree, 11, 1), 4) },
		"far outside":       func(tree []byte) { binary.LittleEndian.PutUint64(element(tree, 11, 0), 1<<63) },
		"at no border":      func(tree []byte) { binary.LittleEndian.PutUint64(element(tree, 3, 1), 3) },
		"in an element":     func(tree []byte) { binary.LittleEndian.PutUint64(element(tree, 3, 2), 1) },
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(faultRow(t, "chunk_keys"), faultFile)
			content, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			change(content[bytes.Index(content, []byte("TREE\x01")):])
			if err := os.WriteFile(path, content, 0o644); err != nil {
				t.Fatal(err)
			}
			run := faultRun(t, filepath.Dir(path))
			reads(t, run, "data.energy", ramp(0, faultTrains))
			refuses[int32](t, run, "data.frame", extradata.ErrCorrupt, faultFile)
		})
	}
}

func TestFaultNoCount(t *testing.T) {
	refuses[float32](t, faultRun(t, faultRow(t, "no_count")), "data.energy", nil, "data/count", faultFile)
}
