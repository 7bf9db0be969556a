package extradata_test

import (
	"fmt"
	"log"
	"os"
	"slices"

	"extrapasha/extradata"
	psh "extrapasha/pasha"
)

// The mean image of each train of a detector module.
func Example() {
	os.Setenv("EXTRA_DATA_DATA_ROOT", "../testdata")

	run, err := extradata.OpenRun(700000, 1)
	if err != nil {
		log.Fatal(err)
	}
	images, err := extradata.Key[uint16](run, "SPB_DET_AGIPD1M-1/DET/0CH0:xtdf", "image.data")
	if err != nil {
		log.Fatal(err)
	}
	mean, err := psh.AllocFor[float32](images, 32, 16) // one row per train
	if err != nil {
		log.Fatal(err)
	}
	err = psh.Map(func(worker, index int, train extradata.Entries[uint16]) error {
		row := mean.Row(index)
		for _, entry := range train.All() {
			for i, pixel := range entry.Row(0).Data { // Row(1) is the gain
				row.Data[i] += float32(pixel) / float32(train.Len())
			}
		}
		return nil
	}, images)
	fmt.Println(run)
	fmt.Println(images)
	fmt.Println(mean, err)
	// Output:
	// 10 trains, 11 sources in 12 files, train IDs 10000 to 10009
	// SPB_DET_AGIPD1M-1/DET/0CH0:xtdf, image.data (uint16, shape [17 2 32 16], 10 trains)
	// float32 array of shape (10, 32, 16) <nil>
}

// The mean of all frames, and the brightest pixel of each of the first three of a train.
func Example_frames() {
	run, err := extradata.RunDirectory("../testdata/SPB/202601/p700000/raw/r0001")
	if err != nil {
		log.Fatal(err)
	}
	defer run.Close()
	images, err := extradata.Key[uint16](run, "SPB_DET_AGIPD1M-1/DET/0CH0:xtdf", "image.data")
	if err != nil {
		log.Fatal(err)
	}
	mean, err := psh.ReduceMean(images.ByEntry()) // the same bits on any number of workers
	if err != nil {
		log.Fatal(err)
	}
	some, err := images.ByEntry().Numbers(psh.Span(0, 3))
	if err != nil {
		log.Fatal(err)
	}
	brightest, err := psh.AllocFor[uint16](some)
	if err != nil {
		log.Fatal(err)
	}
	err = psh.Map(func(worker, index int, frame extradata.Entry[uint16]) error {
		brightest.Data[index] = slices.Max(frame.Row(0).Data)
		return nil
	}, some)
	fmt.Println(mean, brightest, err)
	// Output: float64 array of shape (2, 32, 16) uint16 array of shape (16) <nil>
}

// A kernel over a whole run reads what it asks for, train by train.
func ExampleGet() {
	os.Setenv("EXTRA_DATA_DATA_ROOT", "../testdata")
	run, err := extradata.OpenRun(700000, 1)
	if err != nil {
		log.Fatal(err)
	}
	frames, _ := psh.AllocFor[int](run)
	err = psh.Map(func(worker, index int, train extradata.Train) error {
		position, err := extradata.Get[float64](train, "SPB_EXP_SAM/MOTOR/1", "actualPosition")
		if err != nil || position.Data[0] < 1 {
			return err
		}
		images, err := extradata.Get[uint16](train, "SPB_DET_AGIPD1M-1/DET/1CH0:xtdf", "image.data")
		frames.Data[index] = images.Len() // none where the module missed the train
		return err
	}, run)
	fmt.Println(len(frames.Data), err)
	// Output: 10 <nil>
}

// Selecting gives a smaller collection; what is left can be selected from again.
func ExampleDataCollection_Select() {
	run, err := extradata.RunDirectory("../testdata/SPB/202601/p700000/raw/r0001")
	if err != nil {
		log.Fatal(err)
	}
	defer run.Close()
	scan, err := run.Select(extradata.Glob("*MOTOR/1", "actualPosition"), extradata.Glob("*/DET/*", "image.data"))
	if err != nil {
		log.Fatal(err)
	}
	complete, err := scan.RequireAll() // trains that every source has
	if err != nil {
		log.Fatal(err)
	}
	first, err := complete.SelectTrains(extradata.ByIndex(psh.Span(0, 3)))
	fmt.Println(len(run.TrainIDs()), len(complete.TrainIDs()), first.TrainIDs(), err)
	fmt.Println(scan.AllSources())
	// Output:
	// 10 5 [10002 10006 10007] <nil>
	// [SPB_DET_AGIPD1M-1/DET/0CH0:xtdf SPB_DET_AGIPD1M-1/DET/1CH0:xtdf SPB_EXP_SAM/MOTOR/1]
}

// Iterating over trains reads what each of them has.
func ExampleDataCollection_Trains() {
	run, err := extradata.RunDirectory("../testdata/SPB/202601/p700000/raw/r0001")
	if err != nil {
		log.Fatal(err)
	}
	defer run.Close()
	motor, err := run.Select(extradata.Glob("*MOTOR/2", "targetPosition"))
	if err != nil {
		log.Fatal(err)
	}
	for train, err := range motor.Trains(false) {
		if err != nil {
			log.Fatal(err)
		}
		position, err := extradata.Get[float64](train, "SPB_EXP_SAM/MOTOR/2", "targetPosition")
		fmt.Println(train.ID, position.Data, err)
		if train.Index == 1 {
			break
		}
	}
	// Output:
	// 10000 [2] <nil>
	// 10001 [2] <nil>
}

// An alias is a short name for a source, or for a key of one.
func ExampleDataCollection_AliasedKey() {
	run, err := extradata.RunDirectory("../testdata/SPB/202601/p700000/raw/r0001")
	if err != nil {
		log.Fatal(err)
	}
	defer run.Close()
	run, err = run.WithAliases(map[string]extradata.Alias{"energy": {Source: "SPB_XTD9_XGM/XGM/DOOCS", Key: "pulseEnergy.photonFlux"}})
	if err != nil {
		log.Fatal(err)
	}
	energy, err := run.AliasedKey("Energy")
	if err != nil {
		log.Fatal(err)
	}
	units, err := energy.Units()
	fmt.Println(energy.Key(), units, err)
	// Output: pulseEnergy.photonFlux.value μJ <nil>
}
