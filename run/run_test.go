package run_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"extrapasha/internal/h5"
	"extrapasha/internal/mockrun"
	"extrapasha/run"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// sample makes a run and returns its data root and its raw directory.
func sample(t *testing.T, change func(*mockrun.Config)) (root, dir string) {
	t.Helper()
	config := mockrun.Small()
	if change != nil {
		change(&config)
	}
	root = t.TempDir()
	if err := config.Write(context.Background(), root); err != nil {
		t.Fatal(err)
	}
	return root, config.RunDir(root, "raw")
}

// warnings collects what is logged during a test.
func warnings(t *testing.T) *bytes.Buffer {
	var text bytes.Buffer
	before := slog.Default()
	slog.SetDefault(slog.New(slog.NewTextHandler(&text, nil)))
	t.Cleanup(func() { slog.SetDefault(before) })
	return &text
}

func closeAll(files []*run.File) {
	for _, file := range files {
		file.Close()
	}
}

// TestVersions reads the same run in each version of the format.
func TestVersions(t *testing.T) {
	var want string
	for _, version := range mockrun.Versions {
		_, dir := sample(t, func(c *mockrun.Config) { c.Version = version })
		files, err := run.OpenDirectory(dir, run.Choice{})
		if err != nil {
			t.Fatal(err)
		}
		defer closeAll(files)
		got := ""
		for _, file := range files {
			if got, err := file.FormatVersion(); err != nil || got != version {
				t.Errorf("%v: version %s, %v; want %s", file, got, err, version)
			}
			got += describe(t, file)
		}
		if want == "" {
			want = got
		}
		if got != want {
			t.Errorf("version %s reads\n%s, version %s\n%s", version, got, mockrun.Versions[0], want)
		}
	}
	if !strings.Contains(want, mockrun.Module(1)) || !strings.Contains(want, mockrun.Motor(2)) {
		t.Errorf("sources are missing:\n%s", want)
	}
}

// describe tells trains, sources, keys and indexes of a file.
func describe(t *testing.T, file *run.File) string {
	t.Helper()
	text := fmt.Sprintln(file, file.TrainIDs())
	var sources []string
	for source := range file.Sources() {
		sources = append(sources, source)
	}
	slices.Sort(sources)
	for _, source := range sources {
		keys, err := file.Keys(file.Sources()[source], source)
		if err != nil {
			t.Fatal(err)
		}
		group := ""
		if file.Sources()[source] == run.Instrument {
			group, _, _ = strings.Cut(keys[len(keys)-1], ".")
		}
		index, err := file.Index(source, group)
		if err != nil {
			t.Fatal(err)
		}
		for i, count := range index.Count {
			if count == 0 {
				index.First[i] = 0 // says nothing
			}
		}
		text += fmt.Sprintln(source, file.Sources()[source], keys, index)
	}
	return text
}

