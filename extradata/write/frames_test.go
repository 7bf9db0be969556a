package write_test

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"extrapasha/extradata"
	"extrapasha/extradata/write"
	"extrapasha/internal/mockrun"
	"extrapasha/keydata"
	psh "extrapasha/pasha"
)

// TestFrames writes any frames of a run whose modules miss trains and pulses: each source
// has those of them that it had, and all else.
func TestFrames(t *testing.T) {
	for name, deflate := range map[string]int{"plain": 0, "deflated": 1} {
		run, err := opened(t, small(t, deflate)).Select(
			extradata.Glob(mockrun.Module(0), "*"), extradata.Glob(mockrun.Module(1), "*"), extradata.Glob(mockrun.Motor(1), "*"))
		if err != nil {
			t.Fatal(err)
		}
		all := framesOf(t, run)
		path := filepath.Join(t.TempDir(), "frames.h5")
		t.Run(name, rapid.MakeCheck(func(r *rapid.T) {
			frames := rapid.SliceOfN(rapid.SampledFrom(all), 0, len(all)).Draw(r, "frames")
			if err := write.WriteFrames(path, run, frames); err != nil {
				r.Fatal(err)
			}
			written, err := extradata.H5File(path)
			if err != nil {
				r.Fatal(err)
			}
			defer written.Close()
			chosen := map[write.Frame]bool{}
			for _, frame := range frames {
				chosen[frame] = true
			}
			want := answers(t, run)
			for _, source := range run.AllSources() {
				filterFrames(t, want, run, source, chosen)
			}
			if diff := differs(want, answers(t, written)); diff != "" {
				r.Error(diff)
			}
		}))
	}
}

// framesOf are the frames that any module has.
func framesOf(t testing.TB, run *extradata.DataCollection) (all []write.Frame) {
	t.Helper()
	for module := range 2 {
		all = append(all, framesOfKey(t, imageKey(t, run, mockrun.Module(module), "image.data"))...)
	}
	return all
}

func imageKey(t testing.TB, run *extradata.DataCollection, source, name string) *extradata.KeyData {
	t.Helper()
	key, err := run.Key(source, name)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// framesOfKey are the frames of the entries of a key.
func framesOfKey(t testing.TB, key *extradata.KeyData) (frames []write.Frame) {
	t.Helper()
	ids, err := key.PulseIDs()
	if err != nil {
		t.Fatal(err)
	}
	for train, count := range key.Runs() {
		for range count {
			frames = append(frames, write.Frame{TrainID: train, PulseID: ids[len(frames)]})
		}
	}
	return frames
}

// filterFrames leaves of the answers of a source those of the chosen frames.
func filterFrames(t testing.TB, all map[string]any, run *extradata.DataCollection, source string, chosen map[write.Frame]bool) {
	t.Helper()
	names, err := run.Keys(source)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		if !strings.HasPrefix(name, "image.") {
			continue
		}
		key := imageKey(t, run, source, name)
		var rows []int
		counts := map[uint64]int{}
		for row, frame := range framesOfKey(t, key) {
			if chosen[frame] {
				rows = append(rows, row)
				counts[frame.TrainID]++
			}
		}
		perTrain := make([]int, len(run.TrainIDs()))
		for i, id := range run.TrainIDs() {
			perTrain[i] = counts[id]
		}
		data, err := key.ReadAny()
		if err != nil {
			t.Fatal(err)
		}
		all[source+" "+name] = []any{key.DType(), key.EntryShape(), perTrain}
		all[source+" "+name+" data"] = takeRows(data, rows)
	}
}

// TestFramesAsked has frames that are not there an error, and the old file kept.
func TestFramesAsked(t *testing.T) {
	run := opened(t, small(t, 0))
	dir := t.TempDir()
	path := filepath.Join(dir, "old.h5")
	if err := os.WriteFile(path, []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	there := framesOf(t, run)[0]
	for name, frames := range map[string][]write.Frame{
		"no such train": {there, {TrainID: 1, PulseID: there.PulseID}},
		"no such pulse": {{TrainID: there.TrainID, PulseID: 99999}, there},
	} {
		if err := write.WriteFrames(path, run, frames); !errors.Is(err, keydata.ErrSelection) || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: %v", name, err)
		}
		onlyOld(t, path)
	}
	motors, err := run.Select(extradata.Glob("*/MOTOR/*", "*"))
	if err != nil {
		t.Fatal(err)
	}
	if err := write.WriteFrames(path, motors, []write.Frame{there}); !errors.Is(err, keydata.ErrSelection) {
		t.Error("of motors:", err)
	}
	files, err := run.Files()
	if err != nil {
		t.Fatal(err)
	}
	if err := write.WriteFrames(files[0].Path, run, []write.Frame{there}); !errors.Is(err, write.ErrSource) {
		t.Error("over the data:", err)
	}
}

// TestFramesOfKeys knows frames also where pulse IDs are not selected.
func TestFramesOfKeys(t *testing.T) {
	run := opened(t, small(t, 0))
	images, err := run.Select(extradata.Glob(mockrun.Module(0), "image.data"))
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "images.h5")
	frames := framesOfKey(t, imageKey(t, images, mockrun.Module(0), "image.data"))
	if err := write.WriteFrames(path, images, frames[:1]); err != nil {
		t.Fatal(err)
	}
	key := imageKey(t, opened(t, path), mockrun.Module(0), "image.data")
	if diff := cmp.Diff([]uint64{frames[0].TrainID}, key.TrainIDCoordinates()); diff != "" {
		t.Error(diff)
	}
}

// takeRows are some rows of an array of any type.
func takeRows(array any, rows []int) any {
	picked := reflect.ValueOf(array).MethodByName("Pick").Call([]reflect.Value{reflect.ValueOf(psh.Positions(rows...))})
	return picked[0].Interface()
}
