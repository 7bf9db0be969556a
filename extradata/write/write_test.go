package write_test

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"extrapasha/extradata"
	"extrapasha/extradata/export"
	"extrapasha/extradata/write"
	"extrapasha/internal/denied"
	"extrapasha/internal/mockrun"
	psh "extrapasha/pasha"
)

// small makes a small run with trains and pulses missing.
func small(t testing.TB, deflate int) string {
	t.Helper()
	config := mockrun.Small()
	config.Deflate = deflate
	root := t.TempDir()
	if err := config.Write(context.Background(), root); err != nil {
		t.Fatal(err)
	}
	return config.RunDir(root, "raw")
}

func opened(t testing.TB, path string) *extradata.DataCollection {
	t.Helper()
	open := extradata.RunDirectory
	if info, err := os.Stat(path); err == nil && !info.IsDir() {
		open = extradata.H5File
	}
	run, err := open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { run.Close() })
	return run
}

// answers are what a run tells of its trains, sources and keys.
func answers(t testing.TB, run *extradata.DataCollection) map[string]any {
	t.Helper()
	all := map[string]any{"trains": run.TrainIDs()}
	keep := func(name string, value any, err error) {
		if err != nil {
			t.Fatal(name, err)
		}
		all[name] = value
	}
	times, err := run.TrainTimestamps()
	keep("times", times, err)
	for _, name := range run.AllSources() {
		source, err := run.Source(name)
		keep(name, source.Section(), err)
		if source.IsControl() {
			values, err := source.RunValues()
			keep(name+" run", values, err)
		}
		keys, err := source.Keys()
		keep(name+" keys", keys, err)
		for _, key := range keys {
			k, err := source.Key(key)
			keep(name+" "+key, []any{k.DType(), k.EntryShape(), k.DataCounts()}, err)
			data, err := k.ReadAny()
			keep(name+" "+key+" data", data, err)
			attributes, err := k.Attributes()
			keep(name+" "+key+" attributes", attributes, err)
		}
	}
	return all
}

// differs tells where answers are others.
func differs(want, got map[string]any) string {
	return cmp.Diff(want, got, cmp.Exporter(func(reflect.Type) bool { return true }), cmpopts.EquateEmpty(), cmpopts.EquateNaNs())
}

// manners are the ways to write.
var manners = map[string]func(string, *extradata.DataCollection, ...psh.MapOption) error{
	"copied": write.Write, "virtual": write.WriteVirtual,
}

// TestRoundTrip opens again what was written of any selection, in either manner, of runs
// whose frames are deflated or not.
func TestRoundTrip(t *testing.T) {
	for name, deflate := range map[string]int{"plain": 0, "deflated": 1} {
		run := opened(t, small(t, deflate))
		dir := t.TempDir()
		t.Run(name, rapid.MakeCheck(func(r *rapid.T) {
			some := selected(t, r, run)
			want := answers(t, some)
			for name, how := range manners {
				path := filepath.Join(dir, name+".h5")
				if err := how(path, some); err != nil {
					r.Fatal(err)
				}
				written, err := extradata.H5File(path)
				if err != nil {
					r.Fatal(err)
				}
				if diff := differs(want, answers(t, written)); diff != "" {
					r.Error(name, diff)
				}
				written.Close()
			}
		}))
	}
}

// selected is a part of a run.
func selected(t testing.TB, r *rapid.T, run *extradata.DataCollection) *extradata.DataCollection {
	sources := rapid.SliceOfNDistinct(rapid.SampledFrom(run.AllSources()), 1, 3, rapid.ID[string]).Draw(r, "sources")
	var selections []extradata.Selection
	for _, source := range sources {
		selections = append(selections, extradata.Glob(source, rapid.SampledFrom([]string{"*", "*a*"}).Draw(r, "keys")))
	}
	some, err := run.Select(selections...)
	if err != nil {
		t.Fatal(err)
	}
	n := len(some.TrainIDs())
	positions := rapid.SliceOfNDistinct(rapid.IntRange(0, n-1), 1, n, rapid.ID[int]).Draw(r, "trains")
	slices.Sort(positions)
	if some, err = some.SelectTrains(extradata.ByIndices(positions...)); err != nil {
		t.Fatal(err)
	}
	return some
}

