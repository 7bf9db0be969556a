package pasha

import (
	"archive/zip"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"math/bits"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unsafe"

	"extrapasha/internal/memory"
	"extrapasha/internal/pending"
	"extrapasha/internal/regular"
)

// The .npy format, version 1.0, is documented at
// https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html: a
// magic number, the length of the header, the header as a Python dictionary
// padded to a multiple of 64 bytes, and the elements.

// ErrNPY is wrapped by errors about what an .npy or .npz file holds.
var ErrNPY = errors.New("bad .npy data")

const (
	npyMagic     = "\x93NUMPY"
	npyMaxHeader = 1 << 20
	npyMaxDims   = 64 // as in NumPy
)

// npyTypes are the element types by their NumPy name without byte order.
var npyTypes = map[reflect.Type]string{
	reflect.TypeFor[bool]():       "b1",
	reflect.TypeFor[int8]():       "i1",
	reflect.TypeFor[int16]():      "i2",
	reflect.TypeFor[int32]():      "i4",
	reflect.TypeFor[int64]():      "i8",
	reflect.TypeFor[int]():        "i" + strconv.Itoa(bits.UintSize/8),
	reflect.TypeFor[uint8]():      "u1",
	reflect.TypeFor[uint16]():     "u2",
	reflect.TypeFor[uint32]():     "u4",
	reflect.TypeFor[uint64]():     "u8",
	reflect.TypeFor[uint]():       "u" + strconv.Itoa(bits.UintSize/8),
	reflect.TypeFor[Float16]():    "f2",
	reflect.TypeFor[float32]():    "f4",
	reflect.TypeFor[float64]():    "f8",
	reflect.TypeFor[complex64]():  "c8",
	reflect.TypeFor[complex128](): "c16",
}

// npyType is the NumPy name of T in this machine's byte order: "<f4", "|u1".
func npyType[T any]() (string, error) {
	name, ok := npyTypes[reflect.TypeFor[T]()]
	if !ok {
		var zero T
		return "", fmt.Errorf("%w: no element type for %T, expected a bool or a number type", ErrNPY, zero)
	}
	var zero T
	if unsafe.Sizeof(zero) == 1 {
		return "|" + name, nil
	}
	if binary.NativeEndian.Uint16([]byte{1, 0}) == 1 {
		return "<" + name, nil
	}
	return ">" + name, nil
}

// NPY is an array of any number type that can be written as .npy.
type NPY interface {
	WriteNPY(w io.Writer) error
}

// WriteNPY writes the array in NumPy's .npy format: bool, integers, floats
// (float16 too) and complex numbers, of any shape. A compact array, in C or in
// Fortran order, is written in one go.
func (a Array[T]) WriteNPY(w io.Writer) error {
	descr, err := npyType[T]()
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
	header := fmt.Sprintf("{'descr': '%s', 'fortran_order': %s, 'shape': (%s), }", descr, order, strings.Join(lengths, " "))
	preamble := len(npyMagic) + 4
	padding := 64 - (preamble+len(header)+1)%64
	header += strings.Repeat(" ", padding%64) + "\n"
	head := append([]byte(npyMagic), 1, 0)
	head = binary.LittleEndian.AppendUint16(head, uint16(len(header)))
	if _, err := w.Write(append(head, header...)); err != nil {
		return fmt.Errorf("pasha: writing .npy: %w", err)
	}
	if _, err := w.Write(asBytes(data.Data[:a.Size()])); err != nil {
		return fmt.Errorf("pasha: writing .npy: %w", err)
	}
	return nil
}

// npyHeader takes the three entries that are in every header, in any order.
var npyHeader = struct{ descr, order, shape *regexp.Regexp }{
	regexp.MustCompile(`['"]descr['"]\s*:\s*['"]([<>|=])([a-z]\d+)['"]`),
	regexp.MustCompile(`['"]fortran_order['"]\s*:\s*(True|False)`),
	regexp.MustCompile(`['"]shape['"]\s*:\s*\(([\d\s,L]*)\)`),
}

// npySource is what an array is read from, and how much that holds at most.
type npySource struct {
	io.LimitedReader
	there bool // that much it does hold
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
	header, err := readNPYHeader(r)
	if err != nil {
		return fail("%w", err)
	}
	descr := npyHeader.descr.FindStringSubmatch(header)
	order := npyHeader.order.FindStringSubmatch(header)
	dims := npyHeader.shape.FindStringSubmatch(header)
	if descr == nil || order == nil || dims == nil {
		return fail("expected descr, fortran_order and shape in the header, got %q", shortened(header))
	}
	native, err := npyType[T]()
	if err != nil {
		return Array[T]{}, err
	}
	if descr[2] != native[1:] {
		var zero T
		return fail("the elements are %s%s, expected %s for %T", descr[1], descr[2], native, zero)
	}
	shape, err := readShape(dims[1])
	if err != nil {
		return fail("%w", err)
	}
	data, err := readElements[T](r, shape)
	if errors.Is(err, ErrMemory) {
		return Array[T]{}, err
	}
	if err != nil {
		return fail("%w", err)
	}
	if (descr[1] == "<" || descr[1] == ">") && descr[1] != native[:1] {
		swapBytes(data)
	}
	return arrayOf(data, shape, order[1] == "True"), nil
}

