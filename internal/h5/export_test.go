package h5

import "unsafe"

// ReadWithLibrary reads as Read does, with libhdf5 whatever the dataset: the judge
// of what is read around it.
func ReadWithLibrary[T any](d *Dataset, region Region, out []T) error {
	return d.readLibrary(region, unsafe.Pointer(unsafe.SliceData(out)))
}

// Direct tells whether a dataset is read around libhdf5.
func Direct(d *Dataset) bool { return d.storage() != nil }

// IndexKind is the type of the structure that tells where the chunks are.
func IndexKind(d *Dataset) any {
	if s := d.storage(); s != nil {
		return s.index.finder
	}
	return nil
}
