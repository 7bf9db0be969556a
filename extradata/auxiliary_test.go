package extradata_test

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"testing"

	"extrapasha/extradata"
	"extrapasha/internal/h5"
	"extrapasha/internal/mockrun"
	psh "extrapasha/pasha"
)

// reducedRun makes the run of two modules whose data was reduced, each of an aggregator
// of its own, in two sequence files of two trains. Each file tells of the module
// ("REDU/0CH0"), and under names that are the same in both ("LITFRM", "LATE"); ONCE is in
// files of AGIPD01 only, and named after no source.
func reducedRun(t *testing.T) (dir string) {
	t.Helper()
	dir = t.TempDir()
	for module := range 2 {
		for sequence := range 2 {
			name := fmt.Sprintf("RAW-R0001-AGIPD%02d-S%05d.h5", module, sequence)
			w := reducedFile{t: t, number: float64(10*module + sequence), trains: []uint64{uint64(10 + 2*sequence), uint64(11 + 2*sequence)}}
			source := fmt.Sprintf("D/DET/%dCH0:xtdf", module)
			w.auxiliary = map[string][]string{"REDUCTION": {"REDU/" + source, "LITFRM:out"}, "ERRATA": {"LATE"}}
			if module == 1 {
				w.auxiliary["ERRATA"] = append(w.auxiliary["ERRATA"], "ONCE")
			}
			w.write(filepath.Join(dir, name), source)
		}
	}
	return dir
}

// reducedFile is a file with one source, and with sources that tell of it, all with one
// number a train.
type reducedFile struct {
	t         *testing.T
	number    float64
	trains    []uint64
	auxiliary map[string][]string // names by section
	*h5.Writer
}

func (f *reducedFile) write(path, source string) {
	var err error
	if f.Writer, err = h5.Create(path); err != nil {
		f.t.Fatal(err)
	}
	n := len(f.trains)
	f.check(
		h5.Put(f.Writer, "INDEX/trainId", []int{n}, f.trains, h5.Layout{}),
		h5.Put(f.Writer, "INDEX/flag", []int{n}, []int32{1, 1}, h5.Layout{}),
		h5.PutStrings(f.Writer, "METADATA/dataFormatVersion", []int{1}, []string{"1.3"}, h5.Layout{}),
		h5.PutStrings(f.Writer, "METADATA/dataSources/dataSourceId", []int{1}, []string{"INSTRUMENT/" + source + "/data"}, h5.Layout{}),
	)
	f.source("INSTRUMENT", source)
	for section, names := range f.auxiliary {
		list := slices.Clone(names)
		for i, name := range names {
			list[i] = section + "/" + name + "/data"
			f.source(section, name)
		}
		f.check(h5.PutStrings(f.Writer, "METADATA/auxiliarySources/"+section, []int{len(list)}, list, h5.Layout{}))
	}
	f.check(f.Close())
}

func (f *reducedFile) source(section, name string) {
	f.check(
		h5.Put(f.Writer, "INDEX/"+name+"/data/first", []int{2}, []uint64{0, 1}, h5.Layout{}),
		h5.Put(f.Writer, "INDEX/"+name+"/data/count", []int{2}, []uint64{1, 1}, h5.Layout{}),
		h5.Put(f.Writer, section+"/"+name+"/data/number", []int{2}, []float64{f.number, f.number + 0.5}, h5.Layout{}),
	)
}

func (f *reducedFile) check(errs ...error) {
	if err := errors.Join(errs...); err != nil {
		f.t.Fatal(err)
	}
}

// TestAuxiliarySources finds auxiliary sources of a run and of its overview file, which
// must be the same, as must be their data.
func TestAuxiliarySources(t *testing.T) {
	dir := reducedRun(t)
	check := func(t *testing.T) {
		run := must(extradata.RunDirectory(dir))
		defer run.Close()
		reduction := []string{"AGIPD00@LITFRM:out", "AGIPD01@LITFRM:out", "REDU/D/DET/0CH0:xtdf", "REDU/D/DET/1CH0:xtdf"}
		errata := []string{"AGIPD00@LATE", "AGIPD01@LATE", "AGIPD01@ONCE"}
		for name, c := range map[string]struct {
			run               *extradata.DataCollection
			reduction, errata []string
		}{
			"all":         {run, reduction, errata},
			"some trains": {must(run.SelectTrains(extradata.ByIndex(psh.At(3)))), reduction, errata},
			"no trains":   {must(run.SelectTrains(extradata.ByIndex(psh.Span(4, 4)))), reduction, errata},
			"a module":    {must(run.Select(extradata.Glob("*/0CH0:*", "*"))), []string{"AGIPD00@LITFRM:out", "REDU/D/DET/0CH0:xtdf"}, []string{"AGIPD00@LATE"}},
		} {
			if got := must(c.run.ReductionSources()); !slices.Equal(got, c.reduction) {
				t.Errorf("%s: reduction sources %v, want %v", name, got, c.reduction)
			}
			if got := must(c.run.ErrataSources()); !slices.Equal(got, c.errata) {
				t.Errorf("%s: errata sources %v, want %v", name, got, c.errata)
			}
		}
		for name, want := range map[string][]float64{
			"AGIPD00@LITFRM:out":   {0, 0.5, 1, 1.5},
			"AGIPD01@LITFRM:out":   {10, 10.5, 11, 11.5},
			"REDU/D/DET/1CH0:xtdf": {10, 10.5, 11, 11.5},
			"AGIPD01@ONCE":         {10, 10.5, 11, 11.5},
		} {
			source := must(run.AuxiliarySource(name))
			data := must(must(source.Key("data.number")).ReadAny()).(psh.Array[float64]).Data
			if !slices.Equal(data, want) {
				t.Errorf("%s: %v, want %v", name, data, want)
			}
			if ids := must(source.TrainIDCoordinates("")); !slices.Equal(ids, []uint64{10, 11, 12, 13}) {
				t.Errorf("%s: entries of trains %v", name, ids)
			}
		}
		var unknown *extradata.SourceNameError
		if _, err := run.AuxiliarySource("LITFRM:out"); !errors.As(err, &unknown) || len(unknown.Closest) != 2 {
			t.Errorf("a name that two aggregators have: %v", err)
		}
	}
	t.Run("files", check)
	if err := mockrun.WriteOverview(filepath.Join(dir, "overview.h5"), dir, 1); err != nil {
		t.Fatal(err)
	}
	if files := must(must(extradata.RunDirectory(dir)).Files()); len(files) != 1 {
		t.Fatalf("%d files, want the overview file", len(files))
	}
	t.Run("overview", check)
}
