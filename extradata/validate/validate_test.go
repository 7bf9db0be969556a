package validate_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"extrapasha/extradata/validate"
	"extrapasha/internal/h5"
	"extrapasha/internal/mockrun"
	psh "extrapasha/pasha"
	"extrapasha/run"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	motor  = "A/MOTOR/1"
	camera = "A/CAM/1:daqOutput"
)

// good is a file without problems: its datasets of numbers, by path.
func good() map[string][]uint64 {
	return map[string][]uint64{
		"INDEX/trainId":                            {1001, 1002, 1003, 1004, 0, 0},
		"INDEX/timestamp":                          {100, 200, 300, 400, 0, 0},
		"INDEX/" + motor + "/first":                {0, 1, 2, 3, 0, 0},
		"INDEX/" + motor + "/count":                {1, 1, 1, 1, 0, 0},
		"CONTROL/" + motor + "/position/value":     {7, 7, 8, 8},
		"CONTROL/" + motor + "/position/timestamp": {90, 90, 290, 290},
		"INDEX/" + camera + "/data/first":          {0, 2, 0, 2, 0, 0},
		"INDEX/" + camera + "/data/count":          {2, 0, 0, 3, 0, 0},
		"INSTRUMENT/" + camera + "/data/x":         {1, 2, 3, 4, 5},
		"INSTRUMENT/" + camera + "/data/y":         {1, 2, 3, 4, 5},
		"INDEX/" + camera + "/empty/first":         {0, 0, 0, 0, 0, 0},
		"INDEX/" + camera + "/empty/count":         {0, 0, 0, 0, 0, 0},
		"INSTRUMENT/" + camera + "/empty/x":        {},
	}
}

func write(t *testing.T, path string, numbers map[string][]uint64, keep func(string) bool) {
	t.Helper()
	w, err := h5.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	for name, values := range numbers {
		if keep(name) {
			err = errors.Join(err, h5.Put(w, name, []int{len(values)}, values, h5.Layout{}))
		}
	}
	sources := []string{"CONTROL/" + motor, "INSTRUMENT/" + camera + "/data", "INSTRUMENT/" + camera + "/empty"}
	if err := errors.Join(err,
		h5.Put(w, "INDEX/flag", []int{6}, []int32{1, 1, 1, 1, 0, 0}, h5.Layout{}),
		h5.PutStrings(w, "METADATA/dataFormatVersion", []int{1}, []string{"1.2"}, h5.Layout{}),
		h5.PutStrings(w, "METADATA/dataSources/dataSourceId", []int{len(sources)}, sources, h5.Layout{}),
		w.Close(),
	); err != nil {
		t.Fatal(err)
	}
}

// TestBroken breaks a good file in one way at a time: that is found, and nothing else.
func TestBroken(t *testing.T) {
	for name, c := range map[string]struct {
		dataset string
		values  []uint64 // in place of the good ones; nil: the dataset is missing
		check   validate.Check
		want    string
	}{
		"good":                              {},
		"zeros in trainId before the end":   {"INDEX/trainId", []uint64{1001, 0, 1003, 1004, 0, 0}, validate.TrainIDs, "zeros before the last train ID, the first at 1"},
		"train IDs not increasing":          {"INDEX/trainId", []uint64{1001, 1003, 1002, 1004, 0, 0}, validate.TrainIDs, "do not increase, first at 2: 1002 after 1003"},
		"train IDs twice":                   {"INDEX/trainId", []uint64{1001, 1002, 1002, 1004, 0, 0}, validate.TrainIDs, "do not increase, first at 2: 1002 after 1002"},
		"index beyond control data":         {"CONTROL/" + motor + "/position/value", []uint64{7, 7, 8}, validate.Index, "refers to row 3 of data that has 3"},
		"index beyond instrument data":      {"INSTRUMENT/" + camera + "/data/y", []uint64{1, 2, 3, 4}, validate.Index, "refers to row 4 of data that has 4"},
		"gap in the index":                  {"INDEX/" + camera + "/data/first", []uint64{0, 2, 0, 3, 0, 0}, validate.Index, "1 gaps in the index, first at 3"},
		"overlap in the index":              {"INDEX/" + camera + "/data/first", []uint64{0, 2, 0, 1, 0, 0}, validate.Index, "1 overlaps in the index, first at 3: rows from 1 on, after 2 from 0 on"},
		"index does not start at 0":         {"INDEX/" + motor + "/first", []uint64{1, 1, 2, 3, 0, 0}, validate.Index, "starts at row 1"},
		"first and count differ in length":  {"INDEX/" + camera + "/data/count", []uint64{2, 0, 0, 3}, validate.Index, "first has 6 entries, count 4"},
		"index missing":                     {"INDEX/" + camera + "/data/count", nil, validate.Index, "there is no index"},
		"timestamps of trains decrease":     {"INDEX/timestamp", []uint64{100, 300, 200, 400, 0, 0}, validate.Timestamps, "decrease, first at 2: 200 after 300"},
		"timestamps of a property decrease": {"CONTROL/" + motor + "/position/timestamp", []uint64{90, 90, 80, 290}, validate.Timestamps, "decrease, first at 2: 80 after 90"},
	} {
		t.Run(name, func(t *testing.T) {
			numbers := good()
			if c.dataset != "" {
				numbers[c.dataset] = c.values
			}
			if strings.HasPrefix(name, "gap") { // there are as many rows all the same
				for _, key := range []string{"x", "y"} {
					numbers["INSTRUMENT/"+camera+"/data/"+key] = make([]uint64, 6)
				}
			}
			path := filepath.Join(t.TempDir(), "RAW-R0001-DA01-S00000.h5")
			write(t, path, numbers, func(name string) bool { return c.values != nil || name != c.dataset })
			problems := validate.File(path, nil)
			if c.check == "" {
				if len(problems) > 0 {
					t.Errorf("false alarm: %v", problems)
				}
				return
			}
			found := slices.ContainsFunc(problems, func(p validate.Problem) bool {
				return p.Check == c.check && strings.Contains(p.Message, c.want) && p.Path == path && p.Dataset != ""
			})
			if !found {
				t.Errorf("%v, want %q of %s", problems, c.want, c.check)
			}
			if more := slices.DeleteFunc(problems, func(p validate.Problem) bool { return p.Check == c.check }); len(more) > 0 {
				t.Errorf("other checks complain: %v", more)
			}
			if skipped := validate.File(path, []validate.Check{c.check}); len(skipped) > 0 {
				t.Errorf("skipped, and found all the same: %v", skipped)
			}
		})
	}
}

