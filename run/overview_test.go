package run_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"extrapasha/internal/h5"
	"extrapasha/internal/mockrun"
	"extrapasha/keydata"
	psh "extrapasha/pasha"
	"extrapasha/run"
)

// makeOverview writes an overview file of one motor's position in a run directory.
func makeOverview(t *testing.T, dir, source string, files []*run.File) {
	t.Helper()
	var (
		paths []string
		ids   []uint64
		rows  []int
		sizes []uint64
		times []float64
	)
	all, _ := filepath.Glob(filepath.Join(dir, "RAW*.h5"))
	for _, path := range all {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		sizes = append(sizes, uint64(info.Size()))
		times = append(times, float64(info.ModTime().Unix())+1e-9*float64(info.ModTime().Nanosecond()))
	}
	for _, file := range files {
		if file.Sources()[source] != "" {
			paths, ids, rows = append(paths, file.Path()), append(ids, file.TrainIDs()...), append(rows, len(file.TrainIDs()))
		}
	}
	first, count, flags := make([]uint64, len(ids)), make([]uint64, len(ids)), make([]int32, len(ids))
	for i := range ids {
		first[i], count[i], flags[i] = uint64(i), 1, 1
	}
	w, err := h5.Create(filepath.Join(dir, "overview.h5"))
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(
		h5.Put(w, "INDEX/trainId", []int{len(ids)}, ids, h5.Layout{}),
		h5.Put(w, "INDEX/flag", []int{len(ids)}, flags, h5.Layout{}),
		h5.Put(w, "INDEX/"+source+"/first", []int{len(ids)}, first, h5.Layout{}),
		h5.Put(w, "INDEX/"+source+"/count", []int{len(ids)}, count, h5.Layout{}),
		h5.PutStrings(w, "METADATA/dataFormatVersion", []int{1}, []string{"1.2"}, h5.Layout{}),
		h5.PutStrings(w, "METADATA/dataSources/dataSourceId", []int{1}, []string{"CONTROL/" + source}, h5.Layout{}),
		h5.PutVirtual[float64](w, "CONTROL/"+source+"/actualPosition/value", []int{len(ids)}, paths, rows),
		h5.PutStrings(w, ".source_files/names", []int{len(all)}, all, h5.Layout{}),
		h5.Put(w, ".source_files/sizes", []int{len(all)}, sizes, h5.Layout{}),
		h5.Put(w, ".source_files/mtimes", []int{len(all)}, times, h5.Layout{}),
		w.Close(),
	); err != nil {
		t.Fatal(err)
	}
}

func TestOverview(t *testing.T) {
	_, dir := sample(t, nil)
	files, err := run.OpenDirectory(dir, run.Choice{})
	if err != nil {
		t.Fatal(err)
	}
	source := mockrun.Motor(1)
	want := positions(t, files, source)
	makeOverview(t, dir, source, files)

	overview, err := run.OpenDirectory(dir, run.Choice{})
	if err != nil || len(overview) != 1 || overview[0].String() != "overview.h5" {
		t.Fatalf("%v, %v; want the overview file", overview, err)
	}
	if got := positions(t, overview, source); !slices.Equal(got, want) {
		t.Errorf("positions %v, want %v", got, want)
	}
	closeAll(overview)
	if chosen, err := run.OpenDirectory(dir, run.Choice{Include: "*DA01*"}); err != nil || len(chosen) != 2 {
		t.Errorf("%v, %v; want the two chosen files", chosen, err)
	}

	// Once a file has changed the overview is no longer valid.
	changed := time.Now().Add(time.Hour)
	if err := os.Chtimes(filepath.Join(dir, "RAW-R0001-DA01-S00000.h5"), changed, changed); err != nil {
		t.Fatal(err)
	}
	if again, err := run.OpenDirectory(dir, run.Choice{}); err != nil || len(again) != len(files) {
		t.Errorf("%v, %v; want all %d files", again, err, len(files))
	}
	closeAll(files)
}

func positions(t *testing.T, files []*run.File, source string) []float64 {
	t.Helper()
	var with []*run.File
	var lists [][]uint64
	for _, file := range files {
		if file.Sources()[source] != "" {
			with, lists = append(with, file), append(lists, file.TrainIDs())
		}
	}
	place := keydata.Place{Source: source, Section: run.Control, Key: "actualPosition.value", Files: with, Suspect: true}
	key, err := keydata.New(place, run.UnionTrains(lists))
	if err != nil {
		t.Fatal(err)
	}
	data, err := key.ReadAny()
	if err != nil {
		t.Fatal(err)
	}
	return data.(psh.Array[float64]).Data
}
