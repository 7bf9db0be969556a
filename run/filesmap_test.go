package run

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

const corpusDir = "../../shared/conformance"

// copyRun copies the files of a run, with the times of change that a files map
// has for them.
func copyRun(t *testing.T, from string, entries []mapEntry) string {
	t.Helper()
	dir := t.TempDir()
	for _, entry := range entries {
		content, err := os.ReadFile(filepath.Join(from, entry.Filename))
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(dir, entry.Filename)
		if err := os.WriteFile(path, content, 0o644); err != nil {
			t.Fatal(err)
		}
		seconds, part := math.Modf(entry.Mtime)
		changed := time.Unix(int64(seconds), int64(math.Round(part*1e6))*1000)
		if err := os.Chtimes(path, changed, changed); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// TestFilesMapIsPythons opens a copy of a run whose map EXtra-data wrote, and
// compares the map that is written now byte by byte.
func TestFilesMapIsPythons(t *testing.T) {
	want, err := os.ReadFile(filepath.Join(corpusDir, "karabo_data_map.example.json"))
	if err != nil {
		t.Skipf("no conformance corpus at %s", corpusDir)
	}
	var entries []mapEntry
	if err := json.Unmarshal(want, &entries); err != nil {
		t.Fatal(err)
	}
	dir := copyRun(t, filepath.Join(corpusDir, "runs/mid/r0010"), entries)
	if _, err := OpenDirectory(dir, Choice{}); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(filepath.Join(dir, filesMapName))
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != string(want) {
		t.Errorf("the map is\n%s\nwant\n%s", got, want)
	}
	// And we read Python's: with it no file is opened, so what is in them is
	// not noticed.
	if err := os.WriteFile(filepath.Join(dir, filesMapName), want, 0o644); err != nil {
		t.Fatal(err)
	}
	first, err := OpenDirectory(dir, Choice{})
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		path := filepath.Join(dir, entry.Filename)
		info, _ := os.Stat(path)
		if err := os.WriteFile(path, make([]byte, entry.Size), 0o644); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, info.ModTime(), info.ModTime()); err != nil {
			t.Fatal(err)
		}
	}
	second, err := OpenDirectory(dir, Choice{})
	if err != nil || len(second) != len(first) {
		t.Fatalf("%d files, %v; want %d", len(second), err, len(first))
	}
	for i := range first {
		if !slices.Equal(first[i].TrainIDs(), second[i].TrainIDs()) || len(first[i].Sources()) != len(second[i].Sources()) {
			t.Errorf("%v differs", first[i])
		}
	}
}

func TestFilesMapIsChecked(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "RAW-R0001-DA01-S00000.h5")
	if err := os.WriteFile(path, []byte("not HDF5"), 0o644); err != nil {
		t.Fatal(err)
	}
	info, _ := os.Stat(path)
	good := mapEntry{
		Filename: filepath.Base(path), Mtime: mtime(info), Size: info.Size(), TrainIDs: []uint64{10000}, ControlSources: []string{"A/B/C"},
		InstrumentSources: []string{}, LegacySources: map[string]string{}, SuspectTrains: []int{0},
	}
	for name, c := range map[string]struct {
		change func(*mapEntry)
		used   bool
	}{
		"good":           {func(*mapEntry) {}, true},
		"other size":     {func(e *mapEntry) { e.Size++ }, false},
		"other time":     {func(e *mapEntry) { e.Mtime += 1e-3 }, false},
		"suspect beyond": {func(e *mapEntry) { e.SuspectTrains = []int{1} }, false},
		"elsewhere":      {func(e *mapEntry) { e.Filename = "../" + e.Filename }, false},
	} {
		entry := good
		c.change(&entry)
		m := filesMap{dir: dir, entries: map[string]mapEntry{entry.Filename: entry}}
		if err := writeFilesMap(filepath.Join(dir, filesMapName), m.encode()); err != nil {
			t.Fatal(err)
		}
		file := loadFilesMap(dir).file(good.Filename)
		if (file != nil) != c.used {
			t.Errorf("%s: used %v, want %v", name, file != nil, c.used)
		}
		if file != nil && (file.Valid()[0] || file.Sources()["A/B/C"] != Control) {
			t.Errorf("%s: %v %v", name, file.Valid(), file.Sources())
		}
	}
	m := filesMap{dir: dir, entries: map[string]mapEntry{good.Filename: good}}
	older := strings.Replace(string(m.encode()), "legacy_sources", "other", 1)
	for _, damaged := range []string{"", "{", "null", "[1]", `[{"filename": 3}]`, "[" + string(m.encode()), older} {
		if err := os.WriteFile(filepath.Join(dir, filesMapName), []byte(damaged), 0o644); err != nil {
			t.Fatal(err)
		}
		if m := loadFilesMap(dir); len(m.entries) != 0 {
			t.Errorf("%q: %v", damaged, m.entries)
		}
	}
}