func TestFileReopens(t *testing.T) {
	_, dir := sample(t, nil)
	files, err := run.OpenDirectory(dir, run.Choice{Include: "*DA01-S00000*"})
	if err != nil || len(files) != 1 {
		t.Fatal(files, err)
	}
	file := files[0]
	for range 2 {
		if has, err := file.Has(run.Control, mockrun.XGM, "pulseEnergy.photonFlux.value"); err != nil || !has {
			t.Errorf("a key that is there: %v, %v", has, err)
		}
		for _, key := range []string{"pulseEnergy.photonFlux", "nothing", ""} {
			if has, err := file.Has(run.Control, mockrun.XGM, key); err != nil || has {
				t.Errorf("%q, which is no dataset: %v, %v", key, has, err)
			}
		}
		if err := file.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestFind(t *testing.T) {
	root, dir := sample(t, nil)
	t.Setenv(run.RootVariable, root)
	proposalDir := filepath.Dir(filepath.Dir(dir))
	for _, name := range []string{"700000", "p700000", proposalDir} {
		if got, err := run.FindProposal(name); err != nil || got != proposalDir {
			t.Errorf("proposal %s: %s, %v; want %s", name, got, err, proposalDir)
		}
	}
	for _, name := range []string{"1", "r0001", "0001", "r1"} {
		if got, err := run.FindRun(proposalDir, name, "raw"); err != nil || got != dir {
			t.Errorf("run %s: %s, %v; want %s", name, got, err, dir)
		}
	}
	var proposalErr *run.ProposalError
	_, err := run.FindProposal("700001")
	if !errors.As(err, &proposalErr) || !errors.Is(err, fs.ErrNotExist) || !slices.Equal(proposalErr.Closest, []string{"p700000"}) {
		t.Errorf("no such proposal: %v, want a ProposalError that offers p700000", err)
	}
	if _, err := run.FindProposal(filepath.Join(root, "none")); !errors.As(err, &proposalErr) {
		t.Errorf("no such path: %v, want a ProposalError", err)
	}
	var runErr *run.RunError
	_, err = run.FindRun(proposalDir, "2", "raw")
	if !errors.As(err, &runErr) || !errors.Is(err, fs.ErrNotExist) || !slices.Equal(runErr.Closest, []string{"r0001"}) {
		t.Errorf("no such run: %v, want a RunError that offers r0001", err)
	}
	for _, name := range []string{"", "seven", "p", "-1"} {
		if _, err := run.FindProposal(name); err == nil || !strings.Contains(err.Error(), "expected") {
			t.Errorf("proposal %q: %v, want what is expected", name, err)
		}
		if _, err := run.FindRun(proposalDir, name, "raw"); err == nil || !strings.Contains(err.Error(), "expected") {
			t.Errorf("run %q: %v, want what is expected", name, err)
		}
	}
	t.Setenv(run.RootVariable, "")
	if run.Root() != "/gpfs/exfel/exp" {
		t.Errorf("data root %s", run.Root())
	}
}

func TestOpenDirectoryErrors(t *testing.T) {
	empty := t.TempDir()
	_, dir := sample(t, nil)
	var (
		filesErr      *run.FilesError
		runErr        *run.RunError
		unreadableErr *run.UnreadableError
	)
	if _, err := run.OpenDirectory(empty, run.Choice{}); !errors.As(err, &filesErr) || !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("empty directory: %v, want FilesError", err)
	}
	if _, err := run.OpenDirectory(dir, run.Choice{Include: "*LPD*"}); !errors.As(err, &filesErr) || !strings.Contains(err.Error(), "LPD") {
		t.Errorf("no file matches: %v, want FilesError with the pattern", err)
	}
	if _, err := run.OpenDirectory(dir, run.Choice{Include: "["}); err == nil {
		t.Error("bad pattern: no error")
	}
	if _, err := run.OpenDirectory(filepath.Join(dir, "none"), run.Choice{}); !errors.As(err, &runErr) {
		t.Errorf("no such directory: %v, want RunError", err)
	}
	file := filepath.Join(dir, "RAW-R0001-DA01-S00000.h5")
	if _, err := run.OpenDirectory(file, run.Choice{}); err == nil || !strings.Contains(err.Error(), "H5File") {
		t.Errorf("a file: %v, want an error that says how to open it", err)
	}
	broken := t.TempDir()
	if err := os.WriteFile(filepath.Join(broken, "RAW-R0001-DA01-S00000.h5"), []byte("no"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := run.OpenDirectory(broken, run.Choice{}); !errors.As(err, &unreadableErr) || !errors.Is(err, h5.ErrNotHDF5) {
		t.Errorf("no file can be read: %v, want UnreadableError", err)
	}
}

// TestOpenDirectorySkips breaks files of a run in several ways: each is left out
// with a warning, the others are there.
func TestOpenDirectorySkips(t *testing.T) {
	_, dir := sample(t, nil)
	files, err := run.OpenDirectory(dir, run.Choice{})
	if err != nil {
		t.Fatal(err)
	}
	good := len(files)
	closeAll(files)

	content, _ := os.ReadFile(filepath.Join(dir, "RAW-R0001-DA01-S00000.h5"))
	write := func(name string, content []byte) {
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write("RAW-R0001-DA07-S00000.h5", []byte("text"))
	write("RAW-R0001-DA08-S00000.h5", content[:len(content)/2])
	write("notes.txt", []byte("not a data file"))
	write("overview.h5", []byte("only points to the others"))
	noIndex(t, filepath.Join(dir, "RAW-R0001-DA09-S00000.h5"))

	logged := warnings(t)
	files, err = run.OpenDirectory(dir, run.Choice{})
	if err != nil || len(files) != good {
		t.Fatalf("%d files, %v; want the %d good ones", len(files), err, good)
	}
	closeAll(files)
	if got := strings.Count(logged.String(), "level=WARN"); got != 3 {
		t.Errorf("%d warnings, want 3:\n%s", got, logged)
	}
	for _, name := range []string{"DA07", "DA08", "DA09", "truncated", "INDEX/trainId"} {
		if !strings.Contains(logged.String(), name) {
			t.Errorf("no warning tells of %s:\n%s", name, logged)
		}
	}
	var structureErr *run.FileStructureError
	if _, err := run.Open(filepath.Join(dir, "RAW-R0001-DA09-S00000.h5")); !errors.As(err, &structureErr) {
		t.Errorf("a file without INDEX by itself: %v, want FileStructureError", err)
	}
}

func noIndex(t *testing.T, path string) {
	w, err := h5.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := h5.Put(w, "some/data", []int{1}, []float32{1}, h5.Layout{}); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
}

// TestStrangeMetadata has files with METADATA that is not as the format has it.
func TestStrangeMetadata(t *testing.T) {
	for name, c := range map[string]struct {
		sources []string
		version []string
		want    string // of the error, empty for none
	}{
		"virtual source": {[]string{"Karabo_TimerServer/x", "CONTROL/A/MOTOR/1", ""}, []string{"1.1"}, ""},
		"unknown":        {[]string{"CONTRL/A/MOTOR/1"}, []string{"1.2"}, "CONTRL"},
		"no version":     {[]string{"CONTROL/A/MOTOR/1"}, []string{}, "dataFormatVersion"},
	} {
		path := filepath.Join(t.TempDir(), "RAW-R0001-DA01-S00000.h5")
		w, err := h5.Create(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(
			h5.Put(w, "INDEX/trainId", []int{2}, []uint64{10000, 0}, h5.Layout{}),
			h5.Put(w, "INDEX/flag", []int{2}, []int32{0, 0}, h5.Layout{}),
			h5.PutStrings(w, "METADATA/dataFormatVersion", []int{len(c.version)}, c.version, h5.Layout{}),
			h5.PutStrings(w, "METADATA/dataSources/dataSourceId", []int{len(c.sources)}, c.sources, h5.Layout{}),
			w.Close(),
		); err != nil {
			t.Fatal(err)
		}
		file, err := run.Open(path)
		if c.want == "" {
			if err != nil || len(file.Sources()) != 1 || !slices.Equal(file.TrainIDs(), []uint64{10000}) {
				t.Errorf("%s: %v, %v", name, file, err)
				continue
			}
			file.Close()
			continue
		}
		var structureErr *run.FileStructureError
		if !errors.As(err, &structureErr) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want a FileStructureError that tells of %s", name, err, c.want)
		}
	}
}
