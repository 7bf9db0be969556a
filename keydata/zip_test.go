package keydata_test

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"pgregory.net/rapid"

	"extrapasha/internal/h5"
	"extrapasha/keydata"
	psh "extrapasha/pasha"
)

// beside is two keys of the same trains with entries of their own.
type beside struct {
	counts [2][]int
	keys   [2]*keydata.Typed[int32]
	starts [2][]int // the first row of each train
}

func drawBeside(t *testing.T, rt *rapid.T) (b beside) {
	trains := rapid.IntRange(1, 20).Draw(rt, "trains")
	for i := range b.keys {
		b.counts[i] = rapid.SliceOfN(rapid.SampledFrom([]int{0, 1, 1, 3, 5}), trains, trains).Draw(rt, "counts")
		rows := 0
		for _, count := range b.counts[i] {
			b.starts[i] = append(b.starts[i], rows)
			rows += count
		}
		data := make([]int32, rows*4)
		for j := range data {
			data[j] = int32(j/4*2 + i)
		}
		var layout h5.Layout
		if rapid.Bool().Draw(rt, "deflated") {
			layout = h5.Layout{Chunk: []int{2, 4}, Filters: []h5.Filter{h5.Deflate(1)}}
		}
		b.keys[i] = openData(t, writeData(t, h5.Form{}, b.counts[i], []int{rows, 4}, data, layout))
	}
	return b
}

// check compares an entry of a key with what it should be, and changes it.
func (b beside) check(key, train, number int, entry psh.Array[int32]) error {
	if want := int32((b.starts[key][train]+number)*2 + key); len(entry.Data) != 4 || entry.Data[0] != want || entry.Data[3] != want {
		return fmt.Errorf("key %d, train %d, entry %d: %v, want %d", key, train, number, entry.Data, want)
	}
	clear(entry.Data)
	return nil
}

// TestZip walks over two keys side by side, by train and by entry.
func TestZip(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		b := drawBeside(t, rt)
		zipped, err := keydata.Zip(b.keys[0], b.keys[1])
		if err != nil {
			rt.Fatal(err)
		}
		workers := psh.On(psh.Threads(rapid.SampledFrom([]int{1, 3}).Draw(rt, "workers")))
		var visited atomic.Int64
		err = psh.Map(func(worker, index int, train keydata.Two[int32, int32]) error {
			visited.Add(1)
			if train.TrainID != zipped.TrainIDs()[index] || train.A.Len() != b.counts[0][index] || train.B.Len() != b.counts[1][index] {
				return fmt.Errorf("train %d has %d and %d entries", train.TrainID, train.A.Len(), train.B.Len())
			}
			var err error
			for i := range max(train.A.Len(), train.B.Len()) {
				if i < train.A.Len() {
					err = errors.Join(err, b.check(0, index, i, train.A.Entry(i)))
				}
				if i < train.B.Len() {
					err = errors.Join(err, b.check(1, index, i, train.B.Entry(i)))
				}
			}
			return err
		}, zipped, workers)
		trains, entries := 0, 0
		for i, count := range b.counts[0] {
			if most := max(count, b.counts[1][i]); most > 0 {
				trains++
				entries += most
			}
		}
		if err != nil || int(visited.Load()) != trains {
			rt.Fatalf("%d of %d trains, %v", visited.Load(), trains, err)
		}
		byEntry := zipped.ByEntry()
		visited.Store(0)
		err = psh.Map(func(worker, index int, entry keydata.Side[int32, int32]) error {
			visited.Add(1)
			if entry.HasA != (entry.Number < b.counts[0][entry.Train]) || entry.HasB != (entry.Number < b.counts[1][entry.Train]) {
				return fmt.Errorf("entry %d of train %d: has %v and %v", entry.Number, entry.Train, entry.HasA, entry.HasB)
			}
			var err error
			if entry.HasA {
				err = b.check(0, entry.Train, entry.Number, entry.A)
			}
			if entry.HasB {
				err = errors.Join(err, b.check(1, entry.Train, entry.Number, entry.B))
			}
			return err
		}, byEntry, workers)
		if err != nil || int(visited.Load()) != entries || byEntry.Len() != entries {
			rt.Fatalf("%d of %d entries, %v", visited.Load(), entries, err)
		}
	})
}

