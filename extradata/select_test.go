package extradata_test

import (
	"bytes"
	"errors"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"extrapasha/extradata"
	"extrapasha/internal/mockrun"
	psh "extrapasha/pasha"
	"extrapasha/run"
)

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

// TestSelectBy selects what other collections, sources and keys have.
func TestSelectBy(t *testing.T) {
	run := open(t)
	motors := must(run.Select(extradata.Glob("*MOTOR/[12]", "*Position"), extradata.Glob("*XGM*", "state")))
	source := must(motors.Source(mockrun.Motor(2)))
	key := must(run.Key(mockrun.XGM, "state"))
	for name, c := range map[string]struct {
		selection extradata.Selection
		sources   []string
		keys      int // selected of motor 2
	}{
		"collection": {extradata.Same(motors), []string{mockrun.Motor(1), mockrun.Motor(2), mockrun.XGM}, 3},
		"source":     {extradata.Only(source), []string{mockrun.Motor(2)}, 3},
		"key":        {extradata.OnlyKey(key), []string{mockrun.XGM}, 0},
		"exact":      {extradata.Exact(map[string][]string{mockrun.Motor(2): {"actualPosition"}}), []string{mockrun.Motor(2)}, 1},
	} {
		sel, err := run.Select(c.selection)
		if err != nil || !slices.Equal(sel.AllSources(), c.sources) || len(sel.SelectedKeys()[mockrun.Motor(2)]) != c.keys {
			t.Errorf("%s: %v %v, %v", name, sel.AllSources(), sel.SelectedKeys(), err)
		}
	}
	if len(run.AllSources()) < 8 || run.SelectedKeys()[mockrun.Motor(2)] != nil {
		t.Error("selecting changed the collection it was asked of")
	}
	var keyErr *extradata.KeyNameError
	if _, err := motors.Key(mockrun.XGM, "beamPosition.ixPos"); !errors.As(err, &keyErr) {
		t.Errorf("a key that was not selected: %v", err)
	}
	if _, err := run.Select(extradata.Glob("*", "nothing.*")); !errors.Is(err, extradata.ErrSelection) {
		t.Errorf("nothing fits: %v", err)
	}
}

func TestSourceData(t *testing.T) {
	run := open(t)
	module := must(run.Source(mockrun.Module(0)))
	if groups := must(module.IndexGroups()); !slices.Equal(groups, []string{"header", "image", "trailer"}) {
		t.Errorf("groups %v", groups)
	}
	images := must(module.SelectKeys("image.*"))
	if groups := must(images.IndexGroups()); !slices.Equal(groups, []string{"image"}) {
		t.Errorf("groups of a selection %v", groups)
	}
	if key := must(images.OneKey("image")); !strings.HasPrefix(key, "image.") {
		t.Errorf("one key %s", key)
	}
	var keyErr *extradata.KeyNameError
	if _, err := images.SelectKeys("header.*"); !errors.As(err, &keyErr) {
		t.Errorf("keys that were not selected: %v", err)
	}
	if aggregator := must(module.Aggregator()); aggregator != "AGIPD00" {
		t.Errorf("aggregator %s", aggregator)
	}
	if category, class := must(module.DataCategory()), must(module.StorageClass()); category != "RAW" || class != "" {
		t.Errorf("category %s, storage class %s", category, class)
	}
	counts := must(module.DataCounts("image"))
	full := must(module.DropEmptyTrains("image"))
	if n := len(full.TrainIDs()); n != len(slices.DeleteFunc(counts, func(c int) bool { return c == 0 })) {
		t.Errorf("%d trains with images of %v", n, counts)
	}
	if _, err := module.TrainIDCoordinates(""); !errors.Is(err, extradata.ErrSelection) {
		t.Errorf("coordinates of groups that differ: %v", err)
	}
	key := must(module.Key("image.data"))
	if ids := must(module.TrainIDCoordinates("image")); !slices.Equal(ids, key.TrainIDCoordinates()) {
		t.Errorf("coordinates %v, want %v", ids, key.TrainIDCoordinates())
	}
	parts := must(module.SplitTrains(3, 0))
	if len(parts) != 3 {
		t.Errorf("%d parts", len(parts))
	}
	whole := must(parts[0].Union(parts[1:]...))
	if !slices.Equal(whole.TrainIDs(), module.TrainIDs()) {
		t.Errorf("union of the parts has trains %v", whole.TrainIDs())
	}
	first := must(module.SelectTrains(extradata.ByIndex(psh.Span(0, 2))))
	if len(first.TrainIDs()) != 2 || !strings.Contains(first.String(), "2 trains") {
		t.Errorf("%v", first)
	}
	if _, err := module.RunValues(); !errors.Is(err, extradata.ErrInstrument) {
		t.Errorf("values of the run of an instrument source: %v", err)
	}
	motor := must(run.Source(mockrun.Motor(1)))
	if value := must(motor.RunValue("targetPosition")); value != 1.0 {
		t.Errorf("value of the run %v", value)
	}
	if _, err := motor.RunValue("targetPositon"); !errors.As(err, &keyErr) {
		t.Errorf("no such value of the run: %v", err)
	}
	if names := must(motor.Names()); !slices.Equal(names, []string{"actualPosition", "encoderPosition", "targetPosition"}) {
		t.Errorf("names %v", names)
	}
}

