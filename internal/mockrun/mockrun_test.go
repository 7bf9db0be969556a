package mockrun_test

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"go.uber.org/goleak"
	"gonum.org/v1/gonum/stat"

	"extrapasha/extradata"
	"extrapasha/internal/mockrun"
	psh "extrapasha/pasha"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func write(t *testing.T, c mockrun.Config, options ...psh.MapOption) string {
	t.Helper()
	root := t.TempDir()
	if err := c.Write(context.Background(), root, options...); err != nil {
		t.Fatal(err)
	}
	return root
}

// contents reads all files below a directory.
func contents(t *testing.T, root string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		name, _ := filepath.Rel(root, path)
		files[name] = string(content)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func TestSameSeedSameBytes(t *testing.T) {
	first := contents(t, write(t, mockrun.Small(), psh.On(psh.Serial())))
	second := contents(t, write(t, mockrun.Small(), psh.On(psh.Threads(4))))
	if len(first) == 0 || len(first) != len(second) {
		t.Fatalf("%d and %d files", len(first), len(second))
	}
	for name, content := range first {
		if second[name] != content {
			t.Errorf("%s differs", name)
		}
	}
	other := mockrun.Small()
	other.Seed++
	for name, content := range contents(t, write(t, other)) {
		if first[name] == content {
			t.Errorf("%s is the same with another seed", name)
		}
	}
}

// openImages makes a run and opens the frames of its first module.
func openImages(t *testing.T, config mockrun.Config) (*extradata.DataCollection, *extradata.TypedKey[uint16]) {
	t.Helper()
	run, err := extradata.RunDirectory(config.RunDir(write(t, config), "raw"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { run.Close() })
	images, err := extradata.Key[uint16](run, mockrun.Module(0), "image.data")
	if err != nil {
		t.Fatal(err)
	}
	return run, images
}

// TestDeflated makes the same frames with and without compression.
func TestDeflated(t *testing.T) {
	var frames [2]psh.Array[uint16]
	var sizes [2]int64
	for i, level := range []int{0, 1} {
		config := mockrun.Small()
		config.Deflate = level
		_, images := openImages(t, config)
		var err error
		if frames[i], err = images.Read(); err != nil {
			t.Fatal(err)
		}
		info, err := os.Stat(images.FilePaths()[0])
		if err != nil {
			t.Fatal(err)
		}
		sizes[i] = info.Size()
	}
	if frames[0].Size() == 0 || !slices.Equal(frames[0].Data, frames[1].Data) || sizes[1] >= sizes[0] {
		t.Errorf("%v in %d bytes, deflated %v in %d", frames[0], sizes[0], frames[1], sizes[1])
	}
}

// TestIntensityFollowsEnergy checks that the pictures mean something.
func TestIntensityFollowsEnergy(t *testing.T) {
	config := mockrun.Small()
	config.MissingPulses, config.MissingTrains, config.Trains = 0, 0, 60
	run, images := openImages(t, config)
	flux, err := extradata.Key[float32](run, mockrun.XGM, "pulseEnergy.photonFlux")
	if err != nil {
		t.Fatal(err)
	}
	energies, err := flux.Read()
	if err != nil {
		t.Fatal(err)
	}
	intensity, _ := psh.AllocFor[float64](images)
	energy, _ := psh.AllocFor[float64](images)
	if err := psh.Map(func(worker, index int, train extradata.Entries[uint16]) error {
		for _, entry := range train.All() {
			for _, pixel := range entry.Row(0).Data {
				intensity.Data[index] += float64(pixel)
			}
		}
		energy.Data[index] = float64(energies.Data[index])
		return nil
	}, images); err != nil {
		t.Fatal(err)
	}
	if r := stat.Correlation(energy.Data, intensity.Data, nil); r < 0.95 {
		t.Errorf("intensity and pulse energy correlate with %v", r)
	}
}

func TestMissing(t *testing.T) {
	config := mockrun.Small()
	config.Trains, config.TrainsPerFile, config.MissingTrains, config.MissingPulses = 200, 200, 0.3, 0.5
	run, err := extradata.RunDirectory(config.RunDir(write(t, config), "raw"))
	if err != nil {
		t.Fatal(err)
	}
	defer run.Close()
	for _, source := range []struct{ name, key string }{{mockrun.Module(0), "image.data"}, {mockrun.XGMOutput, "data.intensityTD"}, {mockrun.Camera(1), "data.image.pixels"}} {
		key, err := run.Key(source.name, source.key)
		if err != nil {
			t.Fatal(err)
		}
		missing := 0
		for _, count := range key.DataCounts() {
			if count == 0 {
				missing++
			}
		}
		if missing < 30 || missing > 110 {
			t.Errorf("%v misses %d of 200 trains, want about 60", key, missing)
		}
	}
	images, _ := run.Key(mockrun.Module(0), "image.data")
	if frames := images.Shape()[0]; frames < 180 || frames > 380 {
		t.Errorf("%d frames, want about 140 trains of 2 pulses", frames)
	}
}

func TestBadConfig(t *testing.T) {
	for name, change := range map[string]func(*mockrun.Config){
		"no trains":     func(c *mockrun.Config) { c.Trains = 0 },
		"17 modules":    func(c *mockrun.Config) { c.Modules = 17 },
		"module 2 of 2": func(c *mockrun.Config) { c.Without = []int{2} },
		"detector":      func(c *mockrun.Config) { c.Detector = "PILATUS" },
		"version":       func(c *mockrun.Config) { c.Version = "2.0" },
		"missing":       func(c *mockrun.Config) { c.MissingTrains = 1.5 },
		"train 0":       func(c *mockrun.Config) { c.FirstTrain = 0 },
		"no aggregator": func(c *mockrun.Config) { c.Aggregators = 0 },
	} {
		config := mockrun.Small()
		change(&config)
		root := t.TempDir()
		if err := config.Write(context.Background(), root); err == nil {
			t.Errorf("%s: no error", name)
		}
		if entries, _ := os.ReadDir(root); len(entries) > 0 {
			t.Errorf("%s: left behind %v", name, entries)
		}
	}
}

func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	root := t.TempDir()
	if err := mockrun.Small().Write(ctx, root); !errors.Is(err, context.Canceled) {
		t.Errorf("%v, want that it was cancelled", err)
	}
	if files := contents(t, root); len(files) > 0 {
		t.Errorf("left behind %d files", len(files))
	}
}

// TestTestdata checks that the repository's test data is what Small makes now.
func TestTestdata(t *testing.T) {
	const root = "../../testdata"
	t.Setenv("EXTRA_DATA_DATA_ROOT", root)
	kept, err := extradata.OpenRun(700000, 1, extradata.Data("all"))
	if err != nil {
		t.Fatal(err)
	}
	defer kept.Close()
	t.Setenv("EXTRA_DATA_DATA_ROOT", write(t, mockrun.Small()))
	made, err := extradata.OpenRun(700000, 1, extradata.Data("all"))
	if err != nil {
		t.Fatal(err)
	}
	defer made.Close()
	if !slices.Equal(kept.TrainIDs(), made.TrainIDs()) || !slices.Equal(kept.AllSources(), made.AllSources()) {
		t.Errorf("%v is kept, %v is made", kept, made)
	}
	for n := range 2 {
		a, b := images(t, kept, n), images(t, made, n)
		if !slices.EqualFunc(a, b, func(x, y float32) bool { return x == y || x != x && y != y }) {
			t.Errorf("the images of module %d differ", n)
		}
	}
}

func images(t *testing.T, run *extradata.DataCollection, n int) []float32 {
	t.Helper()
	key, err := extradata.Key[float32](run, mockrun.CorrectedModule(n), "image.data")
	if err != nil {
		t.Fatal(err)
	}
	data, err := key.Read()
	if err != nil {
		t.Fatal(err)
	}
	return data.Data
}
