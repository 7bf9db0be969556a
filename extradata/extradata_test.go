package extradata_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"extrapasha/extradata"
	"extrapasha/internal/mockrun"
	"extrapasha/keydata"
	psh "extrapasha/pasha"
)

func TestMain(m *testing.M) {
	roles := map[string]func() error{rankRoots: rankProgram, rankFrames: framesProgram}
	if os.Getenv(rankRoots) != "" {
		inRank()
	}
	psh.Init()
	for role, program := range roles {
		if os.Getenv(role) == "" {
			continue
		}
		err := program()
		psh.Close()
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	goleak.VerifyTestMain(m)
}

// open opens the run of the repository's test data.
func open(t testing.TB, opts ...extradata.Option) *extradata.DataCollection {
	t.Helper()
	t.Setenv("EXTRA_DATA_DATA_ROOT", "../testdata")
	run, err := extradata.OpenRun(700000, 1, opts...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := run.Close(); err != nil {
			t.Error(err)
		}
	})
	return run
}

func TestOpenRunData(t *testing.T) {
	raw, corrected := mockrun.Module(0), mockrun.CorrectedModule(0)
	for _, c := range []struct {
		name          string
		opts          []extradata.Option
		raw           string // type of the images under the raw name, empty where there are none
		withCorrected bool
		withMotors    bool
	}{
		{"default", nil, "uint16", true, true},
		{"raw", []extradata.Option{extradata.Data("raw")}, "uint16", false, true},
		{"proc", []extradata.Option{extradata.Data("proc")}, "float32", true, false},
		{"all", []extradata.Option{extradata.Data("all")}, "float32", true, true},
		{"proc, raw", []extradata.Option{extradata.Data("proc", "raw")}, "uint16", true, true},
		{"only devices", []extradata.Option{extradata.Include("*DA*")}, "", false, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			run := open(t, c.opts...)
			key, err := run.Key(raw, "image.data")
			if (err == nil) != (c.raw != "") || err == nil && key.DType().String() != c.raw {
				t.Errorf("images under the raw name: %v, %v; want %s", key, err, c.raw)
			}
			if got := slices.Contains(run.InstrumentSources(), corrected); got != c.withCorrected {
				t.Errorf("corrected data: %v, want %v", got, c.withCorrected)
			}
			if got := slices.Contains(run.ControlSources(), mockrun.Motor(1)); got != c.withMotors {
				t.Errorf("motors: %v, want %v", got, c.withMotors)
			}
		})
	}
}

// TestReplacedTrains has processed data of which raw data replaces every source: the
// trains that it alone has do not count.
func TestReplacedTrains(t *testing.T) {
	root := t.TempDir()
	config := mockrun.Small()
	if err := config.Write(t.Context(), root); err != nil {
		t.Fatal(err)
	}
	proc := config.RunDir(root, "proc")
	if err := os.RemoveAll(proc); err != nil {
		t.Fatal(err)
	}
	later := config
	later.FirstTrain += 1000
	elsewhere := t.TempDir()
	if err := later.Write(t.Context(), elsewhere); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(later.RunDir(elsewhere, "raw"), proc); err != nil {
		t.Fatal(err)
	}
	t.Setenv("EXTRA_DATA_DATA_ROOT", root)
	for data, first := range map[string]uint64{"default": config.FirstTrain, "all": later.FirstTrain} {
		run := must(extradata.OpenRun(config.Proposal, config.Run, extradata.Data(data)))
		if ids := run.TrainIDs(); len(ids) != config.Trains || ids[0] != first {
			t.Errorf("%s: trains %v, want %d from %d on", data, ids, config.Trains, first)
		}
		run.Close()
	}
}

func TestOpenRunNames(t *testing.T) {
	run := open(t)
	for _, proposal := range []string{"700000", "p700000", "../testdata/SPB/202601/p700000"} {
		same, err := extradata.OpenRun(proposal, "r0001")
		if err != nil || !slices.Equal(same.AllSources(), run.AllSources()) {
			t.Errorf("proposal %s: %v, %v", proposal, same, err)
			continue
		}
		same.Close()
	}
}

