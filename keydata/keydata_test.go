package keydata_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"go.uber.org/goleak"
	"pgregory.net/rapid"

	"extrapasha/internal/h5"
	"extrapasha/internal/mockrun"
	"extrapasha/keydata"
	psh "extrapasha/pasha"
	"extrapasha/run"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// open makes a run and opens its raw files, with the union of their trains.
func open(t testing.TB, config mockrun.Config) (files []*run.File, trainIDs []uint64) {
	t.Helper()
	root := t.TempDir()
	if err := config.Write(context.Background(), root); err != nil {
		t.Fatal(err)
	}
	files, err := run.OpenDirectory(config.RunDir(root, "raw"), run.Choice{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		for _, file := range files {
			file.Close()
		}
	})
	for _, file := range files {
		trainIDs = append(trainIDs, file.TrainIDs()...)
	}
	slices.Sort(trainIDs)
	return files, slices.Compact(trainIDs)
}

func newKey[T any](t testing.TB, files []*run.File, trainIDs []uint64, source, key string) *keydata.Typed[T] {
	t.Helper()
	files = slices.DeleteFunc(slices.Clone(files), func(f *run.File) bool { return f.Sources()[source] == "" })
	k, err := keydata.New(keydata.Place{Source: source, Key: key, Section: files[0].Sources()[source], Files: files, Suspect: true}, trainIDs)
	if err != nil {
		t.Fatal(err)
	}
	typed, err := keydata.As[T](k)
	if err != nil {
		t.Fatal(err)
	}
	return typed
}

// plain reads a key of a source train by train with nothing but h5.
func plain[T any](t testing.TB, files []*run.File, source, group, key string) map[uint64][]T {
	t.Helper()
	all := map[uint64][]T{}
	read := func(f *h5.File, path string) []uint64 {
		d, err := f.Dataset(path)
		if err != nil {
			t.Fatal(err)
		}
		values, err := h5.ReadAll[uint64](d)
		if err != nil {
			t.Fatal(err)
		}
		return values
	}
	for _, file := range files {
		section := file.Sources()[source]
		if section == "" {
			continue
		}
		f, err := h5.Open(file.Path())
		if err != nil {
			t.Fatal(err)
		}
		ids, first := read(f, "INDEX/trainId"), read(f, "INDEX/"+source+"/"+group+"/first")
		count := read(f, "INDEX/"+source+"/"+group+"/count")
		data, err := f.Dataset(string(section) + "/" + source + "/" + strings.ReplaceAll(key, ".", "/"))
		if err != nil {
			t.Fatal(err)
		}
		values, err := h5.ReadAll[T](data)
		if err != nil {
			t.Fatal(err)
		}
		entry := len(values) / max(data.Shape()[0], 1)
		for i := range count {
			if count[i] > 0 {
				all[ids[i]] = values[int(first[i])*entry : int(first[i]+count[i])*entry]
			}
		}
		f.Close()
	}
	return all
}

// TestIndexIsPosition maps over runs with any part of trains and pulses missing:
// the index is always the position in TrainIDs.
func TestIndexIsPosition(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		config := mockrun.Small()
		config.Rows, config.Cols, config.Cameras, config.Corrected = 4, 3, 1, false
		config.Trains = rapid.IntRange(1, 25).Draw(rt, "trains")
		config.TrainsPerFile = rapid.IntRange(1, 12).Draw(rt, "trains per file")
		config.MissingTrains = rapid.Float64Range(0, 0.9).Draw(rt, "missing trains")
		config.MissingPulses = rapid.Float64Range(0, 1).Draw(rt, "missing pulses")
		config.Seed = rapid.Uint64().Draw(rt, "seed")
		files, trainIDs := open(t, config)
		ctx := psh.Threads(rapid.IntRange(1, 4).Draw(rt, "workers"))

		checkKey[uint16](t, ctx, files, trainIDs, mockrun.Module(0), "image", "image.data")
		checkKey[uint64](t, ctx, files, trainIDs, mockrun.Module(1), "header", "header.pulseCount")
		checkKey[uint16](t, ctx, files, trainIDs, mockrun.Camera(1), "data", "data.image.pixels")
		checkKey[float64](t, ctx, files, trainIDs, mockrun.Motor(1), "", "actualPosition.value")
	})
}