func TestUnionOfRuns(t *testing.T) {
	root := t.TempDir()
	for number := 1; number <= 2; number++ {
		config := mockrun.Small()
		config.Run, config.FirstTrain = number, uint64(10000*number)
		if err := config.Write(t.Context(), root); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("EXTRA_DATA_DATA_ROOT", root)
	first, second := must(extradata.OpenRun(700000, 1)), must(extradata.OpenRun(700000, 2))
	defer first.Close()
	defer second.Close()
	both := must(first.Union(second))
	if len(both.TrainIDs()) != 20 {
		t.Errorf("%v", both)
	}
	var multi *extradata.MultiRunError
	if _, err := both.RunMetadata(); !errors.As(err, &multi) {
		t.Errorf("metadata of two runs: %v", err)
	}
	if _, err := must(both.Source(mockrun.Motor(1))).RunValues(); !errors.As(err, &multi) {
		t.Errorf("values of two runs: %v", err)
	}
	for _, source := range []string{mockrun.Module(0), mockrun.Motor(3)} {
		key := map[string]string{mockrun.Module(0): "header.pulseCount", mockrun.Motor(3): "actualPosition"}[source]
		a, b, c := must(first.Key(source, key)), must(second.Key(source, key)), must(both.Key(source, key))
		if c.Entries() != a.Entries()+b.Entries() {
			t.Errorf("%v is not %v and %v", c, a, b)
		}
	}
	// Parts of one run together are of one run.
	parts := must(first.SplitTrains(3, 0))
	if _, err := must(parts[0].Union(parts[1:]...)).RunMetadata(); err != nil {
		t.Errorf("metadata of a run put together again: %v", err)
	}
	var conflict *extradata.ConflictError
	copied := t.TempDir()
	content, _ := os.ReadFile(filepath.Join(root, "SPB/202601/p700000/raw/r0001/RAW-R0001-DA01-S00000.h5"))
	other := must(extradata.H5File(writeFile(t, filepath.Join(copied, "RAW-R0001-DA01-S00000.h5"), string(content))))
	defer other.Close()
	if _, err := first.Union(other); !errors.As(err, &conflict) {
		t.Errorf("the same trains in other files: %v", err)
	}
}

func TestWarnings(t *testing.T) {
	var text bytes.Buffer
	before := slog.Default()
	slog.SetDefault(slog.New(slog.NewTextHandler(&text, nil)))
	t.Cleanup(func() { slog.SetDefault(before) })
	run := open(t, extradata.Data("proc"))
	for name, c := range map[string]struct {
		do   func() error
		says string
	}{
		"no train is complete": {func() error {
			empty := must(open(t).Select(extradata.Glob("*CAM*", "data.trainId")))
			missing := must(empty.Key(mockrun.Camera(1), "data.trainId"))
			var without []uint64
			for i, count := range missing.DataCounts() {
				if count == 0 {
					without = append(without, missing.TrainIDs()[i])
				}
			}
			_, err := must(empty.SelectTrains(extradata.ByIDs(without...))).RequireAll()
			return err
		}, "no train has data"},
		"before": {func() error { _, err := run.SelectTrains(extradata.ByID(1, 2, 1)); return err }, "before the first"},
		"after":  {func() error { _, err := run.SelectTrains(extradata.ByID(1e9, 2e9, 1)); return err }, "after the last"},
		"none":   {func() error { _, err := run.SelectTrains(extradata.ByIDs(3)); return err }, "none of the train IDs"},
		"legacy": {func() error { _, err := run.Source(mockrun.Module(0)); return err }, mockrun.CorrectedModule(0)},
	} {
		text.Reset()
		if err := c.do(); err != nil || !strings.Contains(text.String(), c.says) {
			t.Errorf("%s: %v, logged %q, want %q", name, err, text.String(), c.says)
		}
	}
	text.Reset()
	if _, err := must(run.Select(extradata.Glob("*", "image.*"))).Source(mockrun.Module(0)); err != nil || text.Len() > 0 {
		t.Errorf("the notice of a legacy name comes again: %q", text.String())
	}
	if legacy := run.LegacySources(); legacy[mockrun.Module(1)] != mockrun.CorrectedModule(1) {
		t.Errorf("legacy names %v", legacy)
	}
}

func TestInfo(t *testing.T) {
	run, err := open(t).WithAliases(map[string]extradata.Alias{"xgm": {Source: mockrun.XGM}})
	if err != nil {
		t.Fatal(err)
	}
	info := must(run.Info())
	for _, line := range []string{"trains:         10", "detector SPB_DET_AGIPD1M-1/DET: 2 modules", "5 control sources:", "  - " + mockrun.XGM + " <xgm>"} {
		if !strings.Contains(info, line+"\n") {
			t.Errorf("no line %q in\n%s", line, info)
		}
	}
	if detail := must(run.Info("*MOTOR/1")); !strings.Contains(detail, "    - actualPosition (float64)\n") {
		t.Errorf("no keys of the motor in\n%s", detail)
	}
	missing := must(run.MissingData(0.95, false))
	if len(missing) == 0 || missing[0].Part() > missing[len(missing)-1].Part() {
		t.Errorf("missing: %v", missing)
	}
	if text := must(run.MissingText(0.95, true)); !strings.Contains(text, mockrun.Module(0)+" image.*") {
		t.Errorf("missing:\n%s", text)
	}
}

// TestManyFilesFewDescriptors reads a run of more than a thousand files on several
// workers in a process that may have 64 open.
func TestManyFilesFewDescriptors(t *testing.T) {
	const dirVariable = "EXTRAPASHA_TEST_MANY_FILES"
	if dir := os.Getenv(dirVariable); dir != "" {
		readManyFiles(t, dir)
		return
	}
	config := mockrun.Small()
	config.Trains, config.TrainsPerFile, config.Aggregators, config.Modules, config.Cameras = 260, 1, 4, 0, 0
	config.MissingTrains = 0
	root := t.TempDir()
	if err := config.Write(t.Context(), root); err != nil {
		t.Fatal(err)
	}
	command := exec.Command("sh", "-c", `ulimit -n 64; exec "$0" "$@"`, os.Args[0], "-test.run=^TestManyFilesFewDescriptors$")
	command.Env = append(os.Environ(), dirVariable+"="+config.RunDir(root, "raw"))
	if out, err := command.CombinedOutput(); err != nil {
		t.Errorf("%v: %s", err, out)
	}
}

func readManyFiles(t *testing.T, dir string) {
	run, err := extradata.RunDirectory(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer run.Close()
	sums, _ := psh.AllocFor[float64](run)
	err = psh.Map(func(worker, index int, train extradata.Train) error {
		for n := 1; n <= 4; n++ {
			position, err := extradata.Get[float64](train, mockrun.Motor(n), "targetPosition")
			if err != nil {
				return err
			}
			sums.Data[index] += position.Data[0]
		}
		return nil
	}, run, psh.On(psh.Threads(8)))
	if err != nil {
		t.Fatal(err)
	}
	for i, sum := range sums.Data {
		if want := 10 + 4*0.5*float64(i/10); sum != want {
			t.Fatalf("train %d: %v, want %v", i, sum, want)
		}
	}
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil || len(entries) > 60 {
		t.Errorf("%d descriptors, %v", len(entries), err)
	}
}

func TestOnlyLocality(t *testing.T) {
	var filesErr *extradata.FilesError
	_, err := extradata.RunDirectory("../testdata/SPB/202601/p700000/raw/r0001", extradata.OnlyLocality(func(l run.Locality) bool { return l == run.OnTape }))
	if !errors.As(err, &filesErr) {
		t.Errorf("no file is on tape: %v, want FilesError", err)
	}
}

// TestOnlyFiles opens the files that all filters take.
func TestOnlyFiles(t *testing.T) {
	has := func(part string) extradata.Option {
		return extradata.OnlyFiles(func(path string) bool { return strings.Contains(path, part) })
	}
	onDisk := extradata.OnlyLocality(func(l run.Locality) bool { return l == run.OnDisk })
	opened := open(t, extradata.Data("raw"), has("AGIPD"), onDisk, has("S00000"))
	var names []string
	for _, file := range must(opened.Files()) {
		names = append(names, filepath.Base(file.Path))
	}
	if want := []string{"RAW-R0001-AGIPD00-S00000.h5", "RAW-R0001-AGIPD01-S00000.h5"}; !slices.Equal(names, want) {
		t.Errorf("%q, want %q", names, want)
	}
}

// TestFiles lists files with what is of a selection in them.
func TestFiles(t *testing.T) {
	all := open(t, extradata.Data("raw"))
	files := must(all.Files())
	if n := len(must(os.ReadDir("../testdata/SPB/202601/p700000/raw/r0001"))); len(files) < 4 || len(files) > n {
		t.Fatalf("%d files of %d", len(files), n)
	}
	for _, file := range files {
		info, err := os.Stat(file.Path)
		if err != nil || info.Size() != file.Size || len(file.TrainIDs) == 0 {
			t.Errorf("%v, %v", file, err)
		}
	}
	if !slices.IsSortedFunc(files, func(a, b extradata.FileInfo) int { return strings.Compare(a.Path, b.Path) }) {
		t.Errorf("not in order: %v", files)
	}
	last := must(must(all.Select(extradata.Glob("*MOTOR/1", "*"))).SelectTrains(extradata.ByIndex(psh.At(-1))))
	files = must(last.Files())
	if len(files) != 1 || !slices.Equal(files[0].TrainIDs, last.TrainIDs()) || !slices.Equal(must(last.Key(mockrun.Motor(1), "actualPosition")).FilePaths(), []string{files[0].Path}) {
		t.Errorf("a motor in the last train: %v", files)
	}
	if none := must(must(all.SelectTrains(extradata.ByIndices())).Files()); len(none) != 0 {
		t.Errorf("no trains: %v", none)
	}
}
