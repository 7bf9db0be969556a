package extradata_test

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"extrapasha/extradata"
	"extrapasha/internal/h5"
)

// put makes a data file of trains 1 to 3 with the given sources, and datasets of one
// number per row, by path and shape; those without a shape are of texts.
func put(t *testing.T, path string, sources []string, counts map[string][]uint64, datasets map[string][]int) {
	t.Helper()
	w, err := h5.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Discard()
	check := func(err error) {
		if err != nil {
			t.Fatal(err)
		}
	}
	check(h5.PutStrings(w, "METADATA/dataFormatVersion", []int{1}, []string{"1.0"}, h5.Layout{}))
	check(h5.PutStrings(w, "METADATA/dataSources/dataSourceId", []int{len(sources)}, sources, h5.Layout{}))
	check(h5.Put(w, "INDEX/trainId", []int{3}, []uint64{1, 2, 3}, h5.Layout{}))
	check(h5.Put(w, "INDEX/flag", []int{3}, []uint64{1, 1, 1}, h5.Layout{}))
	for source, count := range counts {
		first, next := make([]uint64, len(count)), uint64(0)
		for i := range count {
			first[i], next = next, next+count[i]
		}
		check(h5.Put(w, "INDEX/"+source+"/first", []int{3}, first, h5.Layout{}))
		check(h5.Put(w, "INDEX/"+source+"/count", []int{3}, count, h5.Layout{}))
	}
	for name, shape := range datasets {
		if shape == nil {
			check(h5.PutStrings(w, name, []int{1}, []string{"X"}, h5.Layout{}))
			continue
		}
		size := 1
		for _, length := range shape {
			size *= length
		}
		check(h5.Put(w, name, shape, make([]float64, size), h5.Layout{}))
	}
	check(w.Close())
}

// odd is a run of a motor that has more in RUN than in CONTROL, and a key that cannot
// be read, and of a detector whose modules have their frames in different trains.
func odd(t *testing.T) *extradata.DataCollection {
	t.Helper()
	dir := t.TempDir()
	put(t, filepath.Join(dir, "RAW-R0001-DA01-S00000.h5"), []string{"CONTROL/A/MOTOR/1"}, map[string][]uint64{"A/MOTOR/1": {1, 1, 0}}, map[string][]int{
		"CONTROL/A/MOTOR/1/position/value": {2}, "CONTROL/A/MOTOR/1/position/timestamp": {2}, "CONTROL/A/MOTOR/1/scalar/value": {},
		"RUN/A/MOTOR/1/position/value": {1}, "RUN/A/MOTOR/1/axes/value": {1, 4}, "RUN/A/MOTOR/1/axes/timestamp": {1}, "RUN/A/MOTOR/1/classId/value": nil,
	})
	for module, counts := range [][]uint64{{2, 0, 1}, {0, 3, 2}} {
		name := []string{"A_DET/DET/0CH0:xtdf", "A_DET/DET/1CH0:xtdf"}[module]
		put(t, filepath.Join(dir, []string{"RAW-R0001-AGIPD00-S00000.h5", "RAW-R0001-AGIPD01-S00000.h5"}[module]),
			[]string{"INSTRUMENT/" + name + "/image"}, map[string][]uint64{name + "/image": counts},
			map[string][]int{"INSTRUMENT/" + name + "/image/data": {int(counts[0] + counts[1] + counts[2]), 4, 2}})
	}
	run, err := extradata.RunDirectory(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { run.Close() })
	return run
}

func TestSummaryKeys(t *testing.T) {
	s := must(odd(t).Summary(extradata.Asked{Keys: []string{"*MOTOR*"}}))
	if len(s.Controls) != 1 {
		t.Fatalf("%+v", s)
	}
	motor := s.Controls[0]
	if *motor.Counts != (extradata.SourceCounts{WithData: 2, Most: 1, Entries: 2}) {
		t.Errorf("counts %+v", *motor.Counts)
	}
	if len(motor.Keys) != 2 || motor.Keys[0].Type != "float64" || motor.Keys[0].Error != "" || !strings.Contains(motor.Keys[1].Error, "scalar") || motor.Keys[1].Type != "" {
		t.Errorf("a key that can be read and one that cannot: %+v", motor.Keys)
	}
	if k := motor.RunKeys; len(k) != 2 || k[0].Name != "axes" || !slices.Equal(k[0].Entry, []int{4}) || k[1].Name != "classId" || k[1].Type != "string" || k[1].Entry != nil {
		t.Errorf("keys of RUN %+v", k)
	}
}

