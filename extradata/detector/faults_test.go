package detector_test

import (
	"errors"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"extrapasha/extradata"
	"extrapasha/extradata/detector"
	"extrapasha/internal/mockrun"
	"extrapasha/keydata"
	psh "extrapasha/pasha"
)

// TestCutShort cuts a file of one module in the middle of a map: the error names module,
// train and pulse. Frames are read the first time they are asked for, and lent the next.
func TestCutShort(t *testing.T) {
	for name, before := range map[string]int{"first": 0, "again": 1} {
		t.Run(name, func(t *testing.T) { cutShort(t, before) })
	}
}

// cutShort does it after so many maps.
func cutShort(t *testing.T, before int) {
	c := config(t, "AGIPD1M")
	c.Rows, c.Cols, c.MissingTrains, c.MissingPulses, c.Trains, c.TrainsPerFile = 512, 128, 0, 0, 8, 8
	run := made(t, c, "raw")
	det := opened(t, run, detector.OnlyModules(0, 2, 3))
	frames := must(detector.Frames[uint16](det, "image.data"))(t)
	paths := must(run.Key(c.Source(2), "image.data"))(t).FilePaths()
	sum, maps := 0, 0
	kernel := func(_, index int, frame detector.Frame[uint16]) error {
		if index == 3 && maps == before {
			if err := os.Truncate(paths[0], 1<<20); err != nil {
				return err
			}
		}
		for _, image := range frame.Modules() {
			for _, pixel := range image.Data {
				sum += int(pixel)
			}
		}
		return nil
	}
	var err error
	for ; maps <= before && err == nil; maps++ {
		err = psh.Map(kernel, frames, psh.On(psh.Serial()))
	}
	if maps != before+1 || !errors.Is(err, keydata.ErrChanged) {
		t.Fatalf("%v, want ErrChanged", err)
	}
	for _, part := range []string{c.Source(2), "train 1500000", "at pulse ", filepath.Base(paths[0])} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("%q does not tell %q", err, part)
		}
	}
}

// TestEndsEarly leaves out the last file of one module.
func TestEndsEarly(t *testing.T) {
	c := config(t, "AGIPD1M")
	c.MissingTrains, c.MissingPulses = 0, 0
	run := made(t, c, "raw")
	paths := must(run.Key(c.Source(3), "image.data"))(t).FilePaths()
	last := paths[len(paths)-1]
	if err := os.Remove(last); err != nil {
		t.Fatal(err)
	}
	run = must(extradata.RunDirectory(filepath.Dir(last)))(t)
	defer run.Close()
	det := opened(t, run)
	all := found(t, must(detector.Frames[uint16](det, "image.data"))(t), psh.Threads(2))
	if len(all) != c.Trains*c.Pulses {
		t.Fatalf("%d frames", len(all))
	}
	for i, one := range all {
		want := 15
		if i >= 8*c.Pulses {
			want = 14
		}
		if len(one) != want {
			t.Errorf("frame %d has %d modules, want %d", i, len(one), want)
		}
	}
	key := must(det.Key("image.data"))(t)
	there := must(key.Gaps().Available())(t)
	if shape := there.Shape(); shape[0] != 16 || shape[1] != len(all) || there.At(3, 0) != true || there.At(3, len(all)-1) != false || there.At(1, 0) != false {
		t.Errorf("available: %v", there)
	}
}

// TestPerFrame joins the energies of pulses.
func TestPerFrame(t *testing.T) {
	c := config(t, "AGIPD1M")
	c.MissingPulses = 0
	run := made(t, c, "raw")
	det := opened(t, run)
	frames := must(detector.Frames[uint16](det, "image.data"))(t)
	key := must(run.Key(mockrun.XGMOutput, "data.intensityTD"))(t)
	typed := must(keydata.Convert[float64](key))(t)
	joined := must(detector.PerFrame(frames, key))(t)
	for i, pulse := range frames.All() {
		train := must(typed.TrainByID(pulse.TrainID))(t)
		switch {
		case train.Len() == 0 && !math.IsNaN(joined[i]):
			t.Errorf("frame %d: %v without data", i, joined[i])
		case train.Len() > 0 && joined[i] != train.Entry(0).Data[pulse.Number]:
			t.Errorf("frame %d: %v, want %v", i, joined[i], train.Entry(0).Data[pulse.Number])
		}
	}
}
