package keydata_test

import (
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"

	"extrapasha/internal/h5"
	"extrapasha/internal/mockrun"
	"extrapasha/keydata"
	psh "extrapasha/pasha"
)

// TestWaysToReadDebugged finds the same data where kept rows are looked for.
func TestWaysToReadDebugged(t *testing.T) {
	t.Setenv(psh.DebugVariable, "lent")
	TestWaysToRead(t)
}

// layouts are those that are lent in different ways: mapped, read in blocks of many
// trains, all at once, and inflated with those of other trains.
func layouts(t *testing.T) map[string]*keydata.Typed[int32] {
	counts, data := slices.Repeat([]int{2}, 12), make([]int32, 24*1500)
	for i := range data {
		data[i] = int32(i)
	}
	write := func(layout h5.Layout, entry ...int) *keydata.Typed[int32] {
		size := 1
		for _, n := range entry {
			size *= n
		}
		return openData(t, writeData(t, h5.Form{}, counts, append([]int{24}, entry...), data[:24*size], layout))
	}
	return map[string]*keydata.Typed[int32]{
		"mapped":     write(h5.Layout{}, 1500),
		"small":      write(h5.Layout{Chunk: []int{4, 1}}, 2),
		"numbers":    write(h5.Layout{}),
		"compressed": write(h5.Layout{Chunk: []int{10, 1500}, Filters: []h5.Filter{h5.Deflate(1)}}, 1500),
	}
}

// keeper is a kernel that keeps the rows of an item and touches them at a later one.
func keeper(kept *psh.Array[int32], keep, touch int) psh.Kernel[keydata.Entries[int32]] {
	return func(worker, index int, train keydata.Entries[int32]) error {
		switch index {
		case keep:
			*kept = train.Array()
		case touch:
			kept.Data[1]++
		}
		return nil
	}
}

func TestKeptRows(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("rows are poisoned here, and nobody notices")
	}
	for name, k := range layouts(t) {
		t.Run(name, func(t *testing.T) {
			var kept psh.Array[int32]
			if err := psh.Map(keeper(&kept, 2, 5), k, psh.On(psh.Serial())); err != nil {
				t.Fatalf("without %s: %v", psh.DebugVariable, err)
			}
			t.Setenv(psh.DebugVariable, "lent")
			for _, c := range []struct{ keep, touch int }{{2, 3}, {0, 11}, {5, 6}} {
				err := psh.Map(keeper(&kept, c.keep, c.touch), k, psh.On(psh.Serial()))
				want := fmt.Sprintf("item %d (train %d) touches rows of %s, data.pixels lent for item %d (train %d), which end with the kernel: Copy to keep",
					c.touch, firstTrain+c.touch, source, c.keep, firstTrain+c.keep)
				var failed *psh.MapError
				if !errors.Is(err, keydata.ErrKept) || !strings.Contains(err.Error(), want) || !errors.As(err, &failed) || failed.Index != c.touch {
					t.Errorf("%v, want ErrKept: %s", err, want)
				}
			}
			if err := psh.Map(keeper(&kept, 4, 4), k, psh.On(psh.Threads(3))); err != nil {
				t.Errorf("nothing is touched later: %v", err)
			}
			err := psh.Map(func(worker, index, value int) error { kept.Data[0]++; return nil }, psh.Range(0, 3, 1), psh.On(psh.Threads(2)))
			if !errors.Is(err, keydata.ErrKept) || !strings.Contains(err.Error(), fmt.Sprintf("lent for item 4 (train %d)", firstTrain+4)) {
				t.Errorf("in another map: %v, want ErrKept", err)
			}
		})
	}
}

// TestKeptStrings keeps an array of strings; the strings in it are the kernel's.
func TestKeptStrings(t *testing.T) {
	t.Setenv(psh.DebugVariable, "lent")
	files, trainIDs := open(t, mockrun.Small())
	state := newKey[string](t, files, trainIDs, mockrun.XGM, "state.value")
	var kept psh.Array[string]
	var text string
	err := psh.Map(func(worker, index int, train keydata.Entries[string]) error {
		if index == 1 {
			kept, text = train.Array(), train.Array().Data[0]
		}
		return nil
	}, state, psh.On(psh.Serial()))
	if err != nil || text != "ON" || !strings.Contains(kept.Data[0], fmt.Sprintf("lent for item 1 (train %d)", trainIDs[1])) {
		t.Errorf("%v: %q, array %q", err, text, kept.Data)
	}
}

func TestDebugVariable(t *testing.T) {
	t.Setenv(psh.DebugVariable, "lend")
	err := psh.Map(func(worker, index, value int) error { return nil }, psh.Range(0, 3, 1))
	if err == nil || !strings.Contains(err.Error(), `PASHA_DEBUG is "lend", expected "lent"`) {
		t.Errorf("%v, want what it may be", err)
	}
}