func TestOpenErrors(t *testing.T) {
	t.Setenv("EXTRA_DATA_DATA_ROOT", "../testdata")
	var (
		proposalErr  *extradata.ProposalError
		runErr       *extradata.RunError
		filesErr     *extradata.FilesError
		structureErr *extradata.FileStructureError
		conflictErr  *extradata.ConflictError
	)
	_, err := extradata.OpenRun(70000, 1)
	if !errors.As(err, &proposalErr) || !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), "p700000") {
		t.Errorf("no such proposal: %v", err)
	}
	_, err = extradata.OpenRun(700000, 11)
	if !errors.As(err, &runErr) || !strings.Contains(err.Error(), "r0001") {
		t.Errorf("no such run: %v", err)
	}
	if _, err := extradata.OpenRun(700000, 1, extradata.Data("usr")); !errors.As(err, &runErr) || !strings.Contains(err.Error(), "usr") {
		t.Errorf("no such data: %v", err)
	}
	if _, err := extradata.OpenRun(700000, 1, extradata.Data()); err == nil {
		t.Error("no data named: no error")
	}
	if _, err := extradata.OpenRun(700000, 1, extradata.Include("*LPD*")); !errors.As(err, &filesErr) {
		t.Errorf("no such file: %v", err)
	}
	if _, err := extradata.RunDirectory(t.TempDir()); !errors.As(err, &filesErr) {
		t.Errorf("empty directory: %v", err)
	}
	if _, err := extradata.H5File("nothere.h5"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no such file: %v", err)
	}
	text := filepath.Join(t.TempDir(), "text.h5")
	if err := os.WriteFile(text, []byte("text"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := extradata.H5File(text); err == nil || errors.As(err, &structureErr) || !strings.Contains(err.Error(), "not an HDF5 file") {
		t.Errorf("text: %v", err)
	}
	// The same file twice has the same trains twice.
	twice := t.TempDir()
	content, _ := os.ReadFile("../testdata/SPB/202601/p700000/raw/r0001/RAW-R0001-DA01-S00000.h5")
	for _, name := range []string{"RAW-R0001-DA01-S00000.h5", "RAW-R0001-DA01-S00001.h5"} {
		if err := os.WriteFile(filepath.Join(twice, name), content, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := extradata.RunDirectory(twice); !errors.As(err, &conflictErr) || !strings.Contains(err.Error(), mockrun.XGM) {
		t.Errorf("conflicting files: %v", err)
	}
}

func TestNames(t *testing.T) {
	run := open(t)
	var (
		sourceErr *extradata.SourceNameError
		keyErr    *extradata.KeyNameError
		typeErr   *extradata.TypeError
	)
	_, err := run.Key("SPB_EXP_SAM/MOTOR/7", "actualPosition")
	if !errors.As(err, &sourceErr) || !slices.Contains(sourceErr.Closest, mockrun.Motor(1)) {
		t.Errorf("no such source: %v, want an offer of the motors", err)
	}
	if _, err := run.Keys("spb_exp_sam/motor/1"); !errors.As(err, &sourceErr) || sourceErr.Closest[0] != mockrun.Motor(1) {
		t.Errorf("wrong case: %v, want an offer of the right one", err)
	}
	_, err = run.Key(mockrun.Motor(1), "actualPositon")
	if !errors.As(err, &keyErr) || !slices.Equal(keyErr.Closest, []string{"actualPosition"}) {
		t.Errorf("no such key: %v, want an offer of actualPosition", err)
	}
	if _, err := run.Key(mockrun.Module(0), ""); !errors.As(err, &keyErr) {
		t.Errorf("no key: %v", err)
	}
	if _, err := extradata.Key[int32](run, mockrun.Motor(1), "actualPosition"); !errors.As(err, &typeErr) {
		t.Errorf("wrong type: %v", err)
	}
	short, err := run.Key(mockrun.Motor(1), "actualPosition")
	if err != nil || short.Key() != "actualPosition.value" {
		t.Errorf("without .value: %v, %v", short, err)
	}
}

// TestGet asks a collection for several keys of a train, of all kinds.
func TestGet(t *testing.T) {
	run := open(t)
	images, err := extradata.Key[uint16](run, mockrun.Module(1), "image.data")
	if err != nil {
		t.Fatal(err)
	}
	states, err := extradata.Key[string](run, mockrun.XGM, "state")
	if err != nil {
		t.Fatal(err)
	}
	visited, _ := psh.AllocFor[bool](run)
	err = psh.Map(func(worker, index int, train extradata.Train) error {
		visited.Data[index] = true
		if train.ID != run.TrainIDs()[index] || train.Index != index {
			t.Errorf("train %d at index %d", train.ID, index)
		}
		entries, err := extradata.Get[uint16](train, mockrun.Module(1), "image.data")
		if err != nil {
			return err
		}
		want, err := images.TrainByIndex(index)
		if err != nil || !slices.Equal(entries.Data, want.Array().Data) || !slices.Equal(entries.Shape(), want.Shape()) {
			t.Errorf("train %d: %v, want %v (%v)", train.ID, entries, want.Array(), err)
		}
		state, err := extradata.Get[string](train, mockrun.XGM, "state.value")
		if err != nil {
			return err
		}
		if want, err := states.TrainByIndex(index); err != nil || !slices.Equal(state.Data, want.Array().Data) {
			t.Errorf("train %d: state %v, want %v (%v)", train.ID, state.Data, want.Array().Data, err)
		}
		return nil
	}, run, psh.On(psh.Threads(3)))
	if err != nil {
		t.Fatal(err)
	}
	if slices.Contains(visited.Data, false) {
		t.Errorf("trains visited: %v, want all", visited.Data)
	}
	var (
		sourceErr *extradata.SourceNameError
		typeErr   *extradata.TypeError
	)
	err = psh.Map(func(worker, index int, train extradata.Train) error {
		_, err := extradata.Get[uint16](train, "NO/SUCH/SOURCE", "image.data")
		return err
	}, run)
	if !errors.As(err, &sourceErr) {
		t.Errorf("no such source: %v", err)
	}
	err = psh.Map(func(worker, index int, train extradata.Train) error {
		if _, err := extradata.Get[uint16](train, mockrun.Module(0), "image.data"); err != nil {
			return err
		}
		_, err := extradata.Get[float32](train, mockrun.Module(0), "image.data")
		return err
	}, run)
	if !errors.As(err, &typeErr) {
		t.Errorf("another type after the right one: %v", err)
	}
}

// TestInterrupt stops a map over a run in the middle.
func TestInterrupt(t *testing.T) {
	run := open(t)
	ctx, cancel := context.WithCancel(context.Background())
	err := psh.Map(func(worker, index int, train extradata.Train) error {
		cancel()
		time.Sleep(20 * time.Millisecond) // word of it has to get around
		return nil
	}, run, psh.Until(ctx), psh.On(psh.Serial()))
	if !errors.Is(err, context.Canceled) {
		t.Errorf("%v, want that it was cancelled", err)
	}
}

// TestWalkOverDamage reads all data where one file went bad after opening: every
// train tells, none passes for complete with what was found before.
func TestWalkOverDamage(t *testing.T) {
	root := t.TempDir()
	config := mockrun.Small()
	if err := config.Write(t.Context(), root); err != nil {
		t.Fatal(err)
	}
	run := must(extradata.RunDirectory(config.RunDir(root, "raw")))
	defer run.Close()
	sources := run.AllSources()
	last := sources[len(sources)-1]
	for _, path := range must(run.Key(last, must(run.Keys(last))[0])).FilePaths() {
		if err := os.Truncate(path, 100); err != nil {
			t.Fatal(err)
		}
	}
	run.Close() // what is open does not notice
	for train, err := range run.Trains(false) {
		if err != nil {
			t.Fatal(err)
		}
		if data, err := train.Data(false); err == nil {
			t.Errorf("train %d: no error, %d keys of %s", train.ID, len(data[last]), last)
		}
	}
}

// TestMapOverChangedFile cuts a file short while kernels work on a collection.
func TestMapOverChangedFile(t *testing.T) {
	config := mockrun.Default()
	config.Trains, config.Modules, config.Rows, config.Cols = 20, 1, 64, 64
	root := t.TempDir()
	if err := config.Write(context.Background(), root); err != nil {
		t.Fatal(err)
	}
	run, err := extradata.RunDirectory(config.RunDir(root, "raw"))
	if err != nil {
		t.Fatal(err)
	}
	defer run.Close()
	images, err := run.Key(mockrun.Module(0), "image.data")
	if err != nil {
		t.Fatal(err)
	}
	path := images.FilePaths()[0]
	total, cut := 0, -1
	kernel := func(worker, index int, train extradata.Train) error {
		energies, err := extradata.Get[float32](train, mockrun.XGMOutput, "data.intensityTD")
		if err != nil {
			return err
		}
		frames, err := extradata.Get[uint16](train, mockrun.Module(0), "image.data")
		if err != nil {
			return err
		}
		if index == cut {
			if err := os.Truncate(path, 4096); err != nil {
				return err
			}
		}
		for _, pixel := range frames.Data {
			total += int(pixel)
		}
		total += int(energies.Data[0])
		return nil
	}
	if err := psh.Map(kernel, run, psh.On(psh.Serial())); err != nil { // frames are lent from then on
		t.Fatal(err)
	}
	cut = 5
	err = psh.Map(kernel, run, psh.On(psh.Serial()))
	var failed *keydata.Error
	if !errors.Is(err, extradata.ErrChanged) || !errors.As(err, &failed) || failed.TrainID != config.FirstTrain+5 || !strings.Contains(err.Error(), path) {
		t.Errorf("%v, expected ErrChanged with the path and train %d", err, config.FirstTrain+5)
	}
}
