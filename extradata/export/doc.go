// Package export writes results for others: HDF5 as h5py has it, and NetCDF 4 as xarray
// reads it.
//
//	origin, err := run.Origin()
//	f, err := export.Create("mean.nc", export.From(origin), export.Deflated(1))
//	defer f.Discard()
//	err = f.Put("mean", mean)         // a psh.Labelled[float64]
//	err = f.SetAttribute("mean", "detector", "AGIPD")
//	err = f.Close()
//
// An array that is larger than memory is written as its rows are found:
//
//	rows, err := export.NewRows[float32](f, "corrected", export.Labels{Dims: []string{"trainId", "y", "x"}}, n, 512, 128)
//	err = psh.Map(func(_, i int, image psh.Array[uint16]) error {
//		return rows.Put(i, corrected(image))
//	}, images)
//	err = f.Close()
//
// A file appears under its name when it is complete. In the middle of a map that is cut
// short there is nothing to resume: the file's own structures are complete only at the
// end, and which rows were sound a crash of the machine does not tell.
package export
