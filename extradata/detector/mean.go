package detector

import (
	"fmt"
	"math"

	psh "extrapasha/pasha"
)

// Mean is the mean of frames, pixel by pixel: place of the module, slow scan, fast scan,
// as geometry puts it together. Of raw AGIPD data it is that of the images, without the
// gain. What is not a number does not count; a pixel without any, and a module that is
// not there, is NaN. It works on threads, a module on each; options are those of psh.Map.
func Mean[T psh.Number](frames *FramesOf[T], options ...psh.MapOption) (psh.Array[float64], error) {
	det, threads := frames.Detector(), psh.Threads(0)
	shape, err := det.ModuleShape()
	if err != nil {
		return psh.Array[float64]{}, err
	}
	mean, err := psh.Alloc[float64](psh.Shape(append([]int{det.NumPlaces()}, shape...)...), psh.Fill(math.NaN()), psh.In(threads))
	if err != nil {
		return mean, err
	}
	err = psh.Map(func(_, _ int, module ModuleData[T]) error {
		return meanInto(module, mean.Row(module.Place).Data)
	}, frames.PerModule(), append([]psh.MapOption{psh.On(threads)}, options...)...)
	return mean, err
}

// meanInto makes the mean of a module.
func meanInto[T psh.Number](m ModuleData[T], sums []float64) error {
	counts := make([]float64, len(sums))
	clear(sums)
	err := m.Walk(func(pulse Pulse, image psh.Array[T]) error {
		for image.NDim() > 2 {
			image = image.Row(0)
		}
		if image.Size() != len(sums) {
			return fmt.Errorf("%s, train %d: an image of shape %v, expected %d pixels", m.Source, pulse.TrainID, image.Shape(), len(sums))
		}
		for i, x := range image.Data {
			if value := float64(x); value == value {
				sums[i] += value
				counts[i]++
			}
		}
		return nil
	})
	for i, n := range counts {
		sums[i] /= n
	}
	return err
}
