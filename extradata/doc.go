// Package extradata opens runs of the European XFEL and gives their data.
//
//	run, err := extradata.OpenRun(700000, 1)
//	images, err := extradata.Key[uint16](run, "SPB_DET_AGIPD1M-1/DET/0CH0:xtdf", "image.data")
//	mean, err := psh.AllocFor[float32](images, 512, 128) // one row per train
//	err = psh.Map(func(worker, index int, train extradata.Entries[uint16]) error {
//		…
//	}, images)
//
// A run is a directory of HDF5 files. A train is one window of 0.1 s with a
// unique train ID. A source is a device, such as a motor or a detector module;
// control sources have one entry per train, instrument sources any number. A
// key is one of the properties of a source.
//
// Both a key and the whole [DataCollection] are functors of package pasha: a
// kernel is called for each train, with the position of the train in TrainIDs.
package extradata
