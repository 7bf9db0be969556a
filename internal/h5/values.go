package h5

import (
	"encoding/binary"
	"fmt"
	"reflect"
	"slices"
	"unsafe"

	"extrapasha/internal/h5/format"
)

// bigMachine tells whether numbers lie in memory with their most significant byte
// first.
var bigMachine = binary.NativeEndian.Uint16([]byte{1, 0}) != 1

// dtypeOf is what elements of a type are read as.
func dtypeOf(t *format.Type) DType {
	switch t.Class {
	case format.Integer, format.Bits:
		return integerOf(t)
	case format.Float:
		return map[int]DType{2: Float16, 4: Float32, 8: Float64}[t.Size]
	case format.Enum:
		if isBool(t) {
			return Bool
		}
		return integerOf(t.Base)
	case format.Compound:
		if d := complexOf(t); d != Other {
			return d
		}
		return Record
	case format.Text:
		return String
	case format.Variable:
		if t.Text {
			return String
		}
	}
	return Other
}

func integerOf(t *format.Type) DType {
	if t.Signed && t.Class == format.Integer {
		return map[int]DType{1: Int8, 2: Int16, 4: Int32, 8: Int64}[t.Size]
	}
	return map[int]DType{1: Uint8, 2: Uint16, 4: Uint32, 8: Uint64}[t.Size]
}

// isBool tells whether a type is a bool as h5py writes it, an enumeration of FALSE and
// TRUE.
func isBool(t *format.Type) bool {
	return t.Size == 1 && len(t.Members) == 2 && t.Members[0].Name == "FALSE" && t.Members[1].Name == "TRUE"
}

// complexOf is the type of a complex number, which h5py writes as a compound of r and
// i, Other for other compounds.
func complexOf(t *format.Type) DType {
	if len(t.Members) != 2 || t.Members[0].Name != "r" || t.Members[1].Name != "i" {
		return Other
	}
	r, i := t.Members[0].Type, t.Members[1].Type
	if r.Class != format.Float || i.Class != format.Float || r.Size != i.Size || r.Plain != i.Plain || r.Big != i.Big {
		return Other
	}
	return map[int]DType{4: Complex64, 8: Complex128}[r.Size]
}

// wordOf is the size of the numbers that elements are made of, of which each must be
// turned round where swapped. It is not ok where elements are not what this machine
// has but for that. Records are read as they are, and taken apart later.
func wordOf(t *format.Type) (size int, swapped, ok bool) {
	switch t.Class {
	case format.Integer, format.Bits, format.Float:
		return t.Size, t.Big != bigMachine && t.Size > 1, t.Plain
	case format.Enum:
		return wordOf(t.Base)
	case format.Compound:
		if isRecord(t) {
			return 1, false, true
		}
		if t.Members[0].Offset != 0 || t.Members[1].Offset != t.Members[0].Type.Size || t.Size != 2*t.Members[0].Type.Size {
			return 0, false, false
		}
		return wordOf(t.Members[0].Type)
	case format.Text, format.Variable:
		return 1, false, true
	}
	return 0, false, false
}

// swap turns round each word of some memory.
func swap(memory []byte, word int) {
	for ; len(memory) >= word; memory = memory[word:] {
		slices.Reverse(memory[:word])
	}
}

// fixedTexts cuts texts of a fixed size. Zero bytes at their end are no part of them;
// spaces are, as they are to h5py.
func fixedTexts(raw []byte, size int, out []string) {
	for i := range out {
		text := raw[i*size : (i+1)*size]
		for len(text) > 0 && text[len(text)-1] == 0 {
			text = text[:len(text)-1]
		}
		out[i] = string(text)
	}
}

// values makes a slice of elements that are in memory as a file has them.
func (f *File) values(t *format.Type, raw []byte, n int) (any, error) {
	dtype := dtypeOf(t)
	word, swapped, ok := wordOf(t)
	if dtype.Go() == nil || !ok {
		return nil, fmt.Errorf("%w: %v", ErrForm, t)
	}
	out := reflect.MakeSlice(reflect.SliceOf(dtype.Go()), n, n)
	texts, isText := out.Interface().([]string)
	switch {
	case isText && t.Class == format.Variable:
		return texts, f.structure.Texts(raw, texts)
	case isText:
		fixedTexts(raw, t.Size, texts)
	case n > 0:
		memory := unsafe.Slice((*byte)(out.UnsafePointer()), n*t.Size)
		copy(memory, raw)
		if swapped {
			swap(memory, word)
		}
		if dtype == Bool {
			for i := range memory {
				memory[i] = min(memory[i], 1)
			}
		}
	}
	return out.Interface(), nil
}
