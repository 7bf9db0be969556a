package detector_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"extrapasha/extradata"
	"extrapasha/extradata/detector"
	"extrapasha/internal/mockrun"
	"extrapasha/keydata"
	psh "extrapasha/pasha"
)

// TestOpen opens each detector by its class, its name, or as the only one.
func TestOpen(t *testing.T) {
	for _, name := range mockrun.Detectors() {
		c := config(t, name)
		run := made(t, c, "raw")
		one := must(detector.Only(run))(t)
		if one.Class != name {
			t.Errorf("%s is a %s", name, one.Class)
		}
		for _, opts := range [][]detector.Option{{}, {detector.Class(name)}, {detector.Name(one.Name)}, {detector.Raw()}} {
			det := opened(t, run, opts...)
			modules := det.Modules()
			if det.Class() != name || det.Name() != one.Name || !det.IsRaw() || det.NumPlaces() != c.Modules || len(modules) != c.Modules-1 {
				t.Errorf("%s, %d modules", det, len(modules))
			}
			if at := modules[1]; at.Place != 2 || at.Source != c.Source(2) {
				t.Errorf("%s: second module %v", det, at)
			}
		}
		for _, test := range []struct {
			opts []detector.Option
			is   error
		}{
			{[]detector.Option{detector.MinModules(0)}, keydata.ErrSelection},
			{[]detector.Option{detector.MinModules(c.Modules)}, keydata.ErrSelection},
			{[]detector.Option{detector.Class("PILATUS")}, keydata.ErrSelection},
			{[]detector.Option{detector.NumPlaces(1)}, keydata.ErrSelection},
			{[]detector.Option{detector.Like("(", "image.data")}, keydata.ErrSelection},
			{[]detector.Option{detector.Name("NONE")}, nil},
			{[]detector.Option{detector.OnlyModules(99)}, nil},
			{[]detector.Option{detector.Corrected()}, nil},
		} {
			_, err := detector.Open(run, test.opts...)
			unknown := (*extradata.SourceNameError)(nil)
			if test.is != nil && !errors.Is(err, test.is) || test.is == nil && !errors.As(err, &unknown) {
				t.Errorf("%s: %v, want %v", name, err, test.is)
			}
		}
	}
	if _, err := detector.Open(made(t, mockrun.Small(), "raw"), detector.Class("DSSC1M")); err == nil {
		t.Error("no such detector: no error")
	}
}

// TestLike opens cameras as modules of a detector.
func TestLike(t *testing.T) {
	c := config(t, "AGIPD1M")
	c.Modules, c.Cameras, c.Without = 0, 3, nil
	run := made(t, c, "raw")
	det := opened(t, run, detector.Like(`^SPB_EXP_SAM/CAM/(\d+):daqOutput$`, "data.image.pixels"))
	if modules := det.Modules(); len(modules) != 3 || modules[2].Place != 2 || modules[2].Number != 3 {
		t.Errorf("modules %v", modules)
	}
	frames := must(detector.Frames[float32](det, "data.image.pixels"))(t)
	want := map[uint64]seen{}
	for _, module := range det.Modules() {
		images := must(extradata.KeyAs[float32](run, module.Source, "data.image.pixels"))(t)
		data := must(images.Read())(t)
		for row, train := range images.TrainIDCoordinates() {
			if want[train] == nil {
				want[train] = seen{}
			}
			want[train][module.Place] = sumOf(data.Row(row))
		}
	}
	all := found(t, frames, psh.Threads(2))
	for i, pulse := range frames.All() {
		if fmt.Sprint(all[i]) != fmt.Sprint(want[pulse.TrainID]) || pulse.CellID != -1 {
			t.Errorf("frame %d: %v, want %v", i, all[i], want[pulse.TrainID])
		}
	}
	if len(all) == 0 || len(all) != len(want) {
		t.Errorf("%d frames of %d trains", len(all), len(want))
	}
}

// TestKeyAndFrames has the same images whole and frame by frame, where modules miss trains
// only.
func TestKeyAndFrames(t *testing.T) {
	for _, name := range []string{"AGIPD1M", "DSSC1M"} {
		c := config(t, name)
		c.MissingPulses = 0
		det := opened(t, made(t, c, "proc"))
		chosen := detector.PulseRange(1, psh.End, 2)
		key := must(must(det.Key("image.data"))(t).Gaps().Pulses(chosen))(t)
		data := must(detector.Read[float32](key, -1))(t)
		masked := must(detector.ReadMasked[float32](key, 1, -7, -1))(t)
		frames := must(must(detector.Frames[float32](det, "image.data"))(t).Pulses(chosen))(t)
		if shape := must(key.Shape())(t); !slices.Equal(shape, data.Shape()) || shape[1] != frames.Len() {
			t.Fatalf("shape %v, %d frames", shape, frames.Len())
		}
		err := psh.Map(func(_, index int, frame detector.Frame[float32]) error {
			for place := range det.NumPlaces() {
				image, ok := frame.Module(place)
				whole, _ := data.View(psh.At(place), psh.At(index))
				marked, _ := masked.View(psh.At(place), psh.At(index))
				if !ok {
					if whole.Data[0] != -1 || marked.Data[0] != -1 {
						return fmt.Errorf("place %d: %v, not filled", place, whole.Data[0])
					}
					continue
				}
				mask, _ := detector.Other[uint32](frame, det.MaskKey(), place)
				for i := range image.Data {
					want := whole.Data[i]
					if mask.Data[i]&1 != 0 {
						want = -7
					}
					if image.Data[i] != whole.Data[i] && whole.Data[i] == whole.Data[i] || marked.Data[i] != want && want == want {
						return fmt.Errorf("place %d, pixel %d: %v, %v, masked %v", place, i, image.Data[i], whole.Data[i], marked.Data[i])
					}
				}
			}
			return nil
		}, frames)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