func TestWrongLength(t *testing.T) {
	numbers := good()
	for _, name := range []string{"first", "count"} {
		numbers["INDEX/"+motor+"/"+name] = numbers["INDEX/"+motor+"/"+name][:3]
	}
	path := filepath.Join(t.TempDir(), "RAW-R0001-DA01-S00000.h5")
	write(t, path, numbers, func(string) bool { return true })
	if problems := validate.File(path, nil); len(problems) != 1 || !strings.Contains(problems[0].Message, "3 entries, for 4 trains") {
		t.Errorf("%v, want that the index is too short", problems)
	}
}

func TestUnreadable(t *testing.T) {
	dir := t.TempDir()
	all := func(string) bool { return true }
	write(t, filepath.Join(dir, "RAW-R0001-DA01-S00000.h5"), good(), all)
	content, err := os.ReadFile(filepath.Join(dir, "RAW-R0001-DA01-S00000.h5"))
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string][]byte{"cut": content[:len(content)/2], "text": []byte("no HDF5 file"), "empty": nil} {
		if err := os.WriteFile(filepath.Join(dir, name+".h5"), content, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write(t, filepath.Join(dir, "noindex.h5"), good(), func(name string) bool { return name != "INDEX/trainId" })
	problems, err := validate.Run(dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	var bad []string
	for _, p := range problems {
		if p.Check == validate.Open {
			bad = append(bad, filepath.Base(p.Path))
		}
	}
	if want := []string{"cut.h5", "empty.h5", "noindex.h5", "text.h5"}; !slices.Equal(bad, want) {
		t.Errorf("cannot be read: %v, want %v (%v)", bad, want, problems)
	}
}

// TestOfRun has problems that only several files, or the files map, have together.
func TestOfRun(t *testing.T) {
	dir := t.TempDir()
	all := func(string) bool { return true }
	write(t, filepath.Join(dir, "RAW-R0001-DA01-S00000.h5"), good(), all)
	if problems, err := validate.Run(dir, nil); err != nil || len(problems) > 0 {
		t.Fatalf("%v, %v", problems, err)
	}
	if _, _, err := run.WriteFilesMap(dir); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "karabo_data_map.json")
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(strings.Replace(string(text), "1002", "1077", 1)), 0o644); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "RAW-R0001-DA02-S00000.h5"), good(), all)
	problems, err := validate.Run(dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	var checks []validate.Check
	for _, p := range problems {
		checks = append(checks, p.Check)
	}
	if want := []validate.Check{validate.FilesMap, validate.Conflicts}; !slices.Equal(checks, want) {
		t.Errorf("%v, want problems with the files map and a conflict", problems)
	}
	if problems, err := validate.Run(dir, []validate.Check{validate.FilesMap, validate.Conflicts}); err != nil || len(problems) > 0 {
		t.Errorf("skipped: %v, %v", problems, err)
	}
}

// TestNoFalseAlarm looks at runs that have nothing wrong: the corpus's, but those that
// are there to be wrong, and those of the sample maker.
func TestNoFalseAlarm(t *testing.T) {
	dirs, _ := filepath.Glob("../../../shared/conformance/runs/*/r*")
	more, _ := filepath.Glob("../../../shared/conformance/runs/exp/*/*/*/*/r*")
	dirs = append(dirs, more...)
	if len(dirs) == 0 {
		t.Log("no conformance corpus: only the test data is tried")
	}
	dirs = slices.DeleteFunc(dirs, func(dir string) bool {
		return slices.ContainsFunc([]string{"bad", "conflict", "nofiles", "suspect"}, func(part string) bool { return strings.Contains(dir, part) })
	})
	own, _ := filepath.Glob("../../testdata/SPB/*/*/*/r*")
	dirs = append(dirs, own...)
	for _, version := range mockrun.Versions {
		config := mockrun.Small()
		config.Version = version
		root := t.TempDir()
		if err := config.Write(context.Background(), root); err != nil {
			t.Fatal(err)
		}
		dirs = append(dirs, config.RunDir(root, "raw"))
	}
	for _, dir := range dirs {
		problems, err := validate.Run(dir, nil)
		if err != nil || len(problems) > 0 {
			t.Errorf("%s: %v, %v", dir, err, problems)
		}
	}
}

func TestInterrupted(t *testing.T) {
	stopped, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := validate.Run("../../testdata/SPB/202601/p700000/raw/r0001", nil, psh.Until(stopped)); !errors.Is(err, context.Canceled) {
		t.Errorf("%v, want that it was cancelled", err)
	}
}
