package run_test

import (
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"extrapasha/internal/h5"
	"extrapasha/internal/mockrun"
	"extrapasha/internal/trains"
	"extrapasha/keydata"
	psh "extrapasha/pasha"
	"extrapasha/run"
)

// withOverview makes a run with an overview file of it.
func withOverview(t *testing.T, change func(*mockrun.Config)) (root, dir string) {
	t.Helper()
	root, dir = sample(t, change)
	if err := mockrun.WriteOverview(filepath.Join(dir, "overview.h5"), dir, 1); err != nil {
		t.Fatal(err)
	}
	return root, dir
}

// openedBoth opens the files of a run, and the overview file of it.
func openedBoth(t *testing.T, dir string) (files []*run.File, overview *run.File) {
	t.Helper()
	for _, path := range must(run.DataFiles(dir)) {
		files = append(files, must(run.Open(path)))
	}
	one := must(run.OpenDirectory(dir, run.Choice{}))
	if len(one) != 1 || !one[0].IsOverview() || one[0].String() != "overview.h5" {
		t.Fatalf("%v; want the overview file", one)
	}
	t.Cleanup(func() { closeAll(append(files, one...)) })
	return files, one[0]
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// TestOverview reads everything through an overview file, which must be what the files
// have.
func TestOverview(t *testing.T) {
	for name, change := range map[string]func(*mockrun.Config){
		"plain":    nil,
		"deflated": func(c *mockrun.Config) { c.Deflate = 1 },
	} {
		t.Run(name, func(t *testing.T) {
			told := warnings(t)
			_, dir := withOverview(t, change)
			files, overview := openedBoth(t, dir)
			for _, file := range files {
				if file.IsOverview() {
					t.Errorf("%v is said to be an overview file", file)
				}
			}
			keys := 0
			for source, section := range overview.Sources() {
				for _, key := range must(overview.Keys(section, source)) {
					sameKey(t, files, overview, source, key)
					keys++
				}
			}
			if keys < 20 {
				t.Errorf("only %d keys", keys)
			}
			if told.Len() > 0 {
				t.Errorf("notices: %s", told)
			}
		})
	}
}

// sameKey compares a key of the files to that of the overview file.
func sameKey(t *testing.T, files []*run.File, overview *run.File, source, key string) {
	t.Helper()
	there, here := keyOf(t, files, source, key), keyOf(t, []*run.File{overview}, source, key)
	if want, got := must(there.ReadAny()), must(here.ReadAny()); !reflect.DeepEqual(got, want) {
		t.Errorf("%s, %s: other data", source, key)
	}
	if got, want := must(here.Attributes()), must(there.Attributes()); !reflect.DeepEqual(got, want) {
		t.Errorf("%s, %s: attributes %v, want %v", source, key, got, want)
	}
	for _, trains := range []keydata.TrainSelection{keydata.ByIndex(psh.Every()), keydata.ByIndex(psh.Span(0, 2)), keydata.ByIndex(psh.At(7))} {
		some, same := must(here.SelectTrains(trains)), must(there.SelectTrains(trains))
		if got, want := some.FilePaths(), same.FilePaths(); same.Entries() > 0 && !slices.Equal(got, want) {
			t.Errorf("%s, %s: %d trains from %v, want %v", source, key, len(some.TrainIDs()), got, want)
		}
	}
}

func keyOf(t testing.TB, files []*run.File, source, key string) *keydata.KeyData {
	t.Helper()
	place := keydata.Place{Source: source, Key: key, Suspect: true}
	var lists [][]uint64
	for _, file := range files {
		lists = append(lists, file.TrainIDs())
		if section := file.Sources()[source]; section != "" {
			place.Section, place.Files = section, append(place.Files, file)
		}
	}
	return must(keydata.New(place, trains.Union(lists)))
}

// TestOverviewRows maps over entries that lie in the files behind an overview file, as
// they lie there: in this test they are lent.
func TestOverviewRows(t *testing.T) {
	_, dir := withOverview(t, nil)
	files, overview := openedBoth(t, dir)
	source := mockrun.Module(1)
	sum := func(files []*run.File) (total uint64) {
		key := must(keydata.As[uint16](keyOf(t, files, source, "image.data")))
		err := psh.Map(func(_, _ int, train keydata.Entries[uint16]) error {
			for _, pixel := range train.Array().Data {
				total += uint64(pixel)
			}
			return nil
		}, key, psh.On(psh.Serial()))
		if err != nil {
			t.Fatal(err)
		}
		return total
	}
	if got, want := sum([]*run.File{overview}), sum(files); got != want || want == 0 {
		t.Errorf("sum %d, want %d", got, want)
	}
}

// TestOverviewValid opens a run whose overview file fits it, or not any more.
func TestOverviewValid(t *testing.T) {
	for name, c := range map[string]struct {
		change func(t *testing.T, dir string) error
		choice run.Choice
		valid  bool
	}{
		"as it was":       {valid: true},
		"times of change": {valid: true, change: func(t *testing.T, dir string) error { return touch(first(dir)) }},
		"another file": {change: func(t *testing.T, dir string) error {
			return copyTo(filepath.Join(dir, "RAW-R0999-DA09-S00000.h5"), first(dir))
		}},
		"a note":      {valid: true, change: func(t *testing.T, dir string) error { return os.WriteFile(filepath.Join(dir, "notes.txt"), nil, 0o666) }},
		"a byte more": {change: func(t *testing.T, dir string) error { return grow(first(dir)) }},
		"a file less": {change: func(t *testing.T, dir string) error { return os.Remove(first(dir)) }},
		"newer": {change: func(t *testing.T, dir string) error {
			return mockrun.WriteOverview(filepath.Join(dir, "overview.h5"), dir, 2)
		}},
		"older": {valid: true, change: func(t *testing.T, dir string) error {
			return mockrun.WriteOverview(filepath.Join(dir, "overview.h5"), dir, 0)
		}},
		"no HDF5": {change: func(t *testing.T, dir string) error {
			return os.WriteFile(filepath.Join(dir, "overview.h5"), []byte("text"), 0o666)
		}},
		"a data file":      {change: func(t *testing.T, dir string) error { return copyTo(filepath.Join(dir, "overview.h5"), first(dir)) }},
		"some of it":       {choice: run.Choice{Include: "*DA01*"}},
		"all of it":        {choice: run.Choice{Include: "*RAW*"}, valid: true},
		"of another place": {change: moved},
	} {
		t.Run(name, func(t *testing.T) {
			_, dir := withOverview(t, nil)
			if c.change != nil {
				if err := c.change(t, dir); err != nil {
					t.Fatal(err)
				}
			}
			if name == "of another place" {
				dir += "-moved"
			}
			files, err := run.OpenDirectory(dir, c.choice)
			if err != nil {
				t.Fatal(err)
			}
			defer closeAll(files)
			if valid := len(files) == 1 && files[0].IsOverview(); valid != c.valid {
				t.Errorf("%v are opened", files)
			}
		})
	}
}

func first(dir string) string { return must(run.DataFiles(dir))[0] }

func touch(path string) error {
	later := time.Now().Add(time.Hour)
	return os.Chtimes(path, later, later)
}

func grow(path string) error { return os.Truncate(path, must(os.Stat(path)).Size()+1) }

func copyTo(to, from string) error {
	content, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return os.WriteFile(to, content, 0o666)
}

// moved moves a run away: its overview file leads to where it was.
func moved(_ *testing.T, dir string) error { return os.Rename(dir, dir+"-moved") }

// TestOverviewOfProposal finds the overview file below the proposal, of whichever form
// the path of the run is.
func TestOverviewOfProposal(t *testing.T) {
	told := warnings(t)
	root, dir := sample(t, nil)
	t.Setenv(run.RootVariable, root)
	if paths := run.OverviewPaths(dir); !slices.Equal(paths, []string{filepath.Join(dir, "overview.h5")}) {
		t.Errorf("%v without a directory usr", paths)
	}
	usr := filepath.Join(root, "SPB/202601/p700000/usr")
	if err := os.MkdirAll(usr, 0o777); err != nil {
		t.Fatal(err)
	}
	want := filepath.Join(usr, ".extra_data/RAW-R0001-OVERVIEW.h5")
	if paths := run.OverviewPaths(dir); len(paths) != 2 || paths[1] != want {
		t.Fatalf("%v, want %s", paths, want)
	}
	archive := filepath.Join(root, "archive/raw/SPB/202601/p700000/r0001")
	if err := os.MkdirAll(archive, 0o777); err != nil {
		t.Fatal(err)
	}
	if paths := run.OverviewPaths(archive); len(paths) != 2 || paths[1] != want {
		t.Errorf("%v, want %s", paths, want)
	}
	if err := mockrun.WriteOverview(want, dir, 1); err != nil {
		t.Fatal(err)
	}
	files, err := run.OpenDirectory(dir, run.Choice{})
	if err != nil || len(files) != 1 || files[0].Path() != want {
		t.Fatalf("%v, %v; want %s", files, err, want)
	}
	defer closeAll(files)
	reopened := must(run.Reopen([]run.Reference{must(files[0].Reference())}))
	defer closeAll(reopened)
	for _, file := range append(files, reopened...) {
		if data := must(keyOf(t, []*run.File{file}, mockrun.Motor(1), "actualPosition.value").ReadAny()); data.(psh.Array[float64]).Data[3] == 0 {
			t.Errorf("%v: positions %v", file, data)
		}
	}
	if told.Len() > 0 { // the data lies outside of the overview file's directory, as it should
		t.Errorf("notices: %s", told)
	}
}

// TestOverviewChanged reads an overview file after a file behind it was replaced: the
// answer is an error, also where the overview file was closed in between.
func TestOverviewChanged(t *testing.T) {
	for name, between := range map[string]func(*run.File) error{
		"open":   func(*run.File) error { return nil },
		"closed": (*run.File).Close,
	} {
		t.Run(name, func(t *testing.T) {
			_, dir := withOverview(t, nil)
			_, overview := openedBoth(t, dir)
			key := keyOf(t, []*run.File{overview}, mockrun.Motor(1), "actualPosition.value")
			must(key.ReadAny())
			paths := key.FilePaths()
			if err := between(overview); err != nil {
				t.Fatal(err)
			}
			if err := touch(paths[0]); err != nil {
				t.Fatal(err)
			}
			if _, err := key.ReadAny(); err == nil || !strings.Contains(err.Error(), h5.ErrChanged.Error()) {
				t.Errorf("%v; want that the file has changed", err)
			}
		})
	}
}

// BenchmarkOverview reads the same images from the files, and through the overview file.
func BenchmarkOverview(b *testing.B) {
	config := mockrun.Default()
	config.Modules, config.Cameras, config.Motors = 1, 0, 1
	root := b.TempDir()
	if err := config.Write(b.Context(), root); err != nil {
		b.Fatal(err)
	}
	dir := config.RunDir(root, "raw")
	if err := mockrun.WriteOverview(filepath.Join(dir, "overview.h5"), dir, 1); err != nil {
		b.Fatal(err)
	}
	var files []*run.File
	for _, path := range must(run.DataFiles(dir)) {
		files = append(files, must(run.Open(path)))
	}
	overview := must(run.OpenDirectory(dir, run.Choice{}))
	defer closeAll(append(files, overview...))
	for name, files := range map[string][]*run.File{"files": files, "overview": overview} {
		key := must(keydata.As[uint16](keyOf(b, files, mockrun.Module(0), "image.data")))
		b.Run(name, func(b *testing.B) {
			b.SetBytes(key.Bytes())
			for b.Loop() {
				err := psh.Map(func(_, _ int, train keydata.Entries[uint16]) error {
					sum := 0
					for _, pixel := range train.Array().Data {
						sum += int(pixel)
					}
					if sum == 0 && train.Len() > 0 {
						b.Error("no light")
					}
					return nil
				}, key)
				if err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
