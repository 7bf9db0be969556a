package guide_test

import (
	"fmt"

	"extrapasha/extradata"
	"extrapasha/extradata/table"
	"extrapasha/keydata"
	psh "extrapasha/pasha"
)

func Example_read() {
	run := psh.Must(extradata.OpenRun(700000, 1))
	defer run.Close()
	images := psh.Must(extradata.Key[uint16](run, "SPB_DET_AGIPD1M-1/DET/0CH0:xtdf", "image.data"))
	all := psh.Must(images.Read())
	corner := psh.Must(images.Read(psh.At(0), psh.Span(0, 8), psh.Span(0, 4))) // the image, not the gain
	fmt.Println(all)
	fmt.Println(corner)
	// Output:
	// uint16 array of shape (17, 2, 32, 16)
	// uint16 array of shape (17, 8, 4)
}

func Example_convert() {
	run := psh.Must(extradata.OpenRun(700000, 1))
	defer run.Close()
	energy := psh.Must(extradata.KeyAs[float64](run, "SPB_XTD9_XGM/XGM/DOOCS", "pulseEnergy.photonFlux"))
	fmt.Println(energy.DType(), psh.Must(energy.Read()))
	// Output: float64 float64 array of shape (10)
}

func Example_labelled() {
	run := psh.Must(extradata.OpenRun(700000, 1))
	defer run.Close()
	images := psh.Must(extradata.Key[uint16](run, "SPB_EXP_SAM/CAM/1:daqOutput", "data.image.pixels"))
	labelled := psh.Must(images.ReadLabelled(keydata.Labels{Dims: []string{"y", "x"}}))
	fmt.Println(labelled.Dims, labelled.Shape())
	fmt.Println(labelled.Coords["trainId"])
	// Output:
	// [trainId y x] [8 48 64]
	// [10000 10001 10002 10003 10004 10006 10007 10008]
}

func Example_loop() {
	run := psh.Must(extradata.OpenRun(700000, 1))
	defer run.Close()
	motor := psh.Must(extradata.Key[float64](run, "SPB_EXP_SAM/MOTOR/1", "actualPosition"))
	for train, err := range motor.Trains() {
		if err != nil {
			panic(err)
		}
		position := train.Array()
		fmt.Printf("%d %.3f\n", train.TrainID, position.Data)
	}
	// Output:
	// 10000 [0.999]
	// 10001 [1.001]
	// 10002 [0.999]
	// 10003 [0.999]
	// 10004 [0.999]
	// 10005 [1.001]
	// 10006 [1.000]
	// 10007 [1.001]
	// 10008 [0.999]
	// 10009 [0.998]
}

func Example_perTrain() {
	run := psh.Must(extradata.OpenRun(700000, 1))
	defer run.Close()
	values, there, err := extradata.PerTrain[float64](run, "SPB_EXP_SAM/MOTOR/1", "actualPosition")
	fmt.Println(len(values.Data), there[0], err)
	// Output: 10 true <nil>
}

func Example_table() {
	run := psh.Must(extradata.OpenRun(700000, 1))
	defer run.Close()
	some := psh.Must(run.Select(
		extradata.Glob("*/MOTOR/1", "actualPosition"),
		extradata.Glob("*XGM/DOOCS", "pulseEnergy.photonFlux"),
	))
	t := psh.Must(table.New(some))
	defer t.Release()
	fmt.Println(t.NumRows(), "rows")
	for _, field := range t.Schema().Fields() {
		fmt.Println(field.Name, field.Type)
	}
	// Output:
	// 10 rows
	// trainId uint64
	// SPB_EXP_SAM/MOTOR/1/actualPosition float64
	// SPB_XTD9_XGM/XGM/DOOCS/pulseEnergy.photonFlux float32
}