// TestOrigin finds in what was written which files and trains it is made of.
func TestOrigin(t *testing.T) {
	run := opened(t, small(t, 0))
	some, err := run.SelectTrains(extradata.ByIndex(psh.Span(1, 3)))
	if err != nil {
		t.Fatal(err)
	}
	motor, err := some.Select(extradata.Glob(mockrun.Motor(1), "actualPosition.value"))
	if err != nil {
		t.Fatal(err)
	}
	for kind, write := range runKinds {
		path := filepath.Join(t.TempDir(), "some.h5")
		if err := write(path, some); err != nil {
			t.Fatal(err)
		}
		of := some
		if kind == "VirtualDataset" {
			of = motor
		}
		checkOrigin(t, kind, path, of)
	}
}

// TestOriginOfRuns finds in overview files, and in clones, which files they are made of.
func TestOriginOfRuns(t *testing.T) {
	dir, to := small(t, 0), t.TempDir()
	path := filepath.Join(to, "overview.h5")
	if _, err := write.Overview(path, dir); err != nil {
		t.Fatal(err)
	}
	checkOrigin(t, "overview", path, opened(t, dir))
	clone, again := filepath.Join(to, "clone"), filepath.Join(to, "again")
	if err := errors.Join(write.CopyStructure(dir, clone, write.Data{}), write.CopyStructure(clone, again, write.Data{})); err != nil {
		t.Fatal(err)
	}
	names, err := filepath.Glob(filepath.Join(dir, "RAW*.h5"))
	if err != nil || len(names) == 0 {
		t.Fatal(names, err)
	}
	for _, name := range names {
		checkOrigin(t, "clone", filepath.Join(clone, filepath.Base(name)), opened(t, name))
		checkOrigin(t, "clone of a clone", filepath.Join(again, filepath.Base(name)), opened(t, filepath.Join(clone, filepath.Base(name))))
	}
}

// checkOrigin makes sure that a file tells that it is made of a selection.
func checkOrigin(t *testing.T, kind, path string, of *extradata.DataCollection) {
	t.Helper()
	want, err := of.Origin()
	if err != nil {
		t.Fatal(err)
	}
	got, err := export.ReadOrigin(path)
	if err != nil {
		t.Error(kind, err)
		return
	}
	got.Date = want.Date
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(kind, diff)
	}
	if err := got.Check(); err != nil {
		t.Error(kind, err)
	}
}

// TestChunksAsTheyAre tells that what is deflated stays so, byte for byte.
func TestChunksAsTheyAre(t *testing.T) {
	dir := small(t, 1)
	run := opened(t, dir)
	path := filepath.Join(t.TempDir(), "all.h5")
	if err := write.Write(path, run); err != nil {
		t.Fatal(err)
	}
	files, err := run.Files()
	if err != nil {
		t.Fatal(err)
	}
	var before int64
	for _, file := range files {
		before += file.Size
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if info.Size() > before*11/10 {
		t.Errorf("%d bytes were made of %d", info.Size(), before)
	}
}

// TestTarget has nothing written over the data, whatever it is called, nor where nothing
// can be.
func TestTarget(t *testing.T) {
	dir := small(t, 0)
	files, err := opened(t, dir).Files()
	if err != nil {
		t.Fatal(err)
	}
	source := files[0].Path
	before, err := os.ReadFile(source)
	if err != nil {
		t.Fatal(err)
	}
	other := t.TempDir()
	hard, soft, locked := filepath.Join(filepath.Dir(dir), "hard.h5"), filepath.Join(other, "soft.h5"), filepath.Join(other, "locked")
	if err := errors.Join(os.Link(source, hard), os.Symlink(source, soft), os.Mkdir(locked, 0o555)); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]error{
		source: write.ErrSource, hard: write.ErrSource, soft: write.ErrSource,
		filepath.Join(dir, "..", filepath.Base(dir), filepath.Base(source)): write.ErrSource,
		filepath.Join(other, "nowhere", "x.h5"):                             fs.ErrNotExist,
		filepath.Join(locked, "x.h5"):                                       fs.ErrPermission,
	} {
		for kind, write := range kinds {
			if kind == "CopyStructure" && want != fs.ErrPermission {
				continue // it makes directories
			}
			denied.Run(t, func() {
				if err := write(path, dir); !errors.Is(err, want) || !named(err.Error(), path) {
					t.Errorf("%s %s: %v, want %v", kind, path, err, want)
				}
			})
		}
	}
	if after, err := os.ReadFile(source); err != nil || !slices.Equal(before, after) {
		t.Error("the source has changed", err)
	}
	if names, _ := filepath.Glob(filepath.Join(other, "*", "*")); len(names) > 0 {
		t.Error("left are", names)
	}
}

