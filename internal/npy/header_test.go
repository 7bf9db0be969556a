package npy_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"slices"
	"strings"
	"testing"

	"extrapasha/internal/npy"
)

// file has a header as some program writes it.
func file(header string) []byte {
	head := append([]byte("\x93NUMPY"), 1, 0)
	head = binary.LittleEndian.AppendUint16(head, uint16(len(header)))
	return append(head, header...)
}

func TestReadHeader(t *testing.T) {
	for name, content := range map[string][]byte{
		"own":         npy.FormatHeader("<f4", "True", "3, 2"),
		"other order": file(`{"shape":(3,2),"fortran_order":True,"descr":"<f4"}`),
		"Python 2":    file(`{'descr': '<f4', 'fortran_order': True, 'shape': (3L, 2L,), }`),
	} {
		header, err := npy.ReadHeader(bytes.NewReader(content))
		if err != nil || header.Descr.Type != "<f4" || !header.Descr.Fortran || !slices.Equal(header.Descr.Shape, []int{3, 2}) {
			t.Errorf("%s: %+v, %v", name, header, err)
		}
	}
	if n := len(npy.FormatHeader("<f4", "False", "3,")); n%64 != 0 {
		t.Errorf("a header of %d bytes, elements begin at no multiple of 64", n)
	}
}

func TestReadHeaderErrors(t *testing.T) {
	whole := npy.FormatHeader("<f4", "False", "3,")
	version := slices.Clone(whole)
	version[6] = 9
	for want, content := range map[string][]byte{
		"too short for a header":      whole[:4],
		"it starts with":              []byte("PK\x03\x04 and more"),
		"version 9":                   version,
		"cut short":                   whole[:40],
		"expected descr":              file("{'descr': '<f4'}"),
		"at most 64 dimensions":       file("{'descr': '<f4', 'fortran_order': False, 'shape': (" + strings.Repeat("1,", 5000) + ")}"),
		"65 dimensions":               file("{'descr': '<f4', 'fortran_order': False, 'shape': (" + strings.Repeat("1,", 65) + ")}"),
		"a header of 4294967295 byte": append([]byte("\x93NUMPY\x02\x00"), 0xff, 0xff, 0xff, 0xff),
	} {
		if header, err := npy.ReadHeader(bytes.NewReader(content)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v, %v, want %q", header, err, want)
		}
	}
}

func TestType(t *testing.T) {
	little := binary.NativeEndian.Uint16([]byte{1, 0}) == 1
	if got, err := npy.Type[float32](); err != nil || little && got != "<f4" {
		t.Errorf("%q, %v", got, err)
	}
	if got, err := npy.Type[bool](); err != nil || got != "|b1" {
		t.Errorf("%q, %v", got, err)
	}
	if got, err := npy.Type[string](); !errors.Is(err, npy.Err) {
		t.Errorf("%q, %v of texts", got, err)
	}
}
