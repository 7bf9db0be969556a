package pasha

import (
	"archive/zip"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/bits"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unsafe"

	"extrapasha/internal/pending"
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
		return "", fmt.Errorf("pasha: %w: no element type for %T, expected a bool or a number type", ErrNPY, zero)
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
		return err
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

// ReadNPY reads an array in NumPy's .npy format (versions 1 to 3). The elements
// must be of type T, in either byte order.
func ReadNPY[T any](r io.Reader) (Array[T], error) {
	fail := func(format string, args ...any) (Array[T], error) {
		return Array[T]{}, fmt.Errorf("pasha: %w: "+format, append([]any{ErrNPY}, args...)...)
	}
	header, err := readNPYHeader(r)
	if err != nil {
		return fail("%w", err)
	}
	descr := npyHeader.descr.FindStringSubmatch(header)
	order := npyHeader.order.FindStringSubmatch(header)
	dims := npyHeader.shape.FindStringSubmatch(header)
	if descr == nil || order == nil || dims == nil {
		return fail("expected descr, fortran_order and shape in the header, got %q", strings.TrimSpace(header))
	}
	native, err := npyType[T]()
	if err != nil {
		return Array[T]{}, err
	}
	if descr[2] != native[1:] {
		var zero T
		return fail("the elements are %s%s, expected %s for %T", descr[1], descr[2], native, zero)
	}
	var shape []int
	for _, length := range strings.FieldsFunc(dims[1], func(r rune) bool { return r < '0' || r > '9' }) {
		n, err := strconv.Atoi(length)
		if err != nil {
			return fail("shape (%s): %w", dims[1], err)
		}
		shape = append(shape, n)
	}
	data, err := readElements[T](r, shape)
	if err != nil {
		return fail("%w", err)
	}
	if (descr[1] == "<" || descr[1] == ">") && descr[1] != native[:1] {
		swapBytes(data)
	}
	return arrayOf(data, shape, order[1] == "True"), nil
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
	header := make([]byte, length)
	if _, err := io.ReadFull(r, header); err != nil {
		return "", fmt.Errorf("the header is cut short: %w", err)
	}
	return string(header), nil
}

// readElements reads as many elements as shape has, a piece at a time: what a
// damaged header claims is not allocated before it is there.
func readElements[T any](r io.Reader, shape []int) ([]T, error) {
	const piece = 1 << 24
	size, err := sizeOf[T](shape)
	if err != nil {
		return nil, err
	}
	var zero T
	perPiece := piece / int(unsafe.Sizeof(zero))
	data := make([]T, 0, min(size, perPiece))
	for len(data) < size {
		have := len(data)
		data = slices.Grow(data, min(size-have, max(perPiece, have)))[:min(size, have+max(perPiece, have))]
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

// LoadNPY reads an .npy file, see [ReadNPY].
func LoadNPY[T any](path string) (Array[T], error) {
	file, err := os.Open(path)
	if err != nil {
		return Array[T]{}, fmt.Errorf("pasha: %w", err)
	}
	defer file.Close()
	array, err := ReadNPY[T](file)
	if err != nil {
		return array, fmt.Errorf("%s: %w", path, err)
	}
	return array, nil
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

// LoadNPZ reads the array of that name from an .npz file.
func LoadNPZ[T any](path, name string) (Array[T], error) {
	archive, err := zip.OpenReader(path)
	if err != nil {
		return Array[T]{}, fmt.Errorf("pasha: %s: %w", path, err)
	}
	defer archive.Close()
	var names []string
	for _, entry := range archive.File {
		if entry.Name == name+".npy" {
			r, err := entry.Open()
			if err != nil {
				return Array[T]{}, fmt.Errorf("pasha: %s: array %q: %w", path, name, err)
			}
			defer r.Close()
			array, err := ReadNPY[T](r)
			if err != nil {
				return array, fmt.Errorf("%s: array %q: %w", path, name, err)
			}
			return array, nil
		}
		names = append(names, strings.TrimSuffix(entry.Name, ".npy"))
	}
	return Array[T]{}, fmt.Errorf("pasha: %s: %w: no array %q, there are %s", path, ErrNPY, name, strings.Join(names, ", "))
}

// writeFile writes a file that appears under its name once it is complete.
func writeFile(path string, write func(io.Writer) error) error {
	if err := pending.Write(path, 0o644, write); err != nil {
		return fmt.Errorf("pasha: %w", err)
	}
	return nil
}
