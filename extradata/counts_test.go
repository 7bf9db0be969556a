package extradata_test

import (
	"errors"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"extrapasha/extradata"
	"extrapasha/internal/h5"
	"extrapasha/internal/mockrun"
	psh "extrapasha/pasha"
)

// oddFile opens a file with a source that has values in RUN only, though its index has an
// entry for each of the three trains, and with one whose groups of keys differ.
func oddFile(t *testing.T) *extradata.DataCollection {
	t.Helper()
	path := filepath.Join(t.TempDir(), "RAW-R0001-DA01-S00000.h5")
	w, err := h5.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	const trains = 3
	index := func(group string, first, count []uint64) error {
		return errors.Join(
			h5.Put(w, "INDEX/"+group+"/first", []int{trains}, first, h5.Layout{}),
			h5.Put(w, "INDEX/"+group+"/count", []int{trains}, count, h5.Layout{}),
		)
	}
	sources := []string{"CONTROL/A/ONLY", "CONTROL/A/BOTH", "INSTRUMENT/B:out/data", "INSTRUMENT/B:out/meta"}
	if err := errors.Join(
		h5.Put(w, "INDEX/trainId", []int{trains}, []uint64{10, 11, 12}, h5.Layout{}),
		h5.Put(w, "INDEX/flag", []int{trains}, []int32{0, 0, 0}, h5.Layout{}),
		h5.PutStrings(w, "METADATA/dataFormatVersion", []int{1}, []string{"1.2"}, h5.Layout{}),
		h5.PutStrings(w, "METADATA/dataSources/dataSourceId", []int{len(sources)}, sources, h5.Layout{}),
		index("A/ONLY", []uint64{0, 1, 2}, []uint64{1, 1, 1}),
		index("A/BOTH", []uint64{0, 1, 2}, []uint64{1, 1, 1}),
		index("B:out/data", []uint64{0, 1, 1}, []uint64{1, 0, 2}),
		index("B:out/meta", []uint64{0, 0, 1}, []uint64{0, 1, 1}),
		h5.Put(w, "RUN/A/ONLY/level/value", []int{1}, []float64{-0.5}, h5.Layout{}),
		h5.Put(w, "RUN/A/ONLY/level/timestamp", []int{1}, []uint64{7}, h5.Layout{}),
		h5.Put(w, "RUN/A/BOTH/level/value", []int{1}, []float64{1}, h5.Layout{}),
		h5.Put(w, "CONTROL/A/BOTH/level/value", []int{trains}, []float64{1, 2, 3}, h5.Layout{}),
		w.Group("CONTROL/A/ONLY"),
		h5.Put(w, "INSTRUMENT/B:out/data/x", []int{trains}, []int32{1, 2, 3}, h5.Layout{}),
		h5.Put(w, "INSTRUMENT/B:out/meta/y", []int{2}, []int32{4, 5}, h5.Layout{}),
		w.Close(),
	); err != nil {
		t.Fatal(err)
	}
	run, err := extradata.H5File(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { run.Close() })
	return run
}

// TestRunOnly has no entries of a source that has values in RUN only, and lists it.
func TestRunOnly(t *testing.T) {
	run := oddFile(t)
	if controls := run.ControlSources(); !slices.Equal(controls, []string{"A/BOTH", "A/ONLY"}) {
		t.Errorf("control sources %q", controls)
	}
	only, both := must(run.Source("A/ONLY")), must(run.Source("A/BOTH"))
	if !must(only.IsRunOnly()) || must(both.IsRunOnly()) || must(must(run.Source("B:out")).IsRunOnly()) {
		t.Error("it is A/ONLY that has values in RUN only")
	}
	if counts := must(only.DataCounts("")); !slices.Equal(counts, []int{0, 0, 0}) {
		t.Errorf("counts %v", counts)
	}
	if ids := must(only.DropEmptyTrains("")).TrainIDs(); len(ids) != 0 {
		t.Errorf("trains with entries %v", ids)
	}
	if ids := must(only.TrainIDCoordinates("")); len(ids) != 0 {
		t.Errorf("coordinates %v", ids)
	}
	if diff := cmp.Diff(map[string]any{"level": -0.5}, must(only.NamedRunValues())); diff != "" {
		t.Errorf("values of the run (-want +got):\n%s", diff)
	}
	if all := must(run.RequireAll()).TrainIDs(); !slices.Equal(all, []uint64{12}) {
		t.Errorf("trains with everything %v", all)
	}
}

// TestGroups counts by group of keys, and over all.
func TestGroups(t *testing.T) {
	source := must(oddFile(t).Source("B:out"))
	for group, want := range map[string][]int{"": {1, 1, 2}, "data": {1, 0, 2}, "meta": {0, 1, 1}} {
		if counts := must(source.DataCounts(group)); !slices.Equal(counts, want) {
			t.Errorf("%q: %v, want %v", group, counts, want)
		}
	}
	if ids := must(source.DropEmptyTrains("meta")).TrainIDs(); !slices.Equal(ids, []uint64{11, 12}) {
		t.Errorf("trains with meta %v", ids)
	}
	if ids := must(source.TrainIDCoordinates("data")); !slices.Equal(ids, []uint64{10, 12, 12}) {
		t.Errorf("coordinates %v", ids)
	}
	meta := must(source.SelectKeys("meta.y"))
	for what, ask := range map[string]func() error{
		"counts of no group":              func() error { _, err := source.DataCounts("none"); return err },
		"trains with no group":            func() error { _, err := source.DropEmptyTrains("none"); return err },
		"coordinates of no group":         func() error { _, err := source.TrainIDCoordinates("none"); return err },
		"coordinates of different groups": func() error { _, err := source.TrainIDCoordinates(""); return err },
		"a group that is not selected":    func() error { _, err := meta.DataCounts("data"); return err },
	} {
		if err := ask(); !errors.Is(err, extradata.ErrSelection) {
			t.Errorf("%s: %v, want ErrSelection", what, err)
		}
	}
}

