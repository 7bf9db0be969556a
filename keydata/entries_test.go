package keydata_test

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"pgregory.net/rapid"

	"extrapasha/internal/h5"
	"extrapasha/keydata"
	psh "extrapasha/pasha"
	"extrapasha/run"
)

// TestEntries reads the entries of trains of any layout one by one, in any order and
// mixed with whole trains, and works on them in place.
func TestEntries(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		d := draw(t, rt)
		asked := rapid.SliceOfN(rapid.IntRange(-1, 39), 1, 8).Draw(rt, "asked") // -1 for all in one piece
		inOrder := rapid.Bool().Draw(rt, "in order")
		var visited atomic.Int64
		kernel := func(worker, index int, train keydata.Entries[int32]) error {
			visited.Add(int64(train.Len()))
			rows := d.data[d.starts[index]*d.size : d.ends[index]*d.size]
			if want := append([]int{d.counts[index]}, d.shape...); !slices.Equal(train.Shape(), want) || train.TrainID != d.k.TrainIDs()[index] {
				return fmt.Errorf("train %d of shape %v, want %v", train.TrainID, train.Shape(), want)
			}
			if inOrder {
				for i, entry := range train.All() {
					if err := likeRow(entry, d.shape, d.row(d.starts[index]+i)); err != nil {
						return err
					}
				}
				return nil
			}
			last := -2
			for _, number := range asked {
				if number >= train.Len() || number == last || train.Len() == 1 && last > -2 {
					continue // what is asked for twice in a row is what it was made
				}
				last = number
				if number < 0 {
					if whole := train.Array(); !slices.Equal(whole.Data, rows) || !slices.Equal(whole.Shape(), train.Shape()) {
						return fmt.Errorf("in one piece: %v, want %v", whole.Data, rows)
					}
					clear(train.Array().Data)
				} else {
					if err := likeRow(train.Entry(number), d.shape, d.row(d.starts[index]+number)); err != nil {
						return err
					}
				}
			}
			return nil
		}
		workers := rapid.SampledFrom([]int{1, 3}).Draw(rt, "workers")
		if err := psh.Map(kernel, d.k, psh.On(psh.Threads(workers))); err != nil || int(visited.Load()) != d.rows {
			rt.Fatalf("%d of %d entries, %v", visited.Load(), d.rows, err)
		}
	})
}

// likeRow compares an entry with what it should be, and changes it.
func likeRow(entry psh.Array[int32], shape []int, want []int32) error {
	if !slices.Equal(entry.Data, want) || !slices.Equal(entry.Shape(), shape) {
		return fmt.Errorf("entry of shape %v, %v, want %v, %v", entry.Shape(), entry.Data, shape, want)
	}
	clear(entry.Data)
	return nil
}

// TestByEntry maps over entries, all or some, of data of any layout.
func TestByEntry(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		d := draw(t, rt)
		functor, want := d.k.ByEntry(), []int{}
		for i := range d.rows {
			want = append(want, i)
		}
		for range rapid.IntRange(0, 2).Draw(rt, "selections") {
			functor, want = d.choose(rt, functor, want)
		}
		var ids []uint64
		for _, entry := range want {
			ids = append(ids, d.k.TrainIDCoordinates()[entry])
		}
		if functor.Len() != len(want) || !slices.Equal(functor.TrainIDs(), ids) {
			rt.Fatalf("%d entries of trains %v, want %d of %v", functor.Len(), functor.TrainIDs(), len(want), ids)
		}
		visited := make([]atomic.Int32, len(want))
		err := psh.Map(func(worker, index int, entry keydata.Entry[int32]) error {
			visited[index].Add(1)
			if entry.TrainID != ids[index] || d.k.TrainIDs()[entry.Train] != entry.TrainID || d.starts[entry.Train]+entry.Number != want[index] {
				return fmt.Errorf("entry %d of train %d, at index %d", entry.Number, entry.TrainID, index)
			}
			return likeRow(entry.Array, d.shape, d.row(want[index]))
		}, functor, psh.On(psh.Threads(rapid.SampledFrom([]int{1, 3}).Draw(rt, "workers"))))
		if err != nil {
			rt.Fatal(err)
		}
		for i := range visited {
			if visited[i].Load() != 1 {
				rt.Fatalf("entry %d was visited %d times", i, visited[i].Load())
			}
		}
		cuts := functor.Cuts()
		if !slices.IsSorted(cuts) || len(cuts) > 0 && (cuts[0] < 0 || cuts[len(cuts)-1] >= functor.Len()) {
			rt.Fatalf("cuts %v of %d entries", cuts, functor.Len())
		}
	})
}