// TestZipErrors puts keys side by side that do not fit, or cannot be read.
func TestZipErrors(t *testing.T) {
	k, bad := damaged(t)
	part, err := k.SelectTrains(keydata.ByIndex(psh.Span(0, 3)))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := keydata.Zip(k, &keydata.Typed[int32]{KeyData: part}); !errors.Is(err, keydata.ErrSelection) || !strings.Contains(err.Error(), source) {
		t.Errorf("other trains: %v, want ErrSelection", err)
	}
	if _, err := keydata.Zip3(k, k, &keydata.Typed[int32]{KeyData: part}); !errors.Is(err, keydata.ErrSelection) {
		t.Errorf("three with other trains: %v, want ErrSelection", err)
	}
	three, err := keydata.Zip3(k, k, k)
	if err != nil {
		t.Fatal(err)
	}
	sums := make([]int, k.Len())
	add := func(worker, index int, train keydata.Three[int32, int32, int32]) error {
		sums[index] = train.A.Len() + train.B.Len() + train.C.Len()
		return nil
	}
	if err := psh.Map(add, three); err != nil || slices.Contains(sums, 0) {
		t.Errorf("three, not read: %v, %v", sums, err)
	}
	for name, ofBoth := range map[string]error{
		"three": psh.Map(func(worker, index int, train keydata.Three[int32, int32, int32]) error {
			train.C.Array()
			return nil
		}, three),
		"by entry": func() error {
			two, err := keydata.Zip(k, k)
			if err != nil {
				return err
			}
			return psh.Map(func(int, int, keydata.Side[int32, int32]) error { return nil }, two.ByEntry())
		}(),
	} {
		var failed *keydata.Error
		if !errors.Is(ofBoth, keydata.ErrCorrupt) || !errors.As(ofBoth, &failed) || failed.TrainID != uint64(firstTrain+bad[0]/8) {
			t.Errorf("%s: %v, want ErrCorrupt of the train", name, ofBoth)
		}
	}
}

// TestPerTrain takes one value a train.
func TestPerTrain(t *testing.T) {
	k := openData(t, writeData(t, h5.Form{}, []int{1, 0, 1}, []int{2, 1}, []int32{7, 9}, h5.Layout{}))
	values, there, err := keydata.PerTrain[float64](k.KeyData)
	if err != nil || values.Data[0] != 7 || !math.IsNaN(values.Data[1]) || values.Data[2] != 9 || !slices.Equal(there, []bool{true, false, true}) {
		t.Errorf("%v, %v, %v", values.Data, there, err)
	}
	whole, there, err := keydata.PerTrain[int32](k.KeyData)
	if err != nil || !slices.Equal(whole.Data, []int32{7, 0, 9}) || there[1] {
		t.Errorf("%v, %v, %v", whole.Data, there, err)
	}
	for name, k := range map[string]*keydata.Typed[int32]{
		"images": openData(t, writeData(t, h5.Form{}, []int{1}, []int{1, 2}, []int32{1, 2}, h5.Layout{})),
		"pulses": openData(t, writeData(t, h5.Form{}, []int{1, 2}, []int{3}, []int32{1, 2, 3}, h5.Layout{})),
	} {
		if _, _, err := keydata.PerTrain[float64](k.KeyData); !errors.Is(err, keydata.ErrSelection) || !strings.Contains(err.Error(), source) {
			t.Errorf("%s: %v, want ErrSelection", name, err)
		}
	}
	var wrong *keydata.TypeError
	if _, _, err := keydata.PerTrain[string](k.KeyData); !errors.As(err, &wrong) {
		t.Errorf("as texts: %v, want a TypeError", err)
	}
}
