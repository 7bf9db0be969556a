package guide_test

import (
	"fmt"

	"extrapasha/extradata"
	psh "extrapasha/pasha"
)

func Example_mean() {
	run := psh.Must(extradata.OpenRun(700000, 1))
	defer run.Close()
	images := psh.Must(extradata.Key[uint16](run, "SPB_DET_AGIPD1M-1/DET/0CH0:xtdf", "image.data"))
	mean := psh.Must(psh.ReduceMean(images.ByEntry()))
	fmt.Println(mean)
	// Output: float64 array of shape (2, 32, 16)
}

func Example_moments() {
	run := psh.Must(extradata.OpenRun(700000, 1))
	defer run.Close()
	images := psh.Must(extradata.Key[float32](run, "SPB_DET_AGIPD1M-1/CORR/0CH0:output", "image.data"))
	moments := psh.Must(psh.ReduceMoments(images.ByEntry(), psh.SkipNaN()))
	std := psh.Each(moments, func(m psh.Moments) float64 { return m.Std(0) })
	fmt.Println(std)
	// Output: float64 array of shape (32, 16)
}

func Example_groups() {
	run := psh.Must(extradata.OpenRun(700000, 1))
	defer run.Close()
	frames := psh.Must(extradata.Key[uint16](run, "SPB_DET_AGIPD1M-1/DET/0CH0:xtdf", "image.data")).ByEntry()
	groups := make([]int, frames.Len())
	for i := range groups {
		groups[i] = i % 2
	}
	mean := psh.Must(psh.ReduceMean(frames, psh.By(groups)))
	fmt.Println(mean.Shape())
	// Output: [2 2 32 16]
}

func Example_axes() {
	run := psh.Must(extradata.OpenRun(700000, 1))
	defer run.Close()
	pixels := psh.Must(extradata.Key[uint16](run, "SPB_EXP_SAM/CAM/1:daqOutput", "data.image.pixels"))
	images := psh.Must(pixels.Read())
	fmt.Println(psh.Must(psh.Mean(images, 0)).Shape(), psh.Must(psh.Median(images, 1, 2)).Shape())
	// Output: [48 64] [8]
}
