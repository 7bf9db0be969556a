package guide_test

import (
	"errors"
	"fmt"
	"log"

	"extrapasha/extradata"
	psh "extrapasha/pasha"
)

func Example_open() {
	run, err := extradata.OpenRun(700000, 1, extradata.Data("raw"))
	if err != nil {
		log.Fatal(err)
	}
	defer run.Close()
	fmt.Println(run)
	// Output: 10 trains, 9 sources in 8 files, train IDs 10000 to 10009
}

func Example_look() {
	run := psh.Must(extradata.OpenRun(700000, 1))
	defer run.Close()
	for _, source := range run.InstrumentSources() {
		fmt.Println(source)
	}
	motor := psh.Must(run.Source("SPB_EXP_SAM/MOTOR/1"))
	fmt.Println(psh.Must(motor.Names()))
	position := psh.Must(run.Key("SPB_EXP_SAM/MOTOR/1", "actualPosition"))
	fmt.Println(position, psh.Must(position.Units()))
	// Output:
	// SPB_DET_AGIPD1M-1/CORR/0CH0:output
	// SPB_DET_AGIPD1M-1/CORR/1CH0:output
	// SPB_DET_AGIPD1M-1/DET/0CH0:xtdf
	// SPB_DET_AGIPD1M-1/DET/1CH0:xtdf
	// SPB_EXP_SAM/CAM/1:daqOutput
	// SPB_XTD9_XGM/XGM/DOOCS:output
	// [actualPosition encoderPosition targetPosition]
	// SPB_EXP_SAM/MOTOR/1, actualPosition.value (float64, shape [10], 10 trains) mm
}

func Example_names() {
	run := psh.Must(extradata.OpenRun(700000, 1))
	defer run.Close()
	_, err := run.Key("SPB_EXP_SAM/MOTOR/1", "actualPositon")
	var name *extradata.KeyNameError
	fmt.Println(errors.As(err, &name))
	fmt.Println(err)
	// Output:
	// true
	// no key "actualPositon" in source SPB_EXP_SAM/MOTOR/1; did you mean "actualPosition"?
}

func Example_missing() {
	run := psh.Must(extradata.OpenRun(700000, 1))
	defer run.Close()
	module := psh.Must(run.Source("SPB_DET_AGIPD1M-1/DET/0CH0:xtdf"))
	fmt.Println(psh.Must(module.DataCounts("image")))
	// Output: [0 3 3 0 0 0 4 2 2 3]
}

func Example_alias() {
	run := psh.Must(extradata.OpenRun(700000, 1))
	defer run.Close()
	named := psh.Must(run.WithAliases(map[string]extradata.Alias{
		"energy": {Source: "SPB_XTD9_XGM/XGM/DOOCS", Key: "pulseEnergy.photonFlux"},
		"sample": {Source: "SPB_EXP_SAM/MOTOR/1"},
	}))
	fmt.Println(psh.Must(named.AliasedKey("energy")))
	fmt.Println(psh.Must(named.AliasedSource("sample")).Name())
	// Output:
	// SPB_XTD9_XGM/XGM/DOOCS, pulseEnergy.photonFlux.value (float32, shape [10], 10 trains)
	// SPB_EXP_SAM/MOTOR/1
}