// TestFilesMapPlaces looks where the map is for runs as they lie on the clusters.
func TestFilesMapPlaces(t *testing.T) {
	root := t.TempDir()
	t.Setenv(RootVariable, root)
	scratch := filepath.Join(root, "SPB/202601/p700000/scratch")
	dir := filepath.Join(root, "SPB/202601/p700000/raw/r0003")
	for _, path := range []string{scratch, dir} {
		if err := os.MkdirAll(path, 0o777); err != nil {
			t.Fatal(err)
		}
	}
	want := []string{filepath.Join(dir, filesMapName), filepath.Join(scratch, ".karabo_data_maps/raw_r0003.json")}
	if got := mapPaths(dir); !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	archive := filepath.Join(root, "archive/raw/SPB/202601/p700000/r0003")
	if err := os.MkdirAll(archive, 0o777); err != nil {
		t.Fatal(err)
	}
	if got := mapPaths(archive); len(got) != 2 || got[1] != want[1] {
		t.Errorf("%v, want %v", got, want[1])
	}
	// The second place is taken where the first cannot be written.
	m := filesMap{dir: dir, entries: map[string]mapEntry{}}
	if err := os.Mkdir(want[0], 0o777); err != nil { // not even root writes over it
		t.Fatal(err)
	}
	m.save()
	if _, err := os.Stat(want[1]); err != nil {
		t.Errorf("no map in scratch: %v", err)
	}
}

func TestLocality(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "RAW-R0001-DA01-S00000.h5")
	if err := os.WriteFile(path, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if got, err := LocalityOf(path); err != nil || got != OnDisk {
		t.Errorf("an ordinary file: %v, %v", got, err)
	}
	for answer, want := range map[string]Locality{
		"ONLINE": OnDisk, "ONLINE_AND_NEARLINE\n": OnDisk, "NEARLINE": OnTape, "UNAVAILABLE": Unavailable, "LOST": Unknown, "": Unknown,
	} {
		if err := os.WriteFile(filepath.Join(dir, ".(get)("+filepath.Base(path)+")(locality)"), []byte(answer), 0o644); err != nil {
			t.Fatal(err)
		}
		if got, err := LocalityOf(path); err != nil || got != want {
			t.Errorf("%q: %v, %v; want %v", answer, got, err, want)
		}
	}
	if _, err := LocalityOf(filepath.Join(dir, "none.h5")); err == nil {
		t.Error("no file: no error")
	}
}

func parseAll(text []byte) (entries []mapEntry, err error) {
	err = parseFilesMap(text, func(entry mapEntry) { entries = append(entries, entry) })
	return entries, err
}

func FuzzFilesMap(f *testing.F) {
	if example, err := os.ReadFile(filepath.Join(corpusDir, "karabo_data_map.example.json")); err == nil {
		f.Add(example)
	}
	f.Add([]byte(`[{"filename": "a.h5", "mtime": 1.5, "size": 3, "train_ids": [1, 2], "control_sources": ["A/B/C"], "instrument_sources": [], "legacy_sources": {"x": "y"}, "suspect_train_indices": [1]}]`))
	f.Add([]byte(`[{"filename": "a.h5", "train_ids": [-1, 1e99, "x"], "suspect_train_indices": [99999999999]}, null]`))
	f.Add([]byte(`[[[[{"filename":`))
	f.Fuzz(func(t *testing.T, text []byte) {
		entries, err := parseAll(text)
		if err != nil {
			return
		}
		dir := t.TempDir()
		m := filesMap{dir: dir, entries: map[string]mapEntry{}}
		for _, entry := range entries {
			if entry.fit(dir) {
				t.Errorf("an entry fits a directory without files: %v", entry)
			}
			m.entries[entry.Filename] = entry
		}
		// What was read can be written and read again.
		again, err := parseAll(m.encode())
		if err != nil || len(again) != len(m.entries) {
			t.Errorf("%v: %d entries of %d from %q", err, len(again), len(m.entries), m.encode())
		}
		for _, entry := range again {
			if !slices.Equal(entry.TrainIDs, m.entries[entry.Filename].TrainIDs) {
				t.Errorf("train IDs %v, want %v", entry.TrainIDs, m.entries[entry.Filename].TrainIDs)
			}
		}
	})
}
