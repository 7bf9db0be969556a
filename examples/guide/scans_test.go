package guide_test

import (
	"fmt"

	"extrapasha/extradata"
	"extrapasha/extradata/scan"
	"extrapasha/extradata/xgm"
	psh "extrapasha/pasha"
)

func Example_scan() {
	run := psh.Must(extradata.OpenRun(700000, 1))
	defer run.Close()
	energy := psh.Must(extradata.KeyAs[float64](run, "SPB_XTD9_XGM/XGM/DOOCS", "pulseEnergy.photonFlux"))
	readings := psh.Must(energy.Read())
	median := psh.Must(psh.Median(readings)).Data[0]
	halves := psh.Must(scan.Edges(energy.TrainIDs(), readings.Data, []float64{0, median, 1e9}, "pulse energy"))
	fmt.Println(halves)
	images := psh.Must(extradata.Key[uint16](run, "SPB_DET_AGIPD1M-1/DET/0CH0:xtdf", "image.data"))
	bins := psh.Must(scan.Bin(halves, images))
	fmt.Println(bins.Moments.Shape(), bins.Trains)
	fmt.Println(bins.Mean().Dims)
	// Output:
	// Scan over pulse energy with 2 steps
	// [2 2 32 16] [1 5]
	// [position dim_0 dim_1 dim_2]
}

func Example_xgm() {
	run := psh.Must(extradata.OpenRun(700000, 1))
	defer run.Close()
	monitor := psh.Must(xgm.Open(run, "SPB_XTD9_XGM/XGM/DOOCS", xgm.Auto))
	energy := psh.Must(monitor.PulseEnergy(xgm.Auto))
	fmt.Println(energy.Dims, energy.Shape(), energy.Units)
	// Output: [trainId pulseIndex] [8 4] μJ
}
