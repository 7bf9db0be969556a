// Package npy reads and writes NumPy's .npy format and archives of it.
package npy

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/bits"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"unsafe"

	"github.com/sbinet/npyio/npy"
	"github.com/x448/float16"
)

// Err is wrapped by errors about what a file holds.
var Err = errors.New("bad .npy data")

const (
	magic     = "\x93NUMPY"
	maxHeader = 1 << 20
	maxDims   = 64 // as in NumPy
	maxEntry  = 64 * maxDims
)

// types are the element types by their NumPy name without byte order.
var types = map[reflect.Type]string{
	reflect.TypeFor[bool]():            "b1",
	reflect.TypeFor[int8]():            "i1",
	reflect.TypeFor[int16]():           "i2",
	reflect.TypeFor[int32]():           "i4",
	reflect.TypeFor[int64]():           "i8",
	reflect.TypeFor[int]():             "i" + strconv.Itoa(bits.UintSize/8),
	reflect.TypeFor[uint8]():           "u1",
	reflect.TypeFor[uint16]():          "u2",
	reflect.TypeFor[uint32]():          "u4",
	reflect.TypeFor[uint64]():          "u8",
	reflect.TypeFor[uint]():            "u" + strconv.Itoa(bits.UintSize/8),
	reflect.TypeFor[float16.Float16](): "f2",
	reflect.TypeFor[float32]():         "f4",
	reflect.TypeFor[float64]():         "f8",
	reflect.TypeFor[complex64]():       "c8",
	reflect.TypeFor[complex128]():      "c16",
}

// Type is the NumPy name of T in this machine's byte order: "<f4", "|u1".
func Type[T any]() (string, error) {
	name, ok := types[reflect.TypeFor[T]()]
	if !ok {
		var zero T
		return "", fmt.Errorf("%w: no element type for %T, expected a bool or a number type", Err, zero)
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

// Header is what a file says of its elements.
type Header = npy.Header

// ReadHeader reads what is before the elements. It is npyio that takes it apart, which
// is only given what it can: one of limited length, in the form that NumPy writes. Others
// write its entries in another order or with other spaces, which is right, too.
func ReadHeader(r io.Reader) (header Header, err error) {
	text, err := readText(r)
	if err != nil {
		return header, err
	}
	entries := make([]any, len(parts))
	for i, entry := range parts {
		found := entry.FindStringSubmatch(text)
		if found == nil {
			return header, fmt.Errorf("expected descr, fortran_order and shape in the header, got %q", Shortened(text))
		}
		if len(found[1]) > maxEntry {
			return header, fmt.Errorf("expected a shape of at most %d dimensions, got (%s)", maxDims, Shortened(found[1]))
		}
		entries[i] = strings.ReplaceAll(found[1], "L", "")
	}
	header, err = parseHeader(FormatHeader(entries...))
	if err == nil && len(header.Descr.Shape) > maxDims {
		err = fmt.Errorf("%d dimensions, expected at most %d", len(header.Descr.Shape), maxDims)
	}
	return header, err
}

// parts are the entries that are in every header. Python 2 wrote large numbers as 3L.
var parts = []*regexp.Regexp{
	regexp.MustCompile(`['"]descr['"]\s*:\s*['"]([<>|=][a-z]\d+)['"]`),
	regexp.MustCompile(`['"]fortran_order['"]\s*:\s*(True|False)`),
	regexp.MustCompile(`['"]shape['"]\s*:\s*\(\s*((?:\d+L?\s*(?:,\s*\d+L?\s*)*,?)?)\s*\)`),
}

// FormatHeader is a file with type, order and shape in its header, without elements. It
// has a length that NumPy writes.
func FormatHeader(entries ...any) []byte {
	text := fmt.Sprintf("{'descr': '%s', 'fortran_order': %s, 'shape': (%s), }", entries...)
	const preamble = len(magic) + 4
	padding := 64 - (preamble+len(text)+1)%64
	text += strings.Repeat(" ", padding%64) + "\n"
	head := append([]byte(magic), 1, 0)
	head = binary.LittleEndian.AppendUint16(head, uint16(len(text)))
	return append(head, text...)
}

// parseHeader is what npyio makes of it. It panics on what it does not expect.
func parseHeader(file []byte) (header Header, err error) {
	defer func() {
		if value := recover(); value != nil {
			err = fmt.Errorf("the header cannot be understood: %v", value)
		}
	}()
	reader, err := npy.NewReader(bytes.NewReader(file))
	if err != nil {
		return header, err
	}
	return reader.Header, nil
}

// Shortened is the beginning of a header, for an error.
func Shortened(header string) string {
	const most = 200
	header = strings.TrimSpace(header)
	if len(header) > most {
		return header[:most] + "…"
	}
	return header
}

// readText reads the header as it is in the file.
func readText(r io.Reader) (string, error) {
	preamble := make([]byte, len(magic)+2)
	if _, err := io.ReadFull(r, preamble); err != nil {
		return "", fmt.Errorf("too short for a header: %w", err)
	}
	if string(preamble[:len(magic)]) != magic {
		return "", fmt.Errorf("it starts with %q, not %q", preamble[:len(magic)], magic)
	}
	var length uint32
	switch major := preamble[len(magic)]; major {
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
	if length > maxHeader {
		return "", fmt.Errorf("a header of %d bytes, expected at most %d", length, maxHeader)
	}
	var header strings.Builder
	if n, err := io.CopyN(&header, r, int64(length)); err != nil {
		return "", fmt.Errorf("the header is cut short, expected %d bytes, there are %d: %w", length, n, err)
	}
	return header.String(), nil
}
