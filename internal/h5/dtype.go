package h5

import (
	"fmt"
	"reflect"

	"github.com/x448/float16"
)

// DType is the type of a dataset's elements.
type DType uint8

// The element types. Other is everything that is read by nothing here, Record what has
// named fields.
const (
	Other DType = iota
	Bool
	Int8
	Int16
	Int32
	Int64
	Uint8
	Uint16
	Uint32
	Uint64
	Float16
	Float32
	Float64
	Complex64
	Complex128
	String
	Record
)

var dtypes = [...]struct {
	name string
	goes reflect.Type
}{
	Other:      {"other", nil},
	Bool:       {"bool", reflect.TypeFor[bool]()},
	Int8:       {"int8", reflect.TypeFor[int8]()},
	Int16:      {"int16", reflect.TypeFor[int16]()},
	Int32:      {"int32", reflect.TypeFor[int32]()},
	Int64:      {"int64", reflect.TypeFor[int64]()},
	Uint8:      {"uint8", reflect.TypeFor[uint8]()},
	Uint16:     {"uint16", reflect.TypeFor[uint16]()},
	Uint32:     {"uint32", reflect.TypeFor[uint32]()},
	Uint64:     {"uint64", reflect.TypeFor[uint64]()},
	Float16:    {"float16", reflect.TypeFor[float16.Float16]()},
	Float32:    {"float32", reflect.TypeFor[float32]()},
	Float64:    {"float64", reflect.TypeFor[float64]()},
	Complex64:  {"complex64", reflect.TypeFor[complex64]()},
	Complex128: {"complex128", reflect.TypeFor[complex128]()},
	String:     {"string", reflect.TypeFor[string]()},
	Record:     {"record", nil},
}

// String is the type's name in NumPy, "string" for strings of any kind, "record" for
// structured elements.
func (d DType) String() string {
	if int(d) < len(dtypes) {
		return dtypes[d].name
	}
	return fmt.Sprintf("DType(%d)", uint8(d))
}

// Go is the Go type that elements are read as, nil for Other, and for Record: that is
// any struct that fits.
func (d DType) Go() reflect.Type { return dtypes[d].goes }

// DTypeOf is the element type that is read as T, Record for any struct, Other where
// there is none.
func DTypeOf[T any]() DType {
	if reflect.TypeFor[T]().Kind() == reflect.Struct {
		return Record
	}
	for d := range dtypes {
		if dtypes[d].goes == reflect.TypeFor[T]() {
			return DType(d)
		}
	}
	return Other
}

// size is the size of an element that is a number, in bytes, 0 for others.
func (d DType) size() int {
	if d == Other || d == String || d == Record {
		return 0
	}
	return int(dtypes[d].goes.Size())
}
