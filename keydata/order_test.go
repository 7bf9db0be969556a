package keydata_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"extrapasha/internal/mockrun"
	"extrapasha/keydata"
	psh "extrapasha/pasha"
)

// backwards is a selection that steps backwards.
func backwards(ids []uint64) ([]uint64, error) {
	picked := slices.Clone(ids)
	slices.Reverse(picked)
	return picked, nil
}

// TestSelectionOrder selects trains backwards and more than once: they are visited so,
// and all data has each once, in ascending order.
func TestSelectionOrder(t *testing.T) {
	config := mockrun.Small()
	config.Trains, config.TrainsPerFile, config.MissingTrains = 12, 5, 0.3
	files, trainIDs := open(t, config)
	key := newKey[uint16](t, files, trainIDs, mockrun.Camera(1), "data.image.pixels")
	rapid.Check(t, func(t *rapid.T) {
		positions := rapid.SliceOf(rapid.IntRange(-len(trainIDs), len(trainIDs)-1)).Draw(t, "positions")
		part, err := key.SelectTrains(keydata.ByIndices(positions...))
		if err == nil && rapid.Bool().Draw(t, "backwards") {
			part, err = part.SelectTrains(backwards)
		}
		if err != nil {
			t.Fatal(err)
		}
		checkOrder(t, key.KeyData, part)
	})
}

// checkOrder compares a part of a key to the key.
func checkOrder(t *rapid.T, whole, part *keydata.KeyData) {
	ids := slices.Clone(part.TrainIDs())
	slices.Sort(ids)
	once, err := whole.SelectTrains(keydata.ByIDs(ids...))
	if err != nil {
		t.Fatal(err)
	}
	typed, _ := keydata.As[uint16](part)
	all, err := typed.Read()
	if err != nil {
		t.Fatalf("%v: %v", part.TrainIDs(), err)
	}
	if diff := cmp.Diff(once.TrainIDCoordinates(), part.TrainIDCoordinates()); diff != "" || !slices.Equal(once.Shape(), all.Shape()) {
		t.Fatalf("%v: all data is of other trains: %s", part.TrainIDs(), diff)
	}
	starts, stops := part.TrainIndexBounds()
	counts, passed, in := part.DataCounts(), part.Passed(), part.InFiles()
	var visited []uint64
	err = psh.Map(func(_, i int, train keydata.Entries[uint16]) error {
		visited = append(visited, train.TrainID)
		if train.TrainID != part.TrainIDs()[i] || train.Len() != counts[i] || !passed[i] || !in[i] {
			t.Fatalf("train %d at %d has %d entries: %v %v", train.TrainID, i, train.Len(), passed[i], in[i])
		}
		array := train.Array()
		size := array.Size() / train.Len()
		if !slices.Equal(array.Data, all.Data[starts[i]*size:stops[i]*size]) {
			t.Fatalf("train %d has not the data between its bounds", train.TrainID)
		}
		return nil
	}, typed, psh.On(psh.Serial()))
	if err != nil {
		t.Fatal(err)
	}
	err = psh.Map(func(_, i int, entry keydata.Entry[uint16]) error {
		size := entry.Size()
		if entry.TrainID != part.TrainIDs()[entry.Train] || !slices.Equal(entry.Data, all.Data[i*size:][:size]) {
			t.Fatalf("entry %d of train %d at %d has not the data of its row", i, entry.TrainID, entry.Train)
		}
		return nil
	}, typed.ByEntry(), psh.On(psh.Serial()))
	if err != nil {
		t.Fatal(err)
	}
	var want []uint64
	for i, id := range part.TrainIDs() {
		if counts[i] > 0 {
			want = append(want, id)
		}
	}
	if !slices.Equal(visited, want) {
		t.Fatalf("visited %v, want %v", visited, want)
	}
	for _, id := range part.TrainIDs() {
		if train, err := typed.TrainByID(id); err != nil || train.TrainID != id {
			t.Fatalf("train %d by its ID: %v, %v", id, train.TrainID, err)
		}
	}
}

