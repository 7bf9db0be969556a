package h5

// #include <stdlib.h>
// #include "shim.h"
import "C"

import (
	"errors"
	"fmt"
	"reflect"
	"runtime"
	"slices"
	"sync"
	"unsafe"

	"gonum.org/v1/hdf5"
)

// Dataset is a dataset of a file, open until the file is closed.
type Dataset struct {
	file    *File
	dataset *hdf5.Dataset
	path    string
	dtype   DType
	shape   []int
	band    int

	storageOnce sync.Once
	stored      *storage // nil where libhdf5 has to read it
}

// Dataset opens a dataset. Asking again gives the same one. The error wraps
// [ErrNoObject] where there is none.
func (f *File) Dataset(path string) (*Dataset, error) {
	if d := f.kept(path); d != nil {
		return d, nil
	}
	var d *Dataset
	err := locked(func() (err error) {
		if d = f.kept(path); d != nil { // since then
			return nil
		}
		if d, err = f.open(path); err == nil {
			f.keep(d)
		}
		return err
	})
	return d, err
}

// kept is a dataset that is open already, nil if it is not.
func (f *File) kept(path string) *Dataset {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	return f.datasets[path]
}

func (f *File) keep(d *Dataset) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	f.datasets[d.path] = d
}

// Once calls use with a dataset that is not kept open for it: thousands of open
// ones make everything slower.
func (f *File) Once(path string, use func(*Dataset) error) error {
	if d := f.kept(path); d != nil {
		return use(d)
	}
	var d *Dataset
	err := locked(func() (err error) {
		d, err = f.open(path)
		return err
	})
	if err != nil {
		return err
	}
	defer func() { _ = locked(d.dataset.Close) }() // it was only read
	return use(d)
}

// access has libhdf5 keep small chunks only, such as those of a motor's positions
// for many trains. Chunks of frames are read once, straight to where they are
// wanted: kept, they would cost a copy, and a megabyte for every open dataset.
var access = func() (list *hdf5.PropList) {
	err := locked(func() (err error) {
		if list, err = hdf5.NewPropList(hdf5.P_DATASET_ACCESS); err != nil {
			return err
		}
		return list.SetChunkCache(521, 128<<10, 0.75)
	})
	if err != nil {
		panic("h5: libhdf5 does not make a property list: " + err.Error())
	}
	return list
}()

func (f *File) open(path string) (*Dataset, error) {
	dataset, err := f.file.OpenDatasetWith(path, access)
	if err != nil {
		return nil, f.fail("open", path, fmt.Errorf("%w (%w)", ErrNoObject, lastError()))
	}
	var info C.shim_info
	if C.shim_describe(C.hid_t(dataset.ID()), &info) < 0 {
		err := f.fail("open", path, lastError())
		_ = dataset.Close()
		return nil, err
	}
	d := &Dataset{file: f, dataset: dataset, path: path, dtype: DType(info.dtype), shape: []int{}}
	if info.rank < 0 {
		_ = dataset.Close()
		return nil, f.fail("open", path, errors.New("it has no data (null dataspace)"))
	}
	for axis := range int(info.rank) {
		d.shape = append(d.shape, int(info.dims[axis]))
	}
	d.band = int(info.band)
	return d, nil
}

// Band is how many rows are compressed together: reading one of them costs as much
// as reading all. It is 1 where rows are stored as they are.
func (d *Dataset) Band() int { return max(d.band, 1) }

// Path is the dataset's path in its file.
func (d *Dataset) Path() string { return d.path }

// File is the file the dataset is in.
func (d *Dataset) File() *File { return d.file }

// DType is the type of the elements.
func (d *Dataset) DType() DType { return d.dtype }

// Shape is the length of each dimension, none for a scalar.
func (d *Dataset) Shape() []int { return d.shape }

// Region is a part of a dataset: in each dimension Count positions from Start
// on, Step apart.
type Region struct{ Start, Count, Step []int }

// Whole is the region of a whole dataset of that shape.
func Whole(shape []int) Region {
	r := Region{Start: make([]int, len(shape)), Count: make([]int, len(shape)), Step: make([]int, len(shape))}
	for axis, length := range shape {
		r.Count[axis], r.Step[axis] = length, 1
	}
	return r
}

// size is the number of elements, which must lie in a dataset of that shape.
func (r Region) size(shape []int) (int, error) {
	if len(r.Start) != len(shape) || len(r.Count) != len(shape) || len(r.Step) != len(shape) {
		return 0, fmt.Errorf("%w: a region of %d dimensions of %v", ErrBounds, len(r.Start), shape)
	}
	size := 1
	for axis, count := range r.Count {
		size *= count
		last := r.Start[axis] + (count-1)*r.Step[axis]
		if count < 0 || r.Start[axis] < 0 || r.Step[axis] < 1 || (count > 0 && last >= shape[axis]) {
			return 0, fmt.Errorf("%w: positions %d to %d of dimension %d, which has %d", ErrBounds, r.Start[axis], last, axis, shape[axis])
		}
	}
	return size, nil
}

