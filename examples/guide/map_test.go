package guide_test

import (
	"errors"
	"fmt"

	"extrapasha/extradata"
	"extrapasha/keydata"
	psh "extrapasha/pasha"
)

func Example_map() {
	run := psh.Must(extradata.OpenRun(700000, 1))
	defer run.Close()
	images := psh.Must(extradata.Key[uint16](run, "SPB_DET_AGIPD1M-1/DET/0CH0:xtdf", "image.data"))
	mean := psh.Must(psh.AllocFor[float32](images, 32, 16)) // one row per train
	err := psh.Map(func(worker, index int, train extradata.Entries[uint16]) error {
		row := mean.Row(index)
		for _, entry := range train.All() {
			for i, pixel := range entry.Row(0).Data { // Row(1) is the gain
				row.Data[i] += float32(pixel) / float32(train.Len())
			}
		}
		return nil
	}, images)
	fmt.Println(mean, err)
	// Output: float32 array of shape (10, 32, 16) <nil>
}

func Example_frames() {
	run := psh.Must(extradata.OpenRun(700000, 1))
	defer run.Close()
	images := psh.Must(extradata.Key[uint16](run, "SPB_DET_AGIPD1M-1/DET/0CH0:xtdf", "image.data"))
	frames := psh.Must(images.ByEntry().Numbers(psh.Span(0, 3))) // the first three of each train
	light := psh.Must(psh.AllocFor[int](frames))
	err := psh.Map(func(worker, index int, frame extradata.Entry[uint16]) error {
		for _, pixel := range frame.Row(0).Data {
			light.Data[index] += int(pixel)
		}
		return nil
	}, frames)
	fmt.Println(light, err)
	// Output: int array of shape (16) <nil>
}

func Example_sources() {
	run := psh.Must(extradata.OpenRun(700000, 1))
	defer run.Close()
	light := psh.Must(psh.AllocFor[float64](run))
	err := psh.Map(func(worker, index int, train extradata.Train) error {
		energy, err := extradata.Get[float32](train, "SPB_XTD9_XGM/XGM/DOOCS", "pulseEnergy.photonFlux")
		if err != nil {
			return err
		}
		images, err := extradata.GetEntries[uint16](train, "SPB_DET_AGIPD1M-1/DET/0CH0:xtdf", "image.data")
		if err != nil {
			return err
		}
		light.Data[index] = float64(images.Len()) * float64(energy.Data[0]) // 0 where the train has none
		return nil
	}, run)
	fmt.Println(light, err)
	// Output: float64 array of shape (10) <nil>
}

func Example_zip() {
	run := psh.Must(extradata.OpenRun(700000, 1))
	defer run.Close()
	images := psh.Must(extradata.Key[float32](run, "SPB_DET_AGIPD1M-1/CORR/0CH0:output", "image.data"))
	masks := psh.Must(extradata.Key[uint32](run, "SPB_DET_AGIPD1M-1/CORR/0CH0:output", "image.mask"))
	both := psh.Must(keydata.Zip(images, masks)).ByEntry()
	good := psh.Must(psh.AllocFor[int](both))
	err := psh.Map(func(worker, index int, frame keydata.Side[float32, uint32]) error {
		for _, bits := range frame.B.Data {
			if bits == 0 {
				good.Data[index]++
			}
		}
		return nil
	}, both)
	fmt.Println(good, err)
	// Output: int array of shape (17) <nil>
}

func Example_error() {
	in := psh.Slice([]float64{4, 9, -1, 16})
	err := psh.Map(func(worker, index int, value float64) error {
		if value < 0 {
			return fmt.Errorf("no root of %v", value)
		}
		return nil
	}, in, psh.On(psh.Serial()))
	var failed *psh.MapError
	fmt.Println(errors.As(err, &failed), failed.Index)
	fmt.Println(err)
	// Output:
	// true 2
	// pasha: item 2, worker 0: no root of -1
}