// TestSummaryFrames counts the frames that any module has.
func TestSummaryFrames(t *testing.T) {
	s := must(odd(t).Summary(extradata.Asked{}))
	if len(s.Detectors) != 1 {
		t.Fatalf("%+v", s)
	}
	if d := s.Detectors[0]; d.Most != 3 || d.Frames != 2+3+2 || len(d.Modules) != 2 || !slices.Equal(d.Frame, []int{4, 2}) {
		t.Errorf("%+v", d)
	}
}

func TestSummaryAsked(t *testing.T) {
	run := odd(t)
	for name, c := range map[string]struct {
		asked                          extradata.Asked
		modules, instruments, controls int
		counts, keys, aggregators      bool
	}{
		"nothing":     {asked: extradata.Asked{}, modules: 2, controls: 1},
		"one":         {asked: extradata.Asked{Sources: []string{"*/0CH*"}}, modules: 1},
		"either":      {asked: extradata.Asked{Sources: []string{"*/0CH*", "A/*"}}, modules: 1, controls: 1},
		"none":        {asked: extradata.Asked{Sources: []string{"B"}}},
		"counts":      {asked: extradata.Asked{Counts: true}, modules: 2, instruments: 2, controls: 1, counts: true},
		"keys":        {asked: extradata.Asked{Keys: []string{"*"}}, modules: 2, instruments: 2, controls: 1, counts: true, keys: true},
		"keys of one": {asked: extradata.Asked{Keys: []string{"*/1CH*"}, Sources: []string{"*CH*"}}, modules: 2, instruments: 1, counts: true, keys: true},
		"aggregators": {asked: extradata.Asked{Aggregators: true}, modules: 2, controls: 1, aggregators: true},
	} {
		s, err := run.Summary(c.asked)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		modules := 0
		for _, d := range s.Detectors {
			modules += len(d.Modules)
		}
		if s.Sources != 3 || modules != c.modules || len(s.Instruments) != c.instruments || len(s.Controls) != c.controls {
			t.Errorf("%s: %+v", name, s)
		}
		for _, source := range slices.Concat(s.Instruments, s.Controls) {
			if (source.Counts != nil) != c.counts || (source.Keys != nil) != c.keys || (source.Aggregator != "") != c.aggregators {
				t.Errorf("%s: %+v", name, source)
			}
		}
	}
}

func TestInfoOfOdd(t *testing.T) {
	info := must(odd(t).Info("*MOTOR*"))
	for _, line := range []string{
		"detector A_DET/DET: 2 modules", "  float64, frames of [4 2], up to 3 a train, up to 7 in all", "    data for 2 trains, up to 1 entries a train",
		"    - position (float64)", "    at the start of the run only:", "    - axes (float64, entries of [4])", "    - classId (string)",
	} {
		if !strings.Contains(info, line+"\n") {
			t.Errorf("no line %q in\n%s", line, info)
		}
	}
	if !strings.Contains(info, "    - scalar (cannot be read: ") {
		t.Errorf("nothing of the key that cannot be read in\n%s", info)
	}
}

// TestSourceSummary has the counts and keys of one source, and the trains of missing data.
func TestSourceSummary(t *testing.T) {
	run, err := extradata.RunDirectory("../testdata/SPB/202601/p700000/raw/r0001")
	if err != nil {
		t.Fatal(err)
	}
	defer run.Close()
	source, err := run.Source("SPB_EXP_SAM/MOTOR/1")
	if err != nil {
		t.Fatal(err)
	}
	s, err := source.Summary()
	if err != nil || s.Name != source.Name() || s.Counts == nil || s.Counts.WithData != 10 {
		t.Fatalf("%+v, %v", s, err)
	}
	at := slices.IndexFunc(s.Keys, func(k extradata.KeySummary) bool { return k.Name == "actualPosition" })
	if at < 0 || s.Keys[at].Type != "float64" || s.Keys[at].Units != "mm" {
		t.Errorf("keys are %+v", s.Keys)
	}
	missing, err := run.MissingData(1, false)
	if err != nil || len(missing) == 0 || !slices.Equal(missing[0].TrainIDs, run.TrainIDs()) {
		t.Errorf("%+v, %v", missing, err)
	}
}