// Read reads a region into out, in C order, as native numbers whatever the file
// holds. T must be the type that the dataset's elements are read as ([ErrType]),
// out as long as the region.
func Read[T any](d *Dataset, region Region, out []T) error {
	size, err := region.size(d.shape)
	switch {
	case err != nil:
		return d.file.fail("read", d.path, err)
	case d.dtype == Other || DTypeOf[T]() != d.dtype:
		var zero T
		return d.file.fail("read", d.path, fmt.Errorf("%w: it holds %v, not %T", ErrType, d.dtype, zero))
	case size != len(out):
		return d.file.fail("read", d.path, fmt.Errorf("%w: %d elements into %d", ErrBounds, size, len(out)))
	case size == 0:
		return nil
	}
	if texts, ok := any(out).([]string); ok {
		return d.readStrings(region, texts)
	}
	defer runtime.KeepAlive(out)
	return d.readNumbers(region, size, unsafe.Pointer(&out[0]))
}

// ReadAny reads a region as a slice of whatever type the elements are read as.
func ReadAny(d *Dataset, region Region) (any, error) {
	size, err := region.size(d.shape)
	if err == nil && d.dtype == Other {
		err = fmt.Errorf("%w: it holds %v", ErrType, d.dtype)
	}
	if err != nil {
		return nil, d.file.fail("read", d.path, err)
	}
	out := reflect.MakeSlice(reflect.SliceOf(d.dtype.Go()), size, size)
	switch texts, ok := out.Interface().([]string); {
	case size == 0:
	case ok:
		err = d.readStrings(region, texts)
	default:
		err = d.readNumbers(region, size, out.UnsafePointer())
	}
	return out.Interface(), err
}

// readNumbers reads a region that is not empty and within the dataset: around
// libhdf5 where that is possible.
func (d *Dataset) readNumbers(region Region, size int, out unsafe.Pointer) error {
	err := ErrForm
	if s := d.storage(); s != nil {
		err = d.readDirect(s, region, unsafe.Slice((*byte)(out), size*s.size))
		if changed := d.file.Unchanged(); changed != nil {
			return changed // whatever was read
		}
	}
	if errors.Is(err, ErrForm) {
		err = d.readLibrary(region, out)
	}
	if err != nil {
		return d.file.fail("read", d.path, err)
	}
	if d.dtype == Bool {
		// A Go bool must be 0 or 1, a corrupt file may hold anything.
		for i, b := range unsafe.Slice((*uint8)(out), size) {
			if b > 1 {
				unsafe.Slice((*uint8)(out), size)[i] = 1
			}
		}
	}
	return nil
}

// readLibrary reads a region with libhdf5.
func (d *Dataset) readLibrary(region Region, out unsafe.Pointer) error {
	return locked(func() error {
		var start, step, count *C.hsize_t
		if !slices.Equal(region.Count, d.shape) {
			start, step, count = &dims(region.Start)[0], &dims(region.Step)[0], &dims(region.Count)[0]
		}
		if C.shim_read(d.id(), C.int(d.dtype), C.int(len(region.Start)), start, step, count, out) < 0 {
			return lastError()
		}
		return nil
	})
}

// ReadAll reads a whole dataset, in C order.
func ReadAll[T any](d *Dataset) ([]T, error) {
	region := Whole(d.shape)
	size, err := region.size(d.shape)
	if err != nil {
		return nil, d.file.fail("read", d.path, err)
	}
	out := make([]T, size)
	return out, Read(d, region, out)
}

func (d *Dataset) readStrings(region Region, out []string) error {
	return locked(func() error {
		start, step, count := dims(region.Start), dims(region.Step), dims(region.Count)
		return d.file.strings("read", d.path, out, func(texts **C.char) C.int {
			return C.shim_read_strings(d.id(), C.int(len(region.Start)), &start[0], &step[0], &count[0], C.size_t(len(out)), texts)
		})
	})
}

// strings takes strings that read gets from C, with the lock held.
func (f *File) strings(doing, object string, out []string, read func(texts **C.char) C.int) error {
	n := C.size_t(len(out))
	texts := (**C.char)(C.calloc(n, C.size_t(unsafe.Sizeof(uintptr(0)))))
	if texts == nil {
		return f.fail(doing, object, errors.New("not enough memory"))
	}
	defer C.shim_free_strings(n, texts)
	if read(texts) < 0 {
		return f.fail(doing, object, lastError())
	}
	for i, text := range unsafe.Slice(texts, len(out)) {
		out[i] = C.GoString(text)
	}
	return nil
}

func (d *Dataset) id() C.hid_t { return C.hid_t(d.dataset.ID()) }

// cDims is a shape as libhdf5 wants it, on the stack.
type cDims = [C.SHIM_MAX_RANK]C.hsize_t

func dims(shape []int) *cDims {
	var out cDims
	for i, length := range shape {
		out[i] = C.hsize_t(length)
	}
	return &out
}