// TestVirtualDataset writes one key, or nothing where there is none.
func TestVirtualDataset(t *testing.T) {
	run := opened(t, small(t, 0))
	path := filepath.Join(t.TempDir(), "one.h5")
	dataset, err := write.VirtualDataset(path, run, mockrun.Motor(1), "actualPosition")
	if want := "/CONTROL/" + mockrun.Motor(1) + "/actualPosition/value"; err != nil || dataset != want {
		t.Errorf("%s, %v; want %s", dataset, err, want)
	}
	var unknown *extradata.KeyNameError
	if _, err := write.VirtualDataset(path, run, mockrun.Motor(1), "nothing"); !errors.As(err, &unknown) {
		t.Error(err)
	}
}

// TestOverview has an overview file opened instead of the files of a run.
func TestOverview(t *testing.T) {
	dir := small(t, 0)
	want := answers(t, opened(t, dir))
	path, err := write.Overview("", dir)
	if err != nil || path != filepath.Join(dir, "overview.h5") {
		t.Fatal(path, err)
	}
	run := opened(t, dir)
	if files, err := run.Files(); err != nil || len(files) != 1 {
		t.Error(files, err)
	}
	if diff := differs(want, answers(t, run)); diff != "" {
		t.Error(diff)
	}
	files, err := filepath.Glob(filepath.Join(dir, "RAW*"))
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	if err := write.Write(files[0], run); !errors.Is(err, write.ErrSource) {
		t.Error("over a file behind an overview file:", err)
	}
	again := filepath.Join(t.TempDir(), "again.h5")
	if err := write.Write(again, run); err != nil {
		t.Fatal(err)
	}
	if diff := differs(want, answers(t, opened(t, again))); diff != "" {
		t.Error(diff)
	}
}

// TestStructure clones a run, and not onto itself.
func TestStructure(t *testing.T) {
	dir, to := small(t, 0), filepath.Join(t.TempDir(), "clone")
	if err := write.CopyStructure(dir, to, write.Data{Run: true}); err != nil {
		t.Fatal(err)
	}
	run, clone := opened(t, dir), opened(t, to)
	if diff := cmp.Diff(run.SelectedKeys(), clone.SelectedKeys()); diff != "" {
		t.Error(diff)
	}
	key, err := extradata.Key[uint16](clone, mockrun.Module(0), "image.data")
	if err != nil {
		t.Fatal(err)
	}
	frames, err := key.Read()
	if err != nil || slices.Max(frames.Data) != 0 {
		t.Error("it has frames", err)
	}
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(dir, link); err != nil {
		t.Fatal(err)
	}
	for _, itself := range []string{dir, link} {
		if err := write.CopyStructure(dir, itself, write.Data{}); !errors.Is(err, write.ErrSource) {
			t.Error(err)
		}
	}
	if err := write.CopyStructure(filepath.Join(dir, "nowhere"), to, write.Data{}); !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
}