func checkKey[T comparable](t *testing.T, ctx psh.Context, files []*run.File, trainIDs []uint64, source, group, key string) {
	t.Helper()
	k := newKey[T](t, files, trainIDs, source, key)
	want := plain[T](t, files, source, group, key)
	var mutex sync.Mutex
	got := map[uint64][]T{}
	err := psh.Map(func(worker, index int, train keydata.Entries[T]) error {
		mutex.Lock()
		defer mutex.Unlock()
		if trainIDs[index] != train.TrainID {
			t.Errorf("%v: train %d at index %d, which is train %d", k, train.TrainID, index, trainIDs[index])
		}
		got[train.TrainID] = slices.Clone(train.Array().Data)
		return nil
	}, k, psh.On(ctx))
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != len(want) {
		t.Errorf("%v: %d trains came, %d have data", k, len(got), len(want))
	}
	whole, err := k.Read()
	if err != nil {
		t.Fatal(err)
	}
	counts, entry := k.DataCounts(), 1
	for _, length := range k.EntryShape() {
		entry *= length
	}
	at := 0
	for i, id := range trainIDs {
		if !slices.Equal(got[id], want[id]) {
			t.Errorf("%v: train %d came with %v, want %v", k, id, got[id], want[id])
		}
		if counts[i]*entry != len(want[id]) {
			t.Errorf("%v: train %d has %d entries, want %d", k, id, counts[i], len(want[id])/entry)
		}
		if rows := whole.Data[at : at+counts[i]*entry]; !slices.Equal(rows, want[id]) {
			t.Errorf("%v: all data has %v for train %d, want %v", k, rows, id, want[id])
		}
		at += counts[i] * entry
		train, err := k.TrainByID(id)
		if err != nil || !slices.Equal(train.Array().Data, want[id]) || train.Len() != counts[i] {
			t.Errorf("%v: train %d by ID %v, %v", k, id, train.Array(), err)
		}
	}
	if coordinates := k.TrainIDCoordinates(); len(coordinates) != whole.Len() {
		t.Errorf("%v: %d coordinates for %v", k, len(coordinates), whole)
	}
}

func TestReadRegions(t *testing.T) {
	files, trainIDs := open(t, mockrun.Small())
	k := newKey[uint16](t, files, trainIDs, mockrun.Module(0), "image.data")
	whole, err := k.Read()
	if err != nil {
		t.Fatal(err)
	}
	for name, roi := range map[string][]psh.Sel{
		"image only":       {psh.At(0)},
		"last of each":     {psh.At(-1), psh.At(-1), psh.At(-1)},
		"corner":           {psh.At(0), psh.Span(0, 5), psh.Span(-4, psh.End)},
		"every third":      {psh.Every(), psh.Every().By(3), psh.Span(1, psh.End).By(2)},
		"nothing":          {psh.Every(), psh.Span(4, 4)},
		"beyond the frame": {psh.Every(), psh.Span(30, 99)},
		"backwards":        {psh.At(0), psh.Every().By(-1), psh.Span(9, 2).By(-3)},
		"backwards, empty": {psh.At(0), psh.Span(2, 9).By(-1)},
		"ellipsis":         {psh.Ellipsis(), psh.At(3)},
		"a list":           {psh.At(0), psh.Positions(30, 2, 2, -1), psh.Every().By(-2)},
		"a list in order":  {psh.At(1), psh.Positions(2, 5, 8)},
		"a list of one":    {psh.Ellipsis(), psh.Positions(4)},
		"an empty list":    {psh.Positions()},
		"a mask":           {psh.Mask([]bool{false, true}), psh.At(-3)},
		"a scattered mask": {psh.Ellipsis(), psh.Mask([]bool{1: true, 2: true, 7: true, 15: false})},
	} {
		want, err := whole.Pick(append([]psh.Sel{psh.Every()}, roi...)...)
		if err != nil {
			t.Fatal(err)
		}
		got, err := k.Read(roi...)
		if err != nil || !slices.Equal(got.Shape(), want.Shape()) || !slices.Equal(got.Data, want.Copy().Data) {
			t.Errorf("%s: %v, %v; want %v", name, got, err, want)
		}
		into, _ := psh.Alloc[uint16](psh.Shape(want.Shape()...), psh.Fortran())
		if err := k.ReadInto(into, roi...); err != nil || !slices.Equal(into.Copy().Data, want.Copy().Data) {
			t.Errorf("%s: into a Fortran array: %v", name, err)
		}
		compact, _ := psh.Alloc[uint16](psh.Shape(want.Shape()...))
		if err := k.ReadInto(compact, roi...); err != nil || !slices.Equal(compact.Data, want.Copy().Data) {
			t.Errorf("%s: into an array: %v", name, err)
		}
	}
	for name, err := range map[string]error{
		"position outside": second(k.Read(psh.At(2))),
		"too many":         second(k.Read(psh.At(0), psh.At(0), psh.At(0), psh.At(0))),
		"wrong shape":      k.ReadInto(whole, psh.At(0)),
		"two lists":        second(k.Read(psh.Positions(0), psh.Positions(1))),
		"list outside":     second(k.Read(psh.Positions(0, 2))),
		"mask too long":    second(k.Read(psh.Mask(make([]bool, 3)))),
	} {
		if !errors.Is(err, psh.ErrShape) || !strings.Contains(err.Error(), mockrun.Module(0)) {
			t.Errorf("%s: %v, want ErrShape and the source", name, err)
		}
	}
}