// TestSelectTrains is what selections pick, also of trains that are not in order.
func TestSelectTrains(t *testing.T) {
	labelled := func(ids []uint64, mask ...bool) keydata.TrainSelection {
		array, err := psh.NewArray(mask, len(mask))
		if err != nil {
			t.Fatal(err)
		}
		l, err := psh.NewLabelled(array, []string{"trainId"}, map[string]any{"trainId": ids})
		if err != nil {
			t.Fatal(err)
		}
		return keydata.ByLabelledMask(l)
	}
	up, down, twice := []uint64{10, 11, 12, 14}, []uint64{14, 12, 11, 10}, []uint64{10, 10, 12, 12}
	for name, test := range map[string]struct {
		trains   keydata.TrainSelection
		of, want []uint64
	}{
		"positions":              {keydata.ByIndices(3, 1, 1, -1), up, []uint64{11, 11, 14, 14}},
		"positions of reversed":  {keydata.ByIndices(0, 1), down, []uint64{12, 14}},
		"range of reversed":      {keydata.ByIndex(psh.Span(1, 3)), down, []uint64{12, 11}},
		"IDs":                    {keydata.ByID(11, 14, 1), up, []uint64{11, 12}},
		"IDs of reversed":        {keydata.ByID(11, 15, 2), down, []uint64{14, 11}},
		"IDs of repeated":        {keydata.ByID(11, keydata.LastID, 1), twice, []uint64{12, 12}},
		"IDs that are not there": {keydata.ByID(13, 14, 1), up, nil},
		"list of IDs":            {keydata.ByIDs(14, 10, 10, 5), down, []uint64{10, 14}},
		"labelled mask":          {labelled([]uint64{1, 11, 12, 14}, true, false, true, true), up, []uint64{12, 14}},
		"mask by entry":          {labelled([]uint64{11, 11, 12}, false, true, false), up, []uint64{11}},
		"nothing marked":         {labelled([]uint64{11}, false), up, nil},
	} {
		got, err := test.trains(test.of)
		if err != nil || !slices.Equal(got, test.want) {
			t.Errorf("%s of %v: %v, %v; want %v", name, test.of, got, err, test.want)
		}
	}
	if _, err := keydata.ByLabelledMask(psh.Labelled[bool]{})(up); !errors.Is(err, keydata.ErrSelection) {
		t.Errorf("a mask without labels: %v", err)
	}
}

func TestFindTrainOutOfOrder(t *testing.T) {
	down := []uint64{14, 12, 11, 11, 10}
	for want, id := range map[int]uint64{0: 14, 1: 12, 4: 10} {
		if position, err := keydata.FindTrain(down, id); err != nil || position != want {
			t.Errorf("train %d: %d, %v", id, position, err)
		}
	}
	var unknown *keydata.TrainIDError
	if _, err := keydata.FindTrain(down, 13); !errors.As(err, &unknown) || unknown.First != 10 || unknown.Last != 14 || !slices.Equal(unknown.Closest, []uint64{12, 14}) {
		t.Errorf("train 13: %v", err)
	}
}

// TestPerTrainOutOfOrder is one value for each train, as often as it is selected.
func TestPerTrainOutOfOrder(t *testing.T) {
	files, trainIDs := open(t, mockrun.Small())
	key := newKey[float64](t, files, trainIDs, mockrun.Motor(1), "actualPosition.value").KeyData
	all, _, err := keydata.PerTrain[float64](key)
	if err != nil {
		t.Fatal(err)
	}
	part, err := key.SelectTrains(keydata.ByIndices(4, 1, 1))
	if err == nil {
		part, err = part.SelectTrains(backwards)
	}
	if err != nil {
		t.Fatal(err)
	}
	values, there, err := keydata.PerTrain[float64](part)
	want := []float64{all.Data[4], all.Data[1], all.Data[1]}
	if err != nil || !slices.Equal(values.Data, want) || slices.Contains(there, false) {
		t.Errorf("%v %v, %v; want %v", values.Data, there, err, want)
	}
}
