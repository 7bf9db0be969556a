package h5

import (
	"errors"
	"reflect"
	"sync"
	"unsafe"

	"extrapasha/internal/h5/format"
)

// ReadWithLibrary reads as Read does, with libhdf5 whatever the dataset: the judge
// of what is read around it.
func ReadWithLibrary[T any](d *Dataset, region Region, out []T) error {
	return d.readLibrary(region, unsafe.Pointer(unsafe.SliceData(out)))
}

// Locked calls libhdf5 with its lock held.
func Locked(f func() error) error { return locked(f) }

// LibraryAny reads a whole dataset as ReadAny does, with libhdf5.
func LibraryAny(d *Dataset) (any, error) {
	region := Whole(d.shape)
	size, err := region.size(d.shape)
	if err != nil || d.dtype == Other {
		return nil, err
	}
	out := reflect.MakeSlice(reflect.SliceOf(d.dtype.Go()), size, size)
	switch texts, ok := out.Interface().([]string); {
	case size == 0:
	case ok:
		err = d.textsOfLibrary(region, texts)
	default:
		err = d.readLibrary(region, out.UnsafePointer())
	}
	return out.Interface(), err
}

// Direct tells whether a dataset is read around libhdf5.
func Direct(d *Dataset) bool {
	if d.object.Layout.Class == format.Virtual {
		size, err := Whole(d.shape).size(d.shape)
		if err != nil || size == 0 {
			return err == nil
		}
		return !errors.Is(d.eachPart(Whole(d.shape), func(*Dataset, Region, int, int) error { return nil }), ErrForm)
	}
	_, err := d.storage()
	return err == nil
}

// IndexKind is the name of the structure that tells where the chunks are.
func IndexKind(d *Dataset) string {
	s, err := d.storage()
	if err != nil {
		return err.Error()
	}
	return s.Kind()
}

// Chunks are where the chunks of a dataset lie in its file.
func Chunks(d *Dataset) (parts [][2]int, err error) {
	s, err := d.storage()
	if err != nil {
		return nil, err
	}
	for i := range s.Chunks() {
		where, err := s.Place(i)
		if err != nil {
			return nil, err
		}
		parts = append(parts, [2]int{int(where.Address), int(where.Size)})
	}
	return parts, nil
}

// Forget makes a dataset find out again how it lies in its file.
func Forget(d *Dataset) { d.storageOnce, d.stored, d.storageErr = sync.Once{}, nil, nil }

// AskAhead turns asking the system for data on and off.
func AskAhead(on bool) { askAhead = on }
