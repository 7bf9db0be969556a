package pasha

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"os"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unsafe"

	"extrapasha/internal/crew"
	"extrapasha/internal/memory"
	"extrapasha/internal/npy"
	"extrapasha/internal/pending"
	"extrapasha/internal/regular"
)

// The .npy format, version 1.0, is documented at
// https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html: a
// magic number, the length of the header, the header as a Python dictionary
// padded to a multiple of 64 bytes, and the elements.

// ErrNPY is wrapped by errors about what an .npy or .npz file holds.
var ErrNPY = npy.Err

// NPY is an array of any number type that can be written as .npy.
type NPY interface {
	WriteNPY(w io.Writer) error
}

// WriteNPY writes the array in NumPy's .npy format: bool, integers, floats
// (float16 too) and complex numbers, of any shape. A compact array, in C or in
// Fortran order, is written in one go.
func (a Array[T]) WriteNPY(w io.Writer) error {
	descr, err := npy.Type[T]()
	if err != nil {
		return fmt.Errorf("pasha: %w", err)
	}
	order := "False"
	data := a
	switch {
	case a.Compact():
	case a.T().Compact():
		order = "True"
	default:
		data = a.Copy()
	}
	lengths := make([]string, len(a.shape))
	for i, length := range a.shape {
		lengths[i] = strconv.Itoa(length) + ","
	}
	if _, err := w.Write(npy.FormatHeader(descr, order, strings.Join(lengths, " "))); err != nil {
		return fmt.Errorf("pasha: writing .npy: %w", err)
	}
	if _, err := w.Write(asBytes(data.Data[:a.Size()])); err != nil {
		return fmt.Errorf("pasha: writing .npy: %w", err)
	}
	return nil
}

// npySource is what an array is read from, and how much that holds at most.
type npySource struct {
	io.LimitedReader
	there  bool    // that much it does hold
	shared Context // where the array is to be, nil for the heap
}

// LoadOption changes where [LoadNPY] and [LoadNPZ] put an array.
type LoadOption func(*npySource) error

// Shared puts the array where every worker of the default context sees it, as
// [Array.Share] does: without a copy where the file tells its size, as it does unless it
// is compressed.
func Shared() LoadOption {
	return func(r *npySource) (err error) {
		r.shared, err = Default()
		return err
	}
}

// apply has the options change a source.
func (r *npySource) apply(options []LoadOption) error {
	for _, option := range options {
		if err := option(r); err != nil {
			return err
		}
	}
	return nil
}

// placed is an array that was read, where it is to be.
func placed[T any](r *npySource, a Array[T]) (Array[T], error) {
	if r.shared == nil {
		return a, nil
	}
	return a.Share(In(r.shared))
}

// ReadNPY reads an array in NumPy's .npy format (versions 1 to 3). The elements
// must be of type T, in either byte order. Memory is made as data comes, whatever the
// header says.
func ReadNPY[T any](r io.Reader) (Array[T], error) {
	array, err := readNPY[T](&npySource{LimitedReader: io.LimitedReader{R: r, N: math.MaxInt64}})
	if err != nil {
		return Array[T]{}, fmt.Errorf("pasha: %w", err)
	}
	return array, nil
}

func readNPY[T any](r *npySource) (Array[T], error) {
	fail := func(format string, args ...any) (Array[T], error) {
		return Array[T]{}, fmt.Errorf("%w: "+format, append([]any{ErrNPY}, args...)...)
	}
	header, err := npy.ReadHeader(r)
	if err != nil {
		return fail("%w", err)
	}
	native, err := npy.Type[T]()
	if err != nil {
		return Array[T]{}, err
	}
	order, name := header.Descr.Type[:1], header.Descr.Type[1:]
	if name != native[1:] {
		var zero T
		return fail("the elements are %s%s, expected %s for %T", order, name, native, zero)
	}
	shape := header.Descr.Shape
	data, err := readElements[T](r, shape)
	if errors.Is(err, ErrMemory) {
		return Array[T]{}, err
	}
	if err != nil {
		return fail("%w", err)
	}
	if (order == "<" || order == ">") && order != native[:1] {
		swapBytes(data)
	}
	return arrayOf(data, shape, header.Descr.Fortran), nil
}

// firstPiece is how many bytes of memory are made for what may not be there. It is twice
// as much after each piece that was.
const firstPiece = 64 << 10

// readElements reads as many elements as shape has. Memory is made for what is there,
// not for what a damaged header claims.
func readElements[T any](r *npySource, shape []int) ([]T, error) {
	size, err := sizeOf[T](shape)
	if err != nil {
		return nil, err
	}
	var zero T
	each := int(unsafe.Sizeof(zero))
	if int64(size*each) > r.N {
		return nil, fmt.Errorf("the data is cut short, expected %s of %T, %d bytes, there are at most %d", shapeString(shape), zero, size*each, r.N)
	}
	cut := func(err error) error {
		return fmt.Errorf("the data is cut short, expected %s of %T: %w", shapeString(shape), zero, err)
	}
	if r.there {
		ctx := r.shared
		if ctx == nil {
			ctx = Serial()
		}
		memory, err := ctx.Alloc(max(size*each, 1))
		if err != nil {
			return nil, err
		}
		memory = memory[:size*each]
		if _, err := io.ReadFull(r, memory); err != nil {
			crew.Memory.Free(memory)
			return nil, cut(err)
		}
		return unsafe.Slice((*T)(unsafe.Pointer(unsafe.SliceData(memory))), size), nil
	}
	data := []T{}
	for len(data) < size {
		have := len(data)
		next := min(size, max(2*have, firstPiece/each))
		if err := memory.Check(next * each); err != nil {
			return nil, err
		}
		data = append(make([]T, 0, next), data...)[:next]
		if _, err := io.ReadFull(r, asBytes(data[have:])); err != nil {
			return nil, cut(err)
		}
	}
	return data, nil
}

