//go:build cgo

package h5

// #include "shim.h"
import "C"

import (
	"errors"
	"fmt"
	"math"
	"reflect"
	"sync"
	"unsafe"

	"extrapasha/internal/h5/format"
)

// Dataset is a dataset of a file, of use until the file is closed.
type Dataset struct {
	file   *File // that it is in: a link may have led there
	inFile string
	header uint64 // where it is in the file
	path   string // that it was asked for by, in the file that was asked
	object *format.Object
	dtype  DType
	shape  []int
	part   view     // set where it is a part of records
	plans  sync.Map // of records, by the type of structs that they are read as

	storageOnce sync.Once
	stored      *storage
	storageErr  error // wraps ErrForm where libhdf5 has to read it

	stackOnce sync.Once
	stacked   []stackedPart
	stackErr  error

	opened C.hid_t // 0 until libhdf5 has it open, guarded by the library's lock
}

// Dataset finds a dataset, and keeps what is known of it. The error wraps
// [ErrNoObject] where there is none.
func (f *File) Dataset(path string) (*Dataset, error) {
	f.mutex.Lock()
	d := f.datasets[path]
	f.mutex.Unlock()
	if d != nil {
		return d, nil
	}
	d, err := f.Once(path)
	if err != nil {
		return nil, err
	}
	f.mutex.Lock()
	defer f.mutex.Unlock()
	if other := f.datasets[path]; other != nil { // since then
		return other, nil
	}
	f.datasets[path] = d
	return d, nil
}

// Once finds a dataset as [File.Dataset] does, and does not keep it: of thousands that
// are read once nothing should stay.
func (f *File) Once(path string) (*Dataset, error) {
	o, err := f.find(path)
	if err != nil {
		return nil, f.fail("open", path, err)
	}
	d, err := o.dataset(path)
	if err == nil && d.object.Space.Null {
		err = ErrNull
	}
	if err != nil {
		return nil, f.fail("open", path, err)
	}
	return d, nil
}

// dataset is what an object is that was asked for by a path. It may have no data.
func (o object) dataset(path string) (d *Dataset, err error) {
	d = &Dataset{file: o.file, inFile: o.path, header: o.header, path: path}
	if d.object, err = o.file.structure.Object(o.header); err != nil {
		return nil, err
	}
	if d.object.Kind != format.Dataset {
		return nil, fmt.Errorf("%w: it is no dataset", ErrNoObject)
	}
	d.dtype, d.shape = dtypeOf(d.object.Type), d.object.Space.Shape
	return d, d.growVirtual()
}

// close gives back what reading has opened.
func (d *Dataset) close() {
	if d.stored != nil && d.stored.outside != nil {
		d.stored.outside.close()
	}
}

// Band is how many rows are compressed together: reading one of them costs as much
// as reading all. It is 1 where rows are stored as they are.
func (d *Dataset) Band() int {
	if source, _, _ := d.rowsFrom(0); source != nil {
		return source.Band()
	}
	if len(d.object.Filters) == 0 || len(d.object.Layout.Chunk) == 0 {
		return 1
	}
	return d.object.Layout.Chunk[0]
}

// Path is the dataset's path in its file.
func (d *Dataset) Path() string { return d.path }

// File is the file the dataset is in.
func (d *Dataset) File() *File { return d.file }

// DType is the type of the elements.
func (d *Dataset) DType() DType { return d.dtype }

// TypeName tells the type as the file has it, "compound of x float32, y float32".
func (d *Dataset) TypeName() string { return d.object.Type.String() }

// TextSize is how many bytes each text takes where all have the same, else 0.
func (d *Dataset) TextSize() int {
	if d.object.Type.Class != format.Text {
		return 0
	}
	return d.object.Type.Size
}

// Shape is the length of each dimension, none for a scalar.
func (d *Dataset) Shape() []int { return d.shape }

func (d *Dataset) fail(doing string, err error) error {
	return d.file.fail(doing, d.path, err)
}

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
		last := r.Start[axis] + (count-1)*r.Step[axis]
		if count < 0 || r.Start[axis] < 0 || r.Step[axis] < 1 || (count > 0 && (last >= shape[axis] || last < r.Start[axis])) {
			return 0, fmt.Errorf("%w: positions %d to %d of dimension %d, which has %d", ErrBounds, r.Start[axis], last, axis, shape[axis])
		}
		if count > 0 && size > math.MaxInt/16/count {
			return 0, fmt.Errorf("%w: a region of %v elements", ErrBounds, r.Count)
		}
		size *= count
	}
	return size, nil
}

// Read reads a region into out, in C order, as native numbers whatever the file
// holds. T must be the type that the dataset's elements are read as ([ErrType]),
// out as long as the region.
func Read[T any](d *Dataset, region Region, out []T) error { return readInto(d, region, out, false) }

// ReadBlank is [Read] into memory that is all zero: what was never written is not
// touched then, if it reads as zeros.
func ReadBlank[T any](d *Dataset, region Region, out []T) error {
	return readInto(d, region, out, true)
}

