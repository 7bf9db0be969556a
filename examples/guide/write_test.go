package guide_test

import (
	"fmt"
	"os"
	"path/filepath"

	"extrapasha/extradata"
	"extrapasha/extradata/export"
	"extrapasha/extradata/table"
	"extrapasha/extradata/write"
	"extrapasha/keydata"
	psh "extrapasha/pasha"
)

func temporary() (dir string, remove func()) {
	dir = psh.Must(os.MkdirTemp("", "guide"))
	return dir, func() { os.RemoveAll(dir) }
}

func Example_npy() {
	dir, remove := temporary()
	defer remove()
	mean := psh.Must(psh.Alloc[float64](psh.Shape(32, 16)))
	ids := psh.Must(psh.Alloc[uint64](psh.Shape(10)))
	fmt.Println(mean.SaveNPY(filepath.Join(dir, "mean.npy")))
	fmt.Println(psh.SaveNPZ(filepath.Join(dir, "result.npz"), map[string]psh.NPY{"mean": mean, "trainId": ids}))
	again := psh.Must(psh.LoadNPZ[float64](filepath.Join(dir, "result.npz"), "mean"))
	fmt.Println(again)
	// Output:
	// <nil>
	// <nil>
	// float64 array of shape (32, 16)
}

func Example_netcdf() {
	run := psh.Must(extradata.OpenRun(700000, 1))
	defer run.Close()
	dir, remove := temporary()
	defer remove()
	energy := psh.Must(extradata.Key[float32](run, "SPB_XTD9_XGM/XGM/DOOCS", "pulseEnergy.photonFlux"))
	file := psh.Must(export.Create(filepath.Join(dir, "energy.nc"), export.From(psh.Must(run.Origin()))))
	defer file.Discard() // does nothing after Close
	if err := file.Put("energy", psh.Must(energy.ReadLabelled(keydata.Labels{}))); err != nil {
		panic(err)
	}
	fmt.Println(file.Close())
	origin := psh.Must(export.ReadOrigin(filepath.Join(dir, "energy.nc")))
	fmt.Println("proposal", origin.Proposal, "run", origin.Run)
	// Output:
	// <nil>
	// proposal 700000 run 1
}

func Example_facility() {
	run := psh.Must(extradata.OpenRun(700000, 1))
	defer run.Close()
	dir, remove := temporary()
	defer remove()
	path := filepath.Join(dir, "small.h5")
	some := psh.Must(run.Select(extradata.Glob("*XGM*", "*"), extradata.Glob("*/MOTOR/*", "actualPosition")))
	fmt.Println(write.Write(path, some))
	fmt.Println(psh.Must(extradata.H5File(path)))
	// Output:
	// <nil>
	// 10 trains, 6 sources in 1 files, train IDs 10000 to 10009
}

func Example_parquet() {
	run := psh.Must(extradata.OpenRun(700000, 1))
	defer run.Close()
	dir, remove := temporary()
	defer remove()
	motors := psh.Must(table.New(psh.Must(run.Select(extradata.Glob("*/MOTOR/*", "actualPosition")))))
	defer motors.Release()
	fmt.Println(table.SaveParquet(filepath.Join(dir, "motors.parquet"), motors))
	// Output: <nil>
}
