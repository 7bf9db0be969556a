package extradata_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"extrapasha/extradata"
	"extrapasha/internal/mockrun"
	psh "extrapasha/pasha"
)

// proposal makes a proposal of small runs, raw and corrected: 1, 2 and 4, of 10, 20 and
// 40 trains.
func proposal(t testing.TB) (root string, config mockrun.Config) {
	t.Helper()
	root, config = t.TempDir(), mockrun.Small()
	config.Rows, config.Cols, config.Modules = 4, 4, 1
	for _, number := range []int{1, 2, 4} {
		config.Run, config.Trains = number, 10*number
		if err := config.Write(t.Context(), root); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("EXTRA_DATA_DATA_ROOT", root)
	return root, config
}

func numbers(p *extradata.Proposal) (numbers []int) {
	for _, r := range p.Runs() {
		numbers = append(numbers, r.Number)
	}
	return numbers
}

// TestProposal lists the runs of all kinds of data, and nothing else, by any name.
func TestProposal(t *testing.T) {
	root, config := proposal(t)
	dir := config.ProposalDir(root)
	for _, name := range []string{"raw/r9", "raw/notes", "raw/r00017", "red/r0007", "usr/r0001"} {
		if err := os.MkdirAll(filepath.Join(dir, name), 0o777); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "raw/r0005"), nil, 0o666); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("r0002", filepath.Join(dir, "raw/r0003")); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"700000", "p700000", "p0700000", dir, dir + "/"} {
		p, err := extradata.OpenProposal(name)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got, want := numbers(p), []int{1, 2, 3, 4, 7}; !slices.Equal(got, want) {
			t.Errorf("%s: runs %v, want %v", name, got, want)
		}
		if kinds := p.Runs()[0].Kinds; !slices.Equal(kinds, []string{"raw", "proc"}) {
			t.Errorf("run 1 has %q", kinds)
		}
	}
	if p, err := extradata.OpenProposal(700000); err != nil || filepath.Clean(p.Dir()) != dir || !strings.Contains(p.String(), "5 runs") {
		t.Errorf("%v, %v", p, err)
	}
}

func TestNoProposal(t *testing.T) {
	root, config := proposal(t)
	for _, name := range []string{"700001", root, "./nowhere"} {
		if _, err := extradata.OpenProposal(name); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s: %v, want that there is none", name, err)
		}
	}
	if _, err := extradata.OpenProposal("here"); err == nil {
		t.Error("here is a proposal")
	}
	raw := filepath.Join(config.ProposalDir(root), "raw")
	if err := os.RemoveAll(raw); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(raw, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	if _, err := extradata.OpenProposal(700000); err == nil {
		t.Error("a file is a directory of runs")
	}
}

