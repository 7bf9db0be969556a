package h5

// #include <stdlib.h>
// #include "driver.h"
import "C"

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"unsafe"

	"extrapasha/internal/h5/format"
)

// What is exotic libhdf5 reads: virtual datasets, filters that are not known here,
// numbers that no machine has. It is asked only about what this package has read the
// description of, and found nothing wrong with.

// library is the file as libhdf5 has it, open once it is needed, and the datasets that are
// open in it.
type library struct {
	file     C.hid_t
	datasets []C.hid_t
}

// close closes the file and its datasets.
func (l *library) close() error {
	if l.file == 0 {
		return nil
	}
	return locked(func() error {
		for _, d := range l.datasets {
			C.H5Oclose(d) // the file's close tells
		}
		file := l.file
		*l = library{}
		if C.H5Fclose(file) < 0 {
			return lastError()
		}
		return nil
	})
}

// open opens the dataset in libhdf5, whose lock is held. It is not looked for by its path:
// the groups on it may be damaged in a way that libhdf5 does not survive.
func (d *Dataset) open() error {
	if d.opened != 0 {
		return nil
	}
	file, err := d.file.openLibrary()
	if err != nil {
		return err
	}
	opened := C.H5Oopen_by_addr(file, C.haddr_t(d.header))
	if opened < 0 {
		return lastError()
	}
	d.file.library.datasets = append(d.file.library.datasets, opened)
	d.opened = opened
	return nil
}

// openLibrary opens the file in libhdf5, which takes a path: it must still be that of
// this file.
func (f *File) openLibrary() (file C.hid_t, err error) {
	if f.library.file != 0 {
		return f.library.file, nil
	}
	withString(f.path, func(path *C.char) { file = C.shim_open(path) })
	if file < 0 {
		return -1, lastError()
	}
	info, err := os.Stat(f.path)
	if err != nil || !Same(f.info, info) {
		C.H5Fclose(file) // it is another
		return -1, fmt.Errorf("%w: another has its name now", ErrChanged)
	}
	f.library.file = file
	return file, nil
}

// readLibrary reads a region with libhdf5, numbers as this machine has them and fixed
// texts as they are.
func (d *Dataset) readLibrary(region Region, out unsafe.Pointer) error {
	if err := d.vet(); err != nil {
		return err
	}
	return locked(func() error {
		if err := d.open(); err != nil {
			return err
		}
		var start, step, count *C.hsize_t
		// What a virtual dataset is made of can make it longer than the file says.
		if !slices.Equal(region.Count, d.shape) || d.object.Layout.Class == format.Virtual {
			start, step, count = &dims(region.Start)[0], &dims(region.Step)[0], &dims(region.Count)[0]
		}
		if C.shim_read(d.opened, C.int(d.dtype), C.int(len(region.Start)), start, step, count, out) < 0 {
			return lastError()
		}
		return nil
	})
}

// textsLibrary reads texts of variable length with libhdf5.
func (d *Dataset) textsLibrary(region Region, out []string) error {
	if err := d.vet(); err != nil {
		return err
	}
	return locked(func() error {
		if err := d.open(); err != nil {
			return err
		}
		n := C.size_t(len(out))
		texts := (**C.char)(C.calloc(n, C.size_t(unsafe.Sizeof(uintptr(0)))))
		if texts == nil {
			return errors.New("not enough memory")
		}
		defer C.shim_free_strings(n, texts)
		start, step, count := dims(region.Start), dims(region.Step), dims(region.Count)
		if C.shim_read_strings(d.opened, C.int(len(region.Start)), &start[0], &step[0], &count[0], n, texts) < 0 {
			return lastError()
		}
		for i, text := range unsafe.Slice(texts, len(out)) {
			out[i] = C.GoString(text)
		}
		return nil
	})
}

// shapeOfLibrary takes over the shape that libhdf5 finds.
func (d *Dataset) shapeOfLibrary() error {
	return locked(func() error {
		if err := d.open(); err != nil {
			return err
		}
		var lengths cDims
		if C.shim_shape(d.opened, C.int(len(d.shape)), &lengths[0]) < 0 {
			return lastError()
		}
		d.shape = make([]int, len(d.shape))
		for axis := range d.shape {
			d.shape[axis] = int(lengths[axis])
		}
		return nil
	})
}

// vet makes sure that libhdf5 can do what it will be asked for: that the filters are
// there, and that a virtual dataset is made of what can be read.
func (d *Dataset) vet() error {
	if d.object.Layout.Class == format.Virtual {
		return d.file.vetVirtual(d.inFile, d.object, nil)
	}
	return d.vetFilters()
}

func (d *Dataset) vetFilters() error {
	for _, f := range d.object.Filters {
		if err := available(f); err != nil {
			return err
		}
	}
	return nil
}

// available tells whether libhdf5 has a filter, or finds a plugin that does.
func available(f format.Filter) error {
	return locked(func() error {
		if C.H5Zfilter_avail(C.H5Z_filter_t(f.ID)) > 0 {
			return nil
		}
		return fmt.Errorf("%w: the data need %v, for which libhdf5 finds no plugin (HDF5_PLUGIN_PATH names directories of plugins)", ErrFilter, f)
	})
}

// cDims is a shape as libhdf5 wants it, on the stack.
type cDims = [C.SHIM_MAX_RANK]C.hsize_t

func dims(shape []int) *cDims {
	var out cDims
	for i, length := range shape {
		out[i] = C.hsize_t(length)
	}
	return &out
}