// TestCountsOutOfOrder counts trains that are selected backwards and more than once.
func TestCountsOutOfOrder(t *testing.T) {
	run := oddFile(t)
	backwards := func(ids []uint64) ([]uint64, error) {
		picked := slices.Clone(ids)
		slices.Reverse(picked)
		return picked, nil
	}
	picked := must(must(run.SelectTrains(extradata.ByIndices(2, 0, 1, 2))).SelectTrains(backwards))
	if ids := picked.TrainIDs(); !slices.Equal(ids, []uint64{12, 12, 11, 10}) {
		t.Fatalf("trains %v", ids)
	}
	source := must(picked.Source("B:out"))
	if counts := must(source.DataCounts("data")); !slices.Equal(counts, []int{2, 2, 0, 1}) {
		t.Errorf("counts %v", counts)
	}
	if in := source.InFiles(); !slices.Equal(in, []bool{true, true, true, true}) {
		t.Errorf("in files %v", in)
	}
	if ids := must(source.TrainIDCoordinates("data")); !slices.Equal(ids, []uint64{10, 12, 12}) {
		t.Errorf("coordinates %v", ids)
	}
	if all := must(picked.RequireAll()).TrainIDs(); !slices.Equal(all, []uint64{12, 12}) {
		t.Errorf("trains with everything %v", all)
	}
	if some := must(must(picked.Select(extradata.Glob("B:out", "data.*"))).RequireAny()).TrainIDs(); !slices.Equal(some, []uint64{12, 12, 10}) {
		t.Errorf("trains with some %v", some)
	}
	var seen []float64
	for train, err := range picked.Trains(true) {
		level, err := extradata.Get[float64](must(train, err), "A/BOTH", "level")
		seen = append(seen, must(level, err).Data[0])
	}
	if !slices.Equal(seen, []float64{3, 3}) {
		t.Errorf("levels of the trains with everything %v", seen)
	}
	if summary := must(picked.Summary(extradata.Asked{})); summary.First != 10 || summary.Last != 12 {
		t.Errorf("from %d to %d", summary.First, summary.Last)
	}
}

// TestHas asks for sources and keys.
func TestHas(t *testing.T) {
	run := oddFile(t)
	some := must(run.Select(extradata.Glob("A/BOTH", "level"), extradata.Glob("B:out", "data.*")))
	for _, c := range []struct {
		source, key string
		all, some   bool
	}{
		{"A/BOTH", "", true, true}, {"A/ONLY", "", true, false}, {"C", "", false, false}, {"", "", false, false},
		{"A/BOTH", "level", true, true}, {"A/BOTH", "level.value", true, true}, {"A/BOTH", "value", false, false},
		{"A/ONLY", "level", false, false}, {"C", "level", false, false},
		{"B:out", "data.x", true, true}, {"B:out", "meta.y", true, false}, {"B:out", "data", false, false},
	} {
		if has := must(run.Has(c.source, c.key)); has != c.all {
			t.Errorf("%s %s: %v", c.source, c.key, has)
		}
		if has := must(some.Has(c.source, c.key)); has != c.some {
			t.Errorf("selected, %s %s: %v", c.source, c.key, has)
		}
	}
}

// TestUnionOfParts has of each source what is in the files of its part, as EXtra-data
// has: the first trains of one source and the last of another are not all of both.
func TestUnionOfParts(t *testing.T) {
	config := mockrun.Small()
	config.Trains, config.TrainsPerFile, config.MissingTrains = 12, 4, 0
	root := t.TempDir()
	if err := config.Write(t.Context(), root); err != nil {
		t.Fatal(err)
	}
	run := must(extradata.RunDirectory(config.RunDir(root, "raw")))
	defer run.Close()
	part := func(source string, trains psh.Sel) *extradata.DataCollection {
		return must(must(run.Select(extradata.Glob(source, "*"))).SelectTrains(extradata.ByIndex(trains)))
	}
	both := must(part(mockrun.XGM, psh.Span(0, 2)).Union(part(mockrun.Motor(1), psh.Span(-2, psh.End))))
	all := run.TrainIDs()
	want := append(slices.Clone(all[:2]), all[10:]...)
	if !slices.Equal(both.TrainIDs(), want) || !both.IsSingleRun() {
		t.Errorf("trains %v, want %v", both.TrainIDs(), want)
	}
	for source, want := range map[string][]uint64{mockrun.XGM: all[:2], mockrun.Motor(1): all[10:]} {
		if full := must(must(both.Source(source)).DropEmptyTrains("")).TrainIDs(); !slices.Equal(full, want) {
			t.Errorf("%s has entries for %v, want %v", source, full, want)
		}
	}
	if _, err := must(run.Source(mockrun.XGM)).Union(must(run.Source(mockrun.Motor(1)))); !errors.Is(err, extradata.ErrSelection) {
		t.Errorf("a union of different sources: %v", err)
	}
}
