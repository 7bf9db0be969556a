package guide_test

import (
	"fmt"

	"extrapasha/extradata"
	"extrapasha/extradata/detector"
	"extrapasha/extradata/geometry"
	"extrapasha/extradata/picture"
	psh "extrapasha/pasha"
)

func Example_detector() {
	run := psh.Must(extradata.OpenRun(700000, 1))
	defer run.Close()
	det := psh.Must(detector.Open(run, detector.Corrected()))
	fmt.Println(det)
	frames := psh.Must(detector.Frames[float32](det, det.DataKey()))
	bright := psh.Must(psh.AllocFor[int](frames))
	err := psh.Map(func(worker, index int, frame detector.Frame[float32]) error {
		for _, image := range frame.Modules() { // those that have this pulse
			for _, x := range image.Data {
				if x > 10 {
					bright.Data[index]++
				}
			}
		}
		return nil
	}, frames)
	fmt.Println(bright, err)
	// Output:
	// SPB_DET_AGIPD1M-1 (AGIPD1M, corrected data of 2 modules of 16, 10 trains)
	// int array of shape (35) <nil>
}

func Example_pulses() {
	run := psh.Must(extradata.OpenRun(700000, 1))
	defer run.Close()
	det := psh.Must(detector.Open(run, detector.Corrected()))
	frames := psh.Must(detector.Frames[float32](det, det.DataKey()))
	first := psh.Must(frames.Pulses(detector.PulseRange(0, 2, 1)))
	late := frames.Where(func(p detector.Pulse) bool { return p.TrainID >= 10008 })
	fmt.Println(frames.Len(), first.Len(), late.Len())
	// Output: 35 20 7
}

func Example_masked() {
	run := psh.Must(extradata.OpenRun(700000, 1))
	defer run.Close()
	det := psh.Must(detector.Open(run, detector.Corrected()))
	frames := psh.Must(detector.Frames[float32](det, det.DataKey()))
	bad := psh.Must(psh.AllocFor[int](frames))
	err := psh.Map(func(worker, index int, frame detector.Frame[float32]) error {
		for place := range frame.Modules() {
			mask, ok := detector.Other[uint32](frame, det.MaskKey(), place)
			for i := range mask.Data {
				if ok && mask.Data[i] != 0 {
					bad.Data[index]++
				}
			}
		}
		return nil
	}, frames)
	fmt.Println(bad, err)
	// Output: int array of shape (35) <nil>
}

func Example_assemble() {
	g := psh.Must(geometry.Usual(geometry.AGIPD1M, 16))
	data := psh.Must(psh.Alloc[float64](psh.Shape(16, 512, 128), psh.Fill(1.0)))
	image := psh.Must(geometry.FrontImage(g, data))
	drawn := psh.Must(picture.Image(image, picture.Labels{Title: "AGIPD"}))
	fmt.Println(image, drawn != nil)
	// Output: float64 array of shape (1256, 1092) true
}

func Example_whole() {
	run := psh.Must(extradata.OpenRun(700000, 1))
	defer run.Close()
	det := psh.Must(detector.Open(run, detector.Corrected(), detector.OnlyModules(1)))
	key := psh.Must(det.Key(det.DataKey()))
	key = psh.Must(key.SelectTrains(extradata.ByIndex(psh.Span(0, 4))))
	fmt.Println(key.Dims())
	fmt.Println(psh.Must(detector.Read[float32](key)).Shape())
	// Output:
	// [module train_pulse slow_scan fast_scan]
	// [1 14 32 16]
}
