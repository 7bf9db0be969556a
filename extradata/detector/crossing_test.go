package detector_test

import (
	"errors"
	"fmt"
	"testing"

	"extrapasha/extradata/detector"
	"extrapasha/internal/lent"
	"extrapasha/keydata"
	psh "extrapasha/pasha"
)

// noted is where a kernel in any process notes the sum of each frame.
type noted struct{ Sums psh.Array[uint64] }

func sumUp[T any](into *uint64, frame detector.Frame[T]) {
	for place, image := range frame.Modules() {
		*into += sumOf(image) * uint64(place+1) * (frame.PulseID + 1)
	}
}

var (
	noteFrames = psh.Register("note frames", func(n noted) psh.Kernel[detector.Frame[uint16]] {
		return func(_, index int, frame detector.Frame[uint16]) error {
			sumUp(&n.Sums.Data[index], frame)
			return nil
		}
	})
	noteTrains = psh.Register("note trains", func(n noted) psh.Kernel[detector.Train[uint16]] {
		return func(_, index int, train detector.Train[uint16]) error {
			for _, frame := range train.All() {
				sumUp(&n.Sums.Data[index], frame)
			}
			return nil
		}
	})
	noteModules = psh.Register("note modules", func(n noted) psh.Kernel[detector.ModuleData[uint16]] {
		return func(_, index int, module detector.ModuleData[uint16]) error {
			return module.Walk(func(pulse detector.Pulse, image psh.Array[uint16]) error {
				n.Sums.Data[index] += sumOf(image) * (pulse.PulseID + 1)
				return nil
			})
		}
	})
)

// TestContexts has the same answers from each context, whatever is mapped over.
func TestContexts(t *testing.T) {
	for _, name := range []string{"AGIPD1M", "LPD1M", "JUNGFRAU"} {
		det := opened(t, made(t, config(t, name), "raw"))
		all := must(detector.Frames[uint16](det, det.DataKey()))(t)
		frames := all.Where(func(p detector.Pulse) bool { return p.Number != 2 })
		trains := must(frames.ByTrain())(t)
		want := ""
		for _, context := range []string{"serial", "threads:2", "processes:2"} {
			ctx := must(psh.ContextByName(context))(t)
			n := noted{must(psh.Alloc[uint64](psh.Shape(3, max(frames.Len(), trains.Len(), len(det.Modules()))), psh.In(ctx)))(t)}
			row := func(i int) noted { return noted{n.Sums.Row(i)} }
			err := errors.Join(noteFrames.Map(row(0), frames, psh.On(ctx)), noteTrains.Map(row(1), trains, psh.On(ctx)),
				noteModules.Map(row(2), frames.PerModule(), psh.On(ctx)))
			got := fmt.Sprint(n.Sums.Data)
			if want == "" {
				want = got
			}
			if err != nil || got != want {
				t.Errorf("%s on %s: %v", name, context, err)
			}
			if err := n.Sums.Free(); err != nil {
				t.Error(err)
			}
		}
	}
	psh.EndWorkers()
}

// TestOther lends two keys at once.
func TestOther(t *testing.T) {
	det := opened(t, made(t, config(t, "AGIPD1M"), "proc"))
	frames := must(detector.Frames[float32](det, "image.data"))(t)
	masks := found(t, must(detector.Frames[uint32](det, "image.mask"))(t), psh.Serial())
	err := psh.Map(func(_, index int, frame detector.Frame[float32]) error {
		for place := range det.NumPlaces() {
			image, ok := frame.Module(place)
			mask, has := detector.Other[uint32](frame, "image.mask", place)
			if ok != has || ok != frame.Has(place) {
				return fmt.Errorf("place %d: image %v, mask %v", place, ok, has)
			}
			if ok && (image.Size() != mask.Size() || sumOf(mask) != masks[index][place]) {
				return fmt.Errorf("place %d: another mask", place)
			}
		}
		return nil
	}, frames)
	if err != nil {
		t.Error(err)
	}
	for key, want := range map[string]error{"header.pulseCount": keydata.ErrSelection, "image.none": nil} {
		err := psh.Map(func(_, _ int, frame detector.Frame[float32]) error {
			for place := range det.Places() {
				detector.Other[uint64](frame, key, place)
			}
			return nil
		}, frames)
		if err == nil || want != nil && !errors.Is(err, want) {
			t.Errorf("%s: %v", key, err)
		}
	}
}

// TestKept finds a kernel that keeps what it was lent.
func TestKept(t *testing.T) {
	t.Setenv(lent.Variable, "lent")
	for _, name := range []string{"AGIPD1M", "JUNGFRAU"} {
		det := opened(t, made(t, config(t, name), "raw"))
		frames := must(detector.Frames[uint16](det, det.DataKey()))(t)
		var kept []psh.Array[uint16]
		err := psh.Map(func(_, _ int, frame detector.Frame[uint16]) error {
			for _, image := range frame.Modules() {
				kept = append(kept, image)
			}
			if frame.Number > 1 && len(kept) > 0 && kept[0].Data[0] == 77 {
				return errors.New("it is not found")
			}
			return nil
		}, frames, psh.On(psh.Serial()))
		if !errors.Is(err, keydata.ErrKept) {
			t.Errorf("%s: %v, want ErrKept", name, err)
		}
	}
}