// swapBytes turns the byte order of every number around.
func swapBytes[T any](data []T) {
	var zero T
	width := int(unsafe.Sizeof(zero))
	if kind := reflect.TypeFor[T]().Kind(); kind == reflect.Complex64 || kind == reflect.Complex128 {
		width /= 2
	}
	for number := range slices.Chunk(asBytes(data), width) {
		slices.Reverse(number)
	}
}

// SaveNPY writes the array to an .npy file. The file appears complete or not at
// all.
func (a Array[T]) SaveNPY(path string) error {
	return writeFile(path, a.WriteNPY)
}

// LoadNPY reads an .npy file, see [ReadNPY]. It must be a file, not a pipe.
//
//	gain, err := psh.LoadNPY[float32]("gain.npy", psh.Shared())
func LoadNPY[T any](path string, options ...LoadOption) (Array[T], error) {
	file, size, err := openFile(path)
	if err != nil {
		return Array[T]{}, fmt.Errorf("pasha: %w", err)
	}
	defer file.Close()
	source := &npySource{LimitedReader: io.LimitedReader{R: file, N: size}, there: true}
	if err := source.apply(options); err != nil {
		return Array[T]{}, err
	}
	array, err := readNPY[T](source)
	if err == nil {
		array, err = placed(source, array)
	}
	if err != nil {
		return Array[T]{}, fmt.Errorf("pasha: %s: %w", path, err)
	}
	return array, nil
}

// openFile opens a file and tells its size. What is none, such as a pipe that nobody
// writes to, is not waited for. The error names it.
func openFile(path string) (file *os.File, size int64, err error) {
	file, info, err := regular.Open(path)
	if errors.Is(err, regular.ErrNotRegular) {
		err = fmt.Errorf("%w: %w", ErrNPY, err)
	}
	if err != nil {
		return nil, 0, err
	}
	return file, info.Size(), nil
}

// SaveNPZ writes arrays under their names to an .npz file, uncompressed as
// numpy.savez does. The file appears complete or not at all.
func SaveNPZ(path string, arrays map[string]NPY) error {
	return writeFile(path, func(w io.Writer) error {
		archive := zip.NewWriter(w)
		for _, name := range slices.Sorted(maps.Keys(arrays)) {
			entry, err := archive.CreateHeader(&zip.FileHeader{Name: name + ".npy", Method: zip.Store})
			if err != nil {
				return err
			}
			if err := arrays[name].WriteNPY(entry); err != nil {
				return fmt.Errorf("array %q: %w", name, err)
			}
		}
		return archive.Close()
	})
}

// LoadNPZ reads the array of that name from an .npz file, and makes sure that it is what
// was written, by its checksum.
func LoadNPZ[T any](path, name string, options ...LoadOption) (Array[T], error) {
	file, size, err := openFile(path)
	if err != nil {
		return Array[T]{}, fmt.Errorf("pasha: %w", err)
	}
	defer file.Close()
	archive, err := zip.NewReader(file, size)
	if err != nil {
		return Array[T]{}, fmt.Errorf("pasha: %s: %w: %w", path, ErrNPY, err)
	}
	var names []string
	for _, entry := range archive.File {
		if entry.Name == name+".npy" {
			array, err := readEntry[T](entry, size, options)
			if err != nil {
				return Array[T]{}, fmt.Errorf("pasha: %s: array %q: %w", path, name, err)
			}
			return array, nil
		}
		names = append(names, strings.TrimSuffix(entry.Name, ".npy"))
	}
	return Array[T]{}, fmt.Errorf("pasha: %s: %w: no array %q, there are %s", path, ErrNPY, name, npy.Shortened(strings.Join(names, ", ")))
}

// mostInflated is how many times more deflate can make of a byte.
const mostInflated = 1032

// readEntry reads an array from an archive of so many bytes.
func readEntry[T any](entry *zip.File, archive int64, options []LoadOption) (Array[T], error) {
	packed := min(entry.CompressedSize64, uint64(archive))
	source := &npySource{there: entry.Method == zip.Store}
	source.N = int64(packed)
	if !source.there {
		source.N = int64(min(entry.UncompressedSize64, (packed+1)*mostInflated))
	}
	if err := source.apply(options); err != nil {
		return Array[T]{}, err
	}
	r, err := entry.Open()
	if err != nil {
		return Array[T]{}, fmt.Errorf("%w: %w", ErrNPY, err)
	}
	defer r.Close()
	source.R = r
	array, err := readNPY[T](source)
	if err != nil {
		return Array[T]{}, err
	}
	// Behind the last byte the checksum is looked at.
	switch n, err := io.ReadFull(r, make([]byte, 1)); {
	case n > 0:
		return Array[T]{}, errors.Join(fmt.Errorf("%w: there is more than the %v", ErrNPY, array), array.Free())
	case err != nil && err != io.EOF:
		return Array[T]{}, errors.Join(fmt.Errorf("%w: %w", ErrNPY, err), array.Free())
	}
	return placed(source, array)
}

// writeFile writes a file that appears under its name once it is complete.
func writeFile(path string, write func(io.Writer) error) error {
	if err := pending.Write(path, 0o644, write); err != nil {
		return fmt.Errorf("pasha: %w", err)
	}
	return nil
}