func second[T any](_ T, err error) error { return err }

func TestErrors(t *testing.T) {
	files, trainIDs := open(t, mockrun.Small())
	k := newKey[uint16](t, files, trainIDs, mockrun.Module(0), "image.data")
	var typeErr *keydata.TypeError
	_, err := keydata.As[float32](k.KeyData)
	if !errors.As(err, &typeErr) || !strings.Contains(err.Error(), "uint16") || !strings.Contains(err.Error(), "float32") {
		t.Errorf("wrong type: %v, want a TypeError that names both", err)
	}
	if _, err := keydata.As[int](k.KeyData); !errors.As(err, &typeErr) {
		t.Errorf("a type of no data: %v, want a TypeError", err)
	}
	var trainErr *keydata.TrainIDError
	_, err = k.TrainByID(10003 + 1e6)
	if !errors.As(err, &trainErr) || !strings.Contains(err.Error(), "10009") {
		t.Errorf("no such train: %v, want a TrainIDError with the last train", err)
	}
	if _, err := k.TrainByIndex(len(trainIDs)); !errors.Is(err, psh.ErrShape) {
		t.Errorf("no such index: %v", err)
	}
	if last, err := k.TrainByIndex(-1); err != nil || last.TrainID != trainIDs[len(trainIDs)-1] {
		t.Errorf("the last train: %v, %v", last.TrainID, err)
	}
	if _, err := keydata.New(keydata.Place{Source: mockrun.Module(0), Key: "image.dota", Section: run.Instrument, Files: files[:1]}, trainIDs); err == nil || !strings.Contains(err.Error(), "image.dota") {
		t.Errorf("no such key: %v", err)
	}
	if _, err := keydata.FindTrain(nil, 1); !errors.As(err, &trainErr) {
		t.Errorf("no trains at all: %v", err)
	}
}

// The source and the first train of files with the data of one key only.
const (
	source     = "A/CAM/1:daqOutput"
	firstTrain = 10000
)

// writeData makes a file with the data of one key, data.pixels, of a number of rows;
// its INDEX has count[i] entries for train i.
func writeData[T any](t testing.TB, form h5.Form, counts []int, shape []int, data []T, layout h5.Layout) (path string) {
	t.Helper()
	return writeKey(t, form, counts, func(w *h5.Writer) error {
		return h5.Put(w, "INSTRUMENT/"+source+"/data/pixels", shape, data, layout)
	})
}