func readInto[T any](d *Dataset, region Region, out []T, blank bool) error {
	size, err := region.size(d.shape)
	switch {
	case err != nil:
		return d.fail("read", err)
	case d.dtype == Other || DTypeOf[T]() != d.dtype:
		var zero T
		return d.fail("read", fmt.Errorf("%w: it holds %s, not %T", ErrType, d.TypeName(), zero))
	case size != len(out):
		return d.fail("read", fmt.Errorf("%w: %d elements into %d", ErrBounds, size, len(out)))
	case size == 0:
		return nil
	}
	memory := unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(out))), size*int(unsafe.Sizeof(out[0])))
	if d.readsParts() {
		return d.readPart(region, reflect.TypeFor[T](), memory)
	}
	if texts, ok := any(out).([]string); ok {
		return d.readTexts(region, texts)
	}
	return d.readNumbers(region, memory, blank)
}

// ReadAny reads a region as a slice of whatever type the elements are read as.
func ReadAny(d *Dataset, region Region) (any, error) {
	size, err := region.size(d.shape)
	if err == nil && d.dtype.Go() == nil {
		err = fmt.Errorf("%w: it holds %s", ErrType, d.TypeName())
	}
	if err != nil {
		return nil, d.fail("read", err)
	}
	out := reflect.MakeSlice(reflect.SliceOf(d.dtype.Go()), size, size)
	switch texts, ok := out.Interface().([]string); {
	case size == 0:
	case d.readsParts():
		err = d.readPart(region, d.dtype.Go(), unsafe.Slice((*byte)(out.UnsafePointer()), size*int(d.dtype.Go().Size())))
	case ok:
		err = d.readTexts(region, texts)
	default:
		err = d.readNumbers(region, unsafe.Slice((*byte)(out.UnsafePointer()), size*d.dtype.size()), true)
	}
	return out.Interface(), err
}

// ReadFew is [ReadAny] for what describes data: the error wraps [ErrCorrupt] where it
// is of a size that the file cannot have.
func ReadFew(d *Dataset, region Region) (any, error) {
	size, err := region.size(d.shape)
	if err == nil {
		err = d.plausible(size)
	}
	if err != nil {
		return nil, d.fail("read", err)
	}
	return ReadAny(d, region)
}

// ReadAll reads a whole dataset of what describes data, in C order. The error is as
// with [ReadFew].
func ReadAll[T any](d *Dataset) ([]T, error) {
	size, _ := d.object.Space.Elements()
	if err := d.plausible(size); err != nil {
		return nil, d.fail("read", err)
	}
	out := make([]T, size)
	return out, ReadBlank(d, Whole(d.shape), out)
}

// describing is how many bytes the data that describes a file may have in any case:
// the index of months.
const describing = 64 << 20

// plausible tells whether the file may have so many elements, or just claims to.
func (d *Dataset) plausible(elements int) error {
	most := max(describing, 4*d.file.size)
	if size := int64(max(d.object.Type.Size, 1)); int64(elements) <= most/size {
		return nil
	}
	return fmt.Errorf("%w: shape %v of %s is more than a file of %d bytes can have", ErrCorrupt, d.shape, d.TypeName(), d.file.size)
}

// readNumbers reads a region that is not empty and within the dataset.
func (d *Dataset) readNumbers(region Region, out []byte, blank bool) error {
	err := d.readDirect(region, out, blank)
	if errors.Is(err, ErrForm) {
		err = d.readLibrary(region, unsafe.Pointer(unsafe.SliceData(out)))
	}
	if changed := d.file.Unchanged(); changed != nil {
		return changed // whatever was read
	}
	if err != nil {
		return d.fail("read", err)
	}
	if d.dtype == Bool {
		// A Go bool must be 0 or 1, a corrupt file may hold anything.
		for i, b := range out {
			if b > 1 {
				out[i] = 1
			}
		}
	}
	return nil
}

// readTexts reads texts of either kind.
func (d *Dataset) readTexts(region Region, out []string) error {
	err := d.textsDirect(region, out)
	if errors.Is(err, ErrForm) {
		err = d.textsOfLibrary(region, out)
	}
	if changed := d.file.Unchanged(); changed != nil {
		return changed
	}
	if err != nil {
		return d.fail("read", err)
	}
	return nil
}

func (d *Dataset) textsDirect(region Region, out []string) error {
	if d.object.Layout.Class == format.Virtual {
		return d.textsStack(region, out)
	}
	size := d.object.Type.Size
	if len(out) > math.MaxInt/size {
		return fmt.Errorf("%w: %d texts of %d bytes", ErrCorrupt, len(out), size)
	}
	if err := d.plausible(len(out)); err != nil {
		return err
	}
	raw := make([]byte, len(out)*size)
	if err := d.readDirect(region, raw, true); err != nil {
		return err
	}
	if d.object.Type.Class == format.Variable {
		return d.file.structure.Texts(raw, out)
	}
	fixedTexts(raw, size, out)
	return nil
}

func (d *Dataset) textsOfLibrary(region Region, out []string) error {
	if d.object.Type.Class == format.Variable {
		return d.textsLibrary(region, out)
	}
	raw := make([]byte, len(out)*d.object.Type.Size)
	if err := d.readLibrary(region, unsafe.Pointer(unsafe.SliceData(raw))); err != nil {
		return err
	}
	fixedTexts(raw, d.object.Type.Size, out)
	return nil
}
