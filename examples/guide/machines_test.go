package guide_test

import (
	"context"
	"fmt"
	"time"

	"extrapasha/extradata"
	psh "extrapasha/pasha"
)

// #region recipe
var lightOf = psh.Register("light", func(light psh.Array[float64]) psh.Kernel[extradata.Entry[uint16]] {
	return func(worker, index int, frame extradata.Entry[uint16]) error {
		for _, pixel := range frame.Row(0).Data {
			light.Data[index] += float64(pixel)
		}
		return nil
	}
})

// #endregion recipe

func Example_recipe() {
	run := psh.Must(extradata.OpenRun(700000, 1))
	defer run.Close()
	defer psh.SetDefault(nil)
	defer psh.EndWorkers()
	frames := psh.Must(extradata.Key[uint16](run, "SPB_DET_AGIPD1M-1/DET/0CH0:xtdf", "image.data")).ByEntry()
	for _, name := range []string{"threads:2", "processes:2"} {
		psh.SetDefault(psh.Must(psh.ContextByName(name))) // as PASHA_CONTEXT does
		light := psh.Must(psh.AllocFor[float64](frames))
		err := lightOf.Map(light, frames, psh.Retry(1))
		fmt.Println(name, psh.Must(psh.Mean(light)).Data, err)
	}
	// Output:
	// threads:2 [55323.17647058824] <nil>
	// processes:2 [55323.17647058824] <nil>
}

func Example_until() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	err := psh.Map(func(worker, index, value int) error { return nil }, psh.Range(0, 1000, 1), psh.Until(ctx), psh.Progress("items"))
	fmt.Println(err)
	// Output: <nil>
}
