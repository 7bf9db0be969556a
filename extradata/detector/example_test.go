package detector_test

import (
	"context"
	"fmt"
	"log"
	"os"
	"slices"

	"extrapasha/extradata"
	"extrapasha/extradata/detector"
	"extrapasha/internal/mockrun"
	psh "extrapasha/pasha"
)

// How many bright pixels each frame of a detector has, and the mean of all frames.
func Example() {
	root, err := os.MkdirTemp("", "detector")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(root)
	config := mockrun.Small() // a sample run, with pulses missing
	if err := config.Write(context.Background(), root); err != nil {
		log.Fatal(err)
	}
	run, err := extradata.RunDirectory(config.RunDir(root, "proc"))
	if err != nil {
		log.Fatal(err)
	}
	defer run.Close()

	det, err := detector.Open(run)
	if err != nil {
		log.Fatal(err)
	}
	frames, err := detector.Frames[float32](det, det.DataKey()) // raw or corrected alike
	if err != nil {
		log.Fatal(err)
	}
	bright, err := psh.AllocFor[int](frames)
	if err != nil {
		log.Fatal(err)
	}
	err = psh.Map(func(worker, index int, frame detector.Frame[float32]) error {
		for _, image := range frame.Modules() {
			for _, x := range image.Data {
				if x > 10 {
					bright.Data[index]++
				}
			}
		}
		return nil
	}, frames)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(det)
	fmt.Println(frames.Len(), "frames, up to", slices.Max(bright.Data), "bright pixels in one")
	// Output:
	// SPB_DET_AGIPD1M-1 (AGIPD1M, corrected data of 2 modules of 16, 10 trains)
	// 35 frames, up to 25 bright pixels in one
}