// TestRunOpen opens runs with the data that they have.
func TestRunOpen(t *testing.T) {
	root, config := proposal(t)
	dir := config.ProposalDir(root)
	for _, err := range []error{
		os.MkdirAll(filepath.Join(dir, "red"), 0o777),
		os.Rename(filepath.Join(dir, "raw/r0001"), filepath.Join(dir, "red/r0001")), // no raw data
		os.RemoveAll(filepath.Join(dir, "proc/r0002")),
		os.Mkdir(filepath.Join(dir, "proc/r0002"), 0o777), // not there yet
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	p, err := extradata.OpenProposal(700000)
	if err != nil {
		t.Fatal(err)
	}
	for i, has := range [][]string{{mockrun.Module(0), mockrun.CorrectedModule(0)}, {mockrun.Module(0)}, {mockrun.Module(0), mockrun.CorrectedModule(0)}} {
		r := p.Runs()[i]
		run, err := r.Open()
		if err != nil {
			t.Errorf("%v: %v", r, err)
			continue
		}
		if got := run.DetectorSources(); !slices.Equal(got, sorted(has)) {
			t.Errorf("%v: %q, want %q", r, got, has)
		}
		run.Close()
	}
	run, err := p.Runs()[2].Open(extradata.Data("proc"))
	if err != nil {
		t.Fatal(err)
	}
	defer run.Close()
	if names := run.ControlSources(); len(names) > 0 {
		t.Errorf("processed data has %q", names)
	}
}

func sorted(names []string) []string { return slices.Sorted(slices.Values(names)) }

// TestDescribe has a plain loop as judge.
func TestDescribe(t *testing.T) {
	root, config := proposal(t)
	motor := extradata.SourceKey{Source: mockrun.Motor(2), Key: "targetPosition"}
	values := []extradata.SourceKey{motor, {Source: mockrun.XGM, Key: "state"}, {Source: "MID/NO/SUCH", Key: "value"}}
	p, err := extradata.OpenProposal(700000)
	if err != nil {
		t.Fatal(err)
	}
	done := 0
	infos, err := p.Describe(values, psh.OnProgress(func(n, total int) { done = n }))
	if err != nil || len(infos) != 3 || done != 3 {
		t.Fatalf("%d of runs, %d done, %v", len(infos), done, err)
	}
	for i, number := range []int{1, 2, 4} {
		info := infos[i]
		run, err := extradata.OpenRun(700000, number)
		if err != nil {
			t.Fatal(err)
		}
		want := extradata.RunInfo{Run: number, Trains: 10 * number, FirstTrain: 10000, LastTrain: 9999 + uint64(10*number), Duration: time.Duration(number) * time.Second}
		want.Raw, want.Files = sizeOf(t, filepath.Join(config.ProposalDir(root), "raw", "r000"+string(rune('0'+number))))
		proc, files := sizeOf(t, filepath.Join(config.ProposalDir(root), "proc", "r000"+string(rune('0'+number))))
		want.Proc, want.Files = proc, want.Files+files
		legacy := run.LegacySources()
		for _, name := range run.AllSources() {
			if _, old := legacy[name]; old {
				continue
			}
			want.Sources++
			source, err := run.Source(name)
			if err != nil {
				t.Fatal(err)
			}
			if counts, err := source.DataCounts(""); err != nil || slices.Contains(counts, 0) {
				want.Incomplete = append(want.Incomplete, name)
			}
		}
		all, err := run.ControlValues()
		if err != nil {
			t.Fatal(err)
		}
		for _, value := range all {
			if value.Moved {
				want.Moved = append(want.Moved, value.Source+":"+value.Key)
			} else {
				want.Constant++
			}
		}
		targets, err := extradata.Key[float64](run, motor.Source, motor.Key)
		if err != nil {
			t.Fatal(err)
		}
		sum := 0.0
		for _, x := range psh.Must(targets.Read()).Data {
			sum += x
		}
		want.Values = map[string]any{motor.String(): sum / float64(want.Trains), mockrun.XGM + ":state": "ON"}
		if !reflect.DeepEqual(info, want) {
			t.Errorf("run %d:\n%+v, want\n%+v", number, info, want)
		}
		run.Close()
	}
}

func sizeOf(t *testing.T, dir string) (bytes int64, files int) {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(dir, "*.h5"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range paths {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		bytes += info.Size()
	}
	return bytes, len(paths)
}

// TestDescribeBad has runs that cannot be opened, or not read in part: they are told of
// as the others are.
func TestDescribeBad(t *testing.T) {
	root, config := proposal(t)
	dir := config.ProposalDir(root)
	broken, err := filepath.Glob(filepath.Join(dir, "raw/r0002/*.h5"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range broken {
		if err := os.WriteFile(path, []byte("no HDF5"), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.MkdirAll(filepath.Join(dir, "raw/r0003"), 0o777); err != nil {
		t.Fatal(err)
	}
	p, err := extradata.OpenProposal(700000)
	if err != nil {
		t.Fatal(err)
	}
	infos, err := p.Describe([]extradata.SourceKey{{Source: mockrun.XGMOutput, Key: "data.intensityTD"}})
	if err != nil {
		t.Fatal(err)
	}
	for i, says := range []string{"expected one number or text", "none of the", "no HDF5 files", "shape [1000]"} {
		if info := infos[i]; info.Run != i+1 || info.Err == nil || !strings.Contains(info.Err.Error(), says) {
			t.Errorf("run %d: %v, want %q", info.Run, info.Err, says)
		}
	}
	if infos[3].Trains != 40 || infos[1].Raw == 0 || !errors.Is(infos[2].Err, fs.ErrNotExist) {
		t.Errorf("%+v", infos)
	}
}

// TestControlValues has series that move, and others that do not.
func TestControlValues(t *testing.T) {
	config := mockrun.Default()
	config.Modules, config.Cameras, config.Trains = 0, 0, 200
	root := t.TempDir()
	if err := config.Write(t.Context(), root); err != nil {
		t.Fatal(err)
	}
	run, err := extradata.RunDirectory(config.RunDir(root, "raw"))
	if err != nil {
		t.Fatal(err)
	}
	defer run.Close()
	values, err := run.ControlValues()
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]bool{ // whether it moved
		mockrun.Motor(1) + ":actualPosition": true, mockrun.Motor(1) + ":targetPosition": true, mockrun.Motor(1) + ":encoderPosition": true,
		mockrun.FixedMotor(1) + ":actualPosition": false, mockrun.FixedMotor(2) + ":targetPosition": false, mockrun.FixedMotor(1) + ":encoderPosition": false,
		mockrun.Stage(1) + ":actualPosition": true, mockrun.Thermometer(1) + ":temperature": true, mockrun.XGM + ":state": false, mockrun.XGM + ":beamPosition.ixPos": false, mockrun.XGM + ":pulseEnergy.photonFlux": true,
	}
	for _, v := range values {
		name := v.Source + ":" + v.Key
		if moved, told := want[name]; told && v.Moved != moved {
			t.Errorf("%s: %+v", name, v)
		}
		delete(want, name)
		if v.Source == mockrun.FixedMotor(2) && v.Key == "targetPosition" && (v.Changes > 0 || v.First != "102") {
			t.Errorf("%+v", v)
		}
		if v.IsText != math.IsNaN(v.Mean) || v.Readings != 200 || !v.IsText && !(v.Min <= v.Mean && v.Mean <= v.Max) {
			t.Errorf("%s: %+v", name, v)
		}
	}
	if len(want) > 0 {
		t.Errorf("nothing of %v", want)
	}
}

// TestDescribeMany has runs of no end: few of their files are open at a time.
func TestDescribeMany(t *testing.T) {
	root, config := proposal(t)
	raw := filepath.Join(config.ProposalDir(root), "raw")
	for number := 5; number <= 300; number++ {
		if err := os.Symlink("r0001", filepath.Join(raw, fmt.Sprintf("r%04d", number))); err != nil {
			t.Fatal(err)
		}
	}
	p, err := extradata.OpenProposal(700000)
	if err != nil {
		t.Fatal(err)
	}
	open := func() int {
		files, err := os.ReadDir("/proc/self/fd")
		if err != nil {
			t.Fatal(err)
		}
		return len(files)
	}
	before, most := open(), 0
	infos, err := p.Describe(nil, psh.OnProgress(func(int, int) { most = max(most, open()) }))
	if err != nil || len(infos) != 299 {
		t.Fatal(len(infos), err)
	}
	for _, info := range infos[3:] {
		if info.Err != nil || info.Trains != 10 {
			t.Fatalf("%+v", info)
		}
	}
	if workers := runtime.NumCPU(); most > before+20*workers || open() > before+10 {
		t.Errorf("%d files are open, up to %d while it was at work, %d before", open(), most, before)
	}
}

// TestDescribeEnds when it is told to.
func TestDescribeEnds(t *testing.T) {
	proposal(t)
	p, err := extradata.OpenProposal(700000)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := p.Describe(nil, psh.Until(ctx)); !errors.Is(err, context.Canceled) {
		t.Errorf("%v, want that it was cancelled", err)
	}
}