// choose picks some of the entries, and tells which of all are left.
func (d drawn) choose(rt *rapid.T, from *keydata.ByEntry[int32], have []int) (*keydata.ByEntry[int32], []int) {
	left := []int{}
	var picked *keydata.ByEntry[int32]
	var err error
	switch rapid.IntRange(0, 2).Draw(rt, "by") {
	case 0:
		start, stop := rapid.IntRange(-5, 6).Draw(rt, "start"), rapid.IntRange(-5, 45).Draw(rt, "stop")
		step := rapid.IntRange(1, 3).Draw(rt, "step")
		picked, err = from.Numbers(psh.Span(start, stop).By(step))
		for _, entry := range have {
			train := slices.IndexFunc(d.ends, func(end int) bool { return entry < end })
			begin, count, _, _ := psh.Span(start, stop).By(step).Resolve(d.counts[train])
			if number := entry - d.starts[train] - begin; number >= 0 && number%step == 0 && number/step < count {
				left = append(left, entry)
			}
		}
	case 1:
		mask := rapid.SliceOfN(rapid.Bool(), len(have), len(have)).Draw(rt, "mask")
		picked, err = from.Mask(mask)
		for i, entry := range have {
			if mask[i] {
				left = append(left, entry)
			}
		}
	default:
		if len(have) == 0 {
			return from, have
		}
		indices := rapid.SliceOfN(rapid.IntRange(0, len(have)-1), 0, 30).Draw(rt, "indices")
		picked, err = from.Indices(indices...)
		for _, index := range indices {
			left = append(left, have[index])
		}
	}
	if err != nil {
		rt.Fatal(err)
	}
	return picked, left
}

// TestBadEntries asks for entries that are not there.
func TestBadEntries(t *testing.T) {
	counts := []int{2, 0, 3}
	k := openData(t, writeData(t, h5.Form{}, counts, []int{5, 2}, make([]int32, 10), h5.Layout{}))
	all := k.ByEntry()
	if one, err := all.Numbers(psh.At(2)); err != nil || one.Len() != 1 {
		t.Errorf("the third entry of each train: %v", err)
	}
	for name, err := range map[string]error{
		"mask":    second(all.Mask(make([]bool, 4))),
		"beyond":  second(all.Indices(0, 5)),
		"before":  second(all.Indices(-1)),
		"no step": second(all.Numbers(psh.Every().By(0))),
	} {
		if wanted := map[bool]error{true: keydata.ErrSelection, false: psh.ErrShape}[name == "mask"]; !errors.Is(err, wanted) || !strings.Contains(err.Error(), source) {
			t.Errorf("%s: %v, want %v that names the source", name, err, wanted)
		}
	}
	err := psh.Map(func(worker, index int, train keydata.Entries[int32]) error {
		train.Entry(train.Len())
		return nil
	}, k, psh.On(psh.Serial()))
	if err == nil || !strings.Contains(err.Error(), "entry 2 of a train with 2") {
		t.Errorf("an entry behind the last: %v", err)
	}
}

// damaged is a key of 10 trains of 8 entries, each a deflated chunk, and which of the
// entries cannot be inflated.
func damaged(t *testing.T) (k *keydata.Typed[int32], bad []int) {
	t.Helper()
	data := make([]int32, 80*1000)
	for i := range data {
		data[i] = int32(i * i)
	}
	path := writeData(t, h5.Form{}, slices.Repeat([]int{8}, 10), []int{80, 1000}, data, h5.Layout{Chunk: []int{1, 1000}, Filters: []h5.Filter{h5.Deflate(1)}})
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	copy(content[len(content)/2:], "this is no deflate stream")
	if err := os.WriteFile(path, content, 0o644); err != nil {
		t.Fatal(err)
	}
	k = openData(t, path)
	for i := range 80 {
		one, err := k.ByEntry().Indices(i)
		if err != nil {
			t.Fatal(err)
		}
		if err := psh.Map(func(int, int, keydata.Entry[int32]) error { return nil }, one); err != nil {
			bad = append(bad, i)
		}
	}
	if len(bad) < 1 || len(bad) > 2 {
		t.Fatalf("entries %v are damaged", bad)
	}
	return k, bad
}

