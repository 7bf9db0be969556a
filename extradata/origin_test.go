package extradata_test

import (
	"errors"
	"maps"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"extrapasha/extradata"
	"extrapasha/internal/mockrun"
	psh "extrapasha/pasha"
)

// TestOrigin asks where sources come from, in the files and in an overview file of them.
func TestOrigin(t *testing.T) {
	config := mockrun.Small()
	config.MissingTrains = 0
	root := t.TempDir()
	if err := config.Write(t.Context(), root); err != nil {
		t.Fatal(err)
	}
	dir := config.RunDir(root, "raw")
	tell := func() (facts map[string][]any) {
		run := must(extradata.RunDirectory(dir))
		defer run.Close()
		facts = map[string][]any{}
		for _, name := range run.AllSources() {
			source := must(run.Source(name))
			facts[name] = []any{
				must(source.File()), must(source.Aggregator()), must(source.DataCategory()), must(source.StorageClass()),
				must(must(source.SelectTrains(extradata.ByIndex(psh.At(7)))).File()),
				must(source.DeviceClass()), must(source.RunOnlyNames()),
			}
			if source.IsControl() {
				// In these runs each file has other values.
				facts[name] = append(facts[name], slices.Sorted(maps.Keys(must(source.RunValues()))))
			}
			var none *extradata.NoDataError
			if _, err := must(source.SelectTrains(extradata.ByIndex(psh.Span(4, 4)))).Aggregator(); !errors.As(err, &none) {
				t.Errorf("%s: the aggregator for no trains: %v", name, err)
			}
		}
		return facts
	}
	want := tell()
	if motor := want[mockrun.Motor(1)]; motor[1] != "DA02" || motor[2] != "RAW" {
		t.Errorf("%s: %v", mockrun.Motor(1), motor)
	}
	if err := mockrun.WriteOverview(filepath.Join(dir, "overview.h5"), dir, 1); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, tell()); diff != "" {
		t.Errorf("by the overview file (-files +overview):\n%s", diff)
	}
}

func TestRunOnlyNames(t *testing.T) {
	run := oddFile(t)
	for source, want := range map[string][]string{"A/ONLY": {"level"}, "A/BOTH": nil, "B:out": nil} {
		if got := must(must(run.Source(source)).RunOnlyNames()); !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", source, got, want)
		}
	}
}

func TestTrainInfo(t *testing.T) {
	run := open(t)
	id := run.TrainIDs()[7]
	info := must(run.TrainInfo(id))
	if stamps := must(run.TrainTimestamps()); info.TrainID != id || !info.Time.Equal(stamps[7]) {
		t.Errorf("train %d at %v, want train %d at %v", info.TrainID, info.Time, id, stamps[7])
	}
	for _, path := range info.Files {
		if match, _ := filepath.Match("*-S00001.h5", filepath.Base(path)); !match {
			t.Errorf("train %d is in the second files, not in %s", id, path)
		}
	}
	if !slices.Contains(info.Controls, mockrun.Motor(1)) || !slices.Contains(info.Instruments, mockrun.Module(0)) || len(info.Files) == 0 {
		t.Errorf("train info %+v", info)
	}
	some := must(run.Select(extradata.Glob(mockrun.Motor(1), "*")))
	if info := must(some.TrainInfo(id)); len(info.Controls) != 1 || info.Instruments != nil || len(info.Files) != 1 {
		t.Errorf("train info of a motor %+v", info)
	}
	var unknown *extradata.TrainIDError
	if _, err := run.TrainInfo(1); !errors.As(err, &unknown) {
		t.Errorf("train 1: %v", err)
	}
}

func TestTimeZone(t *testing.T) {
	for utc, want := range map[string]string{"2024-05-11T10:46:12Z": "2024-05-11T12:46:12+02:00", "2024-11-24T04:07:52Z": "2024-11-24T05:07:52+01:00"} {
		if got := must(time.Parse(time.RFC3339, utc)).In(extradata.TimeZone()).Format(time.RFC3339); got != want {
			t.Errorf("%s is %s in Hamburg, want %s", utc, got, want)
		}
	}
}
