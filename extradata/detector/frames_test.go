package detector_test

import (
	"fmt"
	"hash/fnv"
	"slices"
	"testing"

	"extrapasha/extradata"
	"extrapasha/extradata/detector"
	"extrapasha/internal/mockrun"
	psh "extrapasha/pasha"
)

// seen is what there is of one pulse: a sum of the image by place.
type seen map[int]uint64

func sumOf[T any](image psh.Array[T]) uint64 {
	sum := fnv.New64a()
	fmt.Fprint(sum, image.Shape(), image.Copy().Data)
	return sum.Sum64()
}

type pulseOf struct{ train, pulse uint64 }

// byHand is what the modules of an XTDF detector have of each pulse, read as whole.
func byHand[T any](t *testing.T, det *detector.Detector, key string) map[pulseOf]seen {
	t.Helper()
	pulses := map[pulseOf]seen{}
	for _, module := range det.Modules() {
		images := must(extradata.KeyAs[T](det.Run(), module.Source, key))(t)
		ids := must(images.PulseIDs())(t)
		data := must(images.Read())(t)
		for row, train := range images.TrainIDCoordinates() {
			id := pulseOf{train, ids[row]}
			if pulses[id] == nil {
				pulses[id] = seen{}
			}
			image := data.Row(row)
			if image.Len() == 1 {
				image = image.Row(0)
			}
			pulses[id][module.Place] = sumOf(image)
		}
	}
	return pulses
}

// found is what a map over frames finds.
func found[T any](t *testing.T, frames *detector.FramesOf[T], ctx psh.Context) []seen {
	t.Helper()
	all := make([]seen, frames.Len())
	err := psh.Map(func(_, index int, frame detector.Frame[T]) error {
		all[index] = seen{}
		for place, image := range frame.Modules() {
			all[index][place] = sumOf(image)
			clear(image.Data) // concerns nobody
		}
		return nil
	}, frames, psh.On(ctx))
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// TestFrames maps over the frames of detectors whose modules miss pulses and trains.
func TestFrames(t *testing.T) {
	for _, name := range mockrun.Detectors() {
		if name == "JUNGFRAU" {
			continue
		}
		for _, data := range []string{"raw", "proc"} {
			t.Run(name+"/"+data, func(t *testing.T) {
				det := opened(t, made(t, config(t, name), data))
				frames := must(detector.Frames[float32](det, "image.data"))(t)
				want := byHand[float32](t, det, "image.data")
				if frames.Len() != len(want) {
					t.Fatalf("%d frames, want %d", frames.Len(), len(want))
				}
				for _, ctx := range []psh.Context{psh.Serial(), psh.Threads(3)} {
					all := found(t, frames, ctx)
					for i, pulse := range frames.All() {
						if id := (pulseOf{pulse.TrainID, pulse.PulseID}); fmt.Sprint(all[i]) != fmt.Sprint(want[id]) {
							t.Fatalf("frame %d, %v: %v, want %v", i, id, all[i], want[id])
						}
					}
				}
			})
		}
	}
}

// TestPicked picks frames in any order.
func TestPicked(t *testing.T) {
	det := opened(t, made(t, config(t, "AGIPD1M"), "raw"))
	frames := must(detector.Frames[uint16](det, "image.data"))(t)
	all := found(t, frames, psh.Serial())
	order := []int{5, 5, 0, frames.Len() - 1, 4, 3, 2, 1}
	picked := must(frames.Indices(order...))(t)
	for i, got := range found(t, picked, psh.Serial()) {
		if fmt.Sprint(got) != fmt.Sprint(all[order[i]]) {
			t.Errorf("frame %d: %v, want %v", order[i], got, all[order[i]])
		}
	}
	if _, err := frames.Indices(frames.Len()); err == nil {
		t.Error("a frame that is not there: no error")
	}
	second := must(frames.Pulses(detector.PulsesAt(1)))(t)
	var want []seen
	for i, pulse := range frames.All() {
		if pulse.Number == 1 {
			want = append(want, all[i])
		}
	}
	if got := found(t, second, psh.Threads(2)); fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("second pulses: %v, want %v", got, want)
	}
}

// TestByTrain has the same frames train by train.
func TestByTrain(t *testing.T) {
	det := opened(t, made(t, config(t, "LPD1M"), "raw"))
	frames := must(detector.Frames[uint16](det, "image.data"))(t)
	odd := frames.Where(func(p detector.Pulse) bool { return p.PulseID%2 == 1 })
	for _, f := range []*detector.FramesOf[uint16]{frames, odd} {
		trains := must(f.ByTrain())(t)
		got := make([][]seen, trains.Len())
		err := psh.Map(func(_, index int, train detector.Train[uint16]) error {
			for _, frame := range train.All() {
				one := seen{}
				for place, image := range frame.Modules() {
					one[place] = sumOf(image)
				}
				if frame.TrainID != train.TrainID || train.TrainID != det.TrainIDs()[index] {
					return fmt.Errorf("train %d at %d", train.TrainID, index)
				}
				got[index] = append(got[index], one)
			}
			return nil
		}, trains)
		if err != nil {
			t.Fatal(err)
		}
		if want := found(t, f, psh.Serial()); fmt.Sprint(slices.Concat(got...)) != fmt.Sprint(want) {
			t.Errorf("%v, want %v", got, want)
		}
	}
}

// TestCells maps over the memory cells of JUNGFRAU.
func TestCells(t *testing.T) {
	for _, data := range []string{"raw", "proc"} {
		det := opened(t, made(t, config(t, "JUNGFRAU"), data))
		frames := must(detector.Frames[float32](det, "data.adc"))(t)
		all := found(t, frames, psh.Threads(2))
		n := 0
		for i, pulse := range frames.All() {
			for _, module := range det.Modules() {
				adc := must(extradata.KeyAs[float32](det.Run(), module.Source, "data.adc"))(t)
				train := must(adc.TrainByID(pulse.TrainID))(t)
				got, ok := all[i][module.Place]
				if ok != (train.Len() > 0) || ok && got != sumOf(train.Entry(0).Row(pulse.Number)) {
					t.Fatalf("%s, frame %d: %v", module.Source, i, ok)
				}
				n++
			}
		}
		if n == 0 {
			t.Error("no frames")
		}
	}
}