// TestLazyEntries shows that only what is asked for is read, and that what cannot be
// read ends the map, whatever the kernel does.
func TestLazyEntries(t *testing.T) {
	k, bad := damaged(t)
	some := func(worker, index int, train keydata.Entries[int32]) error {
		for number := range train.Len() {
			if slices.Contains(bad, index*8+number) {
				continue
			}
			if got, want := train.Entry(number).At(7), int32((index*8+number)*1000+7); got != want*want {
				return fmt.Errorf("%d, want %d", got, want*want)
			}
		}
		return nil
	}
	if err := psh.Map(some, k); err != nil {
		t.Errorf("but for the damaged entries: %v", err)
	}
	var reached atomic.Bool
	for name, kernel := range map[string]psh.Kernel[keydata.Entries[int32]]{
		"all": func(worker, index int, train keydata.Entries[int32]) error {
			for range train.All() {
			}
			if index == bad[0]/8 {
				reached.Store(true)
			}
			return nil
		},
		"array": func(worker, index int, train keydata.Entries[int32]) error {
			train.Array()
			return nil
		},
		"recovers": func(worker, index int, train keydata.Entries[int32]) error {
			defer func() { _ = recover() }()
			for range train.All() {
			}
			return nil
		},
	} {
		err := psh.Map(kernel, k)
		var failed *keydata.Error
		if !errors.Is(err, keydata.ErrCorrupt) || !errors.As(err, &failed) || failed.TrainID != uint64(firstTrain+bad[0]/8) || strings.Contains(err.Error(), "panic") {
			t.Errorf("%s: %v, want ErrCorrupt of train %d", name, err, firstTrain+bad[0]/8)
		}
	}
	if reached.Load() {
		t.Error("the kernel went on behind the damaged entry")
	}
	byEntry := func(worker, index int, entry keydata.Entry[int32]) error { return nil }
	err := psh.Map(byEntry, k.ByEntry())
	var item *psh.MapError
	if !errors.Is(err, keydata.ErrCorrupt) || !errors.As(err, &item) {
		t.Errorf("by entry: %v", err)
	}
	mask := slices.Repeat([]bool{true}, 80)
	for _, i := range bad {
		mask[i] = false
	}
	good, err := k.ByEntry().Mask(mask)
	if err != nil {
		t.Fatal(err)
	}
	if err := psh.Map(byEntry, good); err != nil {
		t.Errorf("all good entries: %v", err)
	}
}

// TestEntriesOfChangedFile cuts a file short between two entries.
func TestEntriesOfChangedFile(t *testing.T) {
	for name, layout := range map[string]h5.Layout{
		"raw":      {Chunk: []int{1, 100000}},
		"deflated": {Chunk: []int{1, 100000}, Filters: []h5.Filter{h5.Deflate(1)}},
	} {
		data := make([]int32, 20*100000)
		for i := range data {
			data[i] = int32(i * i * i)
		}
		path := writeData(t, h5.Form{}, []int{20}, []int{20, 100000}, data, layout)
		k := openData(t, path)
		err := psh.Map(func(worker, index int, train keydata.Entries[int32]) error {
			sum := int32(0)
			for i, entry := range train.All() {
				if i == 3 {
					if err := os.Truncate(path, 4096); err != nil {
						return err
					}
				}
				for _, value := range entry.Data {
					sum += value
				}
			}
			return nil
		}, k)
		var failed *keydata.Error
		if !errors.Is(err, keydata.ErrChanged) || !errors.As(err, &failed) || failed.TrainID != firstTrain {
			t.Errorf("%s: %v, want ErrChanged of the train", name, err)
		}
	}
}

// TestEntriesWithoutAllocation walks over entries that need no memory each.
func TestEntriesWithoutAllocation(t *testing.T) {
	data := make([]int32, 2000*64)
	for name, layout := range map[string]h5.Layout{
		"raw":      {Chunk: []int{1, 64}},
		"deflated": {Chunk: []int{1, 64}, Filters: []h5.Filter{h5.Deflate(1)}},
	} {
		path := writeData(t, h5.Form{}, slices.Repeat([]int{100}, 20), []int{2000, 64}, data, layout)
		file, err := run.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		k := newKey[int32](t, []*run.File{file}, file.TrainIDs(), source, "data.pixels")
		byEntry := k.ByEntry()
		train := func(int, keydata.Entries[int32]) error { return nil }
		walks := map[string]func() error{
			"by train": func() error {
				return k.Walk(psh.Share{Stop: k.Len()}, func(_ int, train keydata.Entries[int32]) error {
					for i := range train.Len() {
						train.Entry(i)
					}
					return nil
				})
			},
			"by entry": func() error {
				return byEntry.Walk(psh.Share{Stop: byEntry.Len()}, func(int, keydata.Entry[int32]) error { return nil })
			},
			"nothing": func() error { return k.Walk(psh.Share{Stop: k.Len()}, train) },
		}
		for way, walk := range walks {
			allocations := testing.AllocsPerRun(3, func() {
				if err := walk(); err != nil {
					t.Error(err)
				}
			})
			if allocations > 50 { // of the walk: there are 2,000 entries
				t.Errorf("%s, %s: %v allocations", name, way, allocations)
			}
		}
		file.Close()
	}
}