// shortened is the beginning of a header, for an error.
func shortened(header string) string {
	const most = 200
	header = strings.TrimSpace(header)
	if len(header) > most {
		return header[:most] + "…"
	}
	return header
}

// readShape is the shape that a header has as a Python tuple: "2, 3" of "(2, 3)".
func readShape(text string) (shape []int, err error) {
	lengths := strings.Split(text, ",")
	if last := len(lengths) - 1; strings.TrimSpace(lengths[last]) == "" {
		lengths = lengths[:last]
	}
	if len(lengths) > npyMaxDims {
		return nil, fmt.Errorf("%d dimensions, expected at most %d", len(lengths), npyMaxDims)
	}
	for _, length := range lengths {
		// Python 2 wrote large numbers as 3L.
		n, err := strconv.ParseUint(strings.TrimSuffix(strings.TrimSpace(length), "L"), 10, strconv.IntSize-1)
		if err != nil {
			return nil, fmt.Errorf("shape (%s): %w", shortened(text), err)
		}
		shape = append(shape, int(n))
	}
	return shape, nil
}

func readNPYHeader(r io.Reader) (string, error) {
	preamble := make([]byte, len(npyMagic)+2)
	if _, err := io.ReadFull(r, preamble); err != nil {
		return "", fmt.Errorf("too short for a header: %w", err)
	}
	if string(preamble[:len(npyMagic)]) != npyMagic {
		return "", fmt.Errorf("it starts with %q, not %q", preamble[:len(npyMagic)], npyMagic)
	}
	var length uint32
	switch major := preamble[len(npyMagic)]; major {
	case 1:
		var short uint16
		if err := binary.Read(r, binary.LittleEndian, &short); err != nil {
			return "", err
		}
		length = uint32(short)
	case 2, 3:
		if err := binary.Read(r, binary.LittleEndian, &length); err != nil {
			return "", err
		}
	default:
		return "", fmt.Errorf("version %d, expected 1 to 3", major)
	}
	if length > npyMaxHeader {
		return "", fmt.Errorf("a header of %d bytes, expected at most %d", length, npyMaxHeader)
	}
	var header strings.Builder
	if n, err := io.CopyN(&header, r, int64(length)); err != nil {
		return "", fmt.Errorf("the header is cut short, expected %d bytes, there are %d: %w", length, n, err)
	}
	return header.String(), nil
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
	piece := firstPiece / each
	if r.there {
		piece = size
	}
	data := []T{}
	for len(data) < size {
		have := len(data)
		next := min(size, max(2*have, piece))
		if err := memory.Check(next * each); err != nil {
			return nil, err
		}
		data = append(make([]T, 0, next), data...)[:next]
		if _, err := io.ReadFull(r, asBytes(data[have:])); err != nil {
			return nil, fmt.Errorf("the data is cut short, expected %s of %T: %w", shapeString(shape), zero, err)
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
func LoadNPY[T any](path string) (Array[T], error) {
	file, size, err := openFile(path)
	if err != nil {
		return Array[T]{}, fmt.Errorf("pasha: %w", err)
	}
	defer file.Close()
	array, err := readNPY[T](&npySource{io.LimitedReader{R: file, N: size}, true})
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
func LoadNPZ[T any](path, name string) (Array[T], error) {
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
			array, err := readEntry[T](entry, size)
			if err != nil {
				return Array[T]{}, fmt.Errorf("pasha: %s: array %q: %w", path, name, err)
			}
			return array, nil
		}
		names = append(names, strings.TrimSuffix(entry.Name, ".npy"))
	}
	return Array[T]{}, fmt.Errorf("pasha: %s: %w: no array %q, there are %s", path, ErrNPY, name, shortened(strings.Join(names, ", ")))
}

// mostInflated is how many times more deflate can make of a byte.
const mostInflated = 1032

// readEntry reads an array from an archive of so many bytes.
func readEntry[T any](entry *zip.File, archive int64) (Array[T], error) {
	packed := min(entry.CompressedSize64, uint64(archive))
	source := &npySource{there: entry.Method == zip.Store}
	source.N = int64(packed)
	if !source.there {
		source.N = int64(min(entry.UncompressedSize64, (packed+1)*mostInflated))
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
		return Array[T]{}, fmt.Errorf("%w: there is more than the %v", ErrNPY, array)
	case err != nil && err != io.EOF:
		return Array[T]{}, fmt.Errorf("%w: %w", ErrNPY, err)
	}
	return array, nil
}

// writeFile writes a file that appears under its name once it is complete.
func writeFile(path string, write func(io.Writer) error) error {
	if err := pending.Write(path, 0o644, write); err != nil {
		return fmt.Errorf("pasha: %w", err)
	}
	return nil
}