// writeKey writes a file with a key that put writes.
func writeKey(t testing.TB, form h5.Form, counts []int, put func(*h5.Writer) error) (path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "RAW-R0001-DA01-S00000.h5")
	w, err := h5.CreateAs(path, form)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Discard()
	ids, first, count := make([]uint64, len(counts)), make([]uint64, len(counts)), make([]uint64, len(counts))
	flags, row := make([]int32, len(counts)), 0
	for i, n := range counts {
		ids[i], first[i], count[i], flags[i] = uint64(firstTrain+i), uint64(row), uint64(n), 1
		row += n
	}
	trains := []int{len(counts)}
	if err := errors.Join(
		h5.Put(w, "INDEX/trainId", trains, ids, h5.Layout{}),
		h5.Put(w, "INDEX/flag", trains, flags, h5.Layout{}),
		h5.Put(w, "INDEX/"+source+"/data/first", trains, first, h5.Layout{}),
		h5.Put(w, "INDEX/"+source+"/data/count", trains, count, h5.Layout{}),
		h5.PutStrings(w, "METADATA/dataFormatVersion", []int{1}, []string{"1.2"}, h5.Layout{}),
		h5.PutStrings(w, "METADATA/dataSources/dataSourceId", []int{1}, []string{"INSTRUMENT/" + source + "/data"}, h5.Layout{}),
		put(w),
		w.Close(),
	); err != nil {
		t.Fatal(err)
	}
	return path
}

// indexed opens a file of two trains, with one entry in the first, whose INDEX
// promises count entries in the second. There is one.
func indexed(t *testing.T, count int) *run.File {
	t.Helper()
	file, err := run.Open(writeData(t, h5.Form{}, []int{1, count}, []int{2, 3}, []uint16{1, 2, 3, 4, 5, 6}, h5.Layout{}))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { file.Close() })
	return file
}

// readIt is a kernel that asks for all that it may.
func readIt(worker, index int, train keydata.Entries[uint16]) error {
	train.Array()
	return nil
}

// TestIndexBeyondData has an INDEX that promises rows the data does not have.
func TestIndexBeyondData(t *testing.T) {
	file := indexed(t, 2)
	k := newKey[uint16](t, []*run.File{file}, file.TrainIDs(), source, "data.pixels")
	if train, err := k.TrainByID(10000); err != nil || !slices.Equal(train.Array().Data, []uint16{1, 2, 3}) {
		t.Errorf("the train whose data is there: %v, %v", train, err)
	}
	for name, err := range map[string]error{
		"train": second(k.TrainByID(10001)),
		"all":   second(k.Read()),
		"map":   psh.Map(readIt, k),
		"walk":  k.Walk(psh.Share{Stop: k.Len()}, func(index int, train keydata.Entries[uint16]) error { return readIt(0, index, train) }),
	} {
		var keyErr *keydata.Error
		if !errors.Is(err, h5.ErrBounds) || !errors.As(err, &keyErr) || !strings.Contains(err.Error(), file.Path()) {
			t.Errorf("%s: %v, want ErrBounds and the file", name, err)
		}
	}
	for _, count := range []int{1 << 40, 1 << 62} {
		file := indexed(t, count)
		place := keydata.Place{Source: source, Section: run.Instrument, Key: "data.pixels", Files: []*run.File{file}}
		if _, err := keydata.New(place, file.TrainIDs()); !errors.Is(err, h5.ErrBounds) || !strings.Contains(err.Error(), "10001") {
			t.Errorf("%d entries: %v, want ErrBounds and the train", count, err)
		}
	}
}

// TestFileGoesAway removes a file after it was opened and closed.
func TestFileGoesAway(t *testing.T) {
	files, trainIDs := open(t, mockrun.Small())
	k := newKey[uint16](t, files, trainIDs, mockrun.Module(0), "image.data")
	for _, file := range files {
		file.Close()
	}
	if err := os.Remove(k.FilePaths()[0]); err != nil {
		t.Fatal(err)
	}
	err := psh.Map(readIt, k)
	if !errors.Is(err, os.ErrNotExist) || !strings.Contains(err.Error(), k.FilePaths()[0]) {
		t.Errorf("%v, want that the file is not there", err)
	}
}
