package export

import (
	"errors"
	"fmt"
	"math"
	"reflect"
	"time"
	"unsafe"

	"extrapasha/internal/h5/format"
	psh "extrapasha/pasha"
)

// ErrType is wrapped by errors about elements that a file cannot hold.
var ErrType = errors.New("wrong element type")

// fieldTag is the key of struct tags that name the field of records, as for reading.
const fieldTag = "hdf5"

// element is what the elements of an array become.
type element struct {
	of   *format.Type // nil for texts
	fill []byte       // what is never written is this, nil for 0
	// raw has the elements of a slice as the file has them, the same memory where
	// that can be; nil for texts.
	raw func(reflect.Value) []byte
	// attributes tell what the elements stand for.
	attributes map[string]any
}

var (
	timeType = reflect.TypeFor[time.Time]()
	halfType = reflect.TypeFor[psh.Float16]()
)

// elementOf is what elements of a Go type become in a file.
func elementOf(goes reflect.Type, netCDF bool) (element, error) {
	switch {
	case goes == timeType:
		return times, nil
	case goes.Kind() == reflect.String:
		return element{}, nil
	case netCDF:
		return netCDFElement(goes)
	}
	of, err := typeOf(goes)
	return element{of: of, fill: fillOf(goes), raw: bytesOf}, err
}

// netCDFElement is for what NetCDF has fewer types than HDF5: bools are as xarray has
// them, half precision becomes single.
func netCDFElement(goes reflect.Type) (element, error) {
	switch kind := goes.Kind(); {
	case goes == halfType:
		return element{of: float(4), fill: fillOf(reflect.TypeFor[float32]()), raw: widened}, nil
	case kind == reflect.Bool:
		return element{of: integer(1, true), raw: bytesOf, attributes: map[string]any{"dtype": "bool"}}, nil
	case kind == reflect.Complex64 || kind == reflect.Complex128 || kind == reflect.Struct:
		return element{}, fmt.Errorf("%w: NetCDF has no %v, HDF5 (.h5) does", ErrType, goes)
	}
	of, err := typeOf(goes)
	return element{of: of, fill: fillOf(goes), raw: bytesOf}, err
}

func float(size int) *format.Type { return &format.Type{Class: format.Float, Size: size, Signed: true} }

func integer(size int, signed bool) *format.Type {
	return &format.Type{Class: format.Integer, Size: size, Signed: signed}
}

// typeOf is the type in HDF5 of what lies in memory as a Go type does.
func typeOf(goes reflect.Type) (*format.Type, error) {
	size := int(goes.Size())
	switch kind := goes.Kind(); {
	case goes == halfType, kind == reflect.Float32, kind == reflect.Float64:
		return float(size), nil
	case kind >= reflect.Int && kind <= reflect.Int64:
		return integer(size, true), nil
	case kind >= reflect.Uint && kind <= reflect.Uint64:
		return integer(size, false), nil
	case kind == reflect.Bool:
		return &format.Type{Class: format.Enum, Size: 1, Base: integer(1, true), Members: []format.Member{
			{Name: "FALSE", Value: []byte{0}}, {Name: "TRUE", Value: []byte{1}},
		}}, nil
	case kind == reflect.Complex64 || kind == reflect.Complex128:
		part := float(size / 2)
		return &format.Type{Class: format.Compound, Size: size, Members: []format.Member{
			{Name: "r", Type: part}, {Name: "i", Offset: size / 2, Type: part},
		}}, nil
	case kind == reflect.Array:
		return arrayOf(goes)
	case kind == reflect.Struct:
		return recordOf(goes)
	}
	return nil, fmt.Errorf("%w: %v, expected bools, numbers, times, texts, or structs of bools and numbers", ErrType, goes)
}

func arrayOf(goes reflect.Type) (*format.Type, error) {
	array := &format.Type{Class: format.Array, Size: int(goes.Size())}
	for goes.Kind() == reflect.Array {
		if goes.Len() == 0 {
			return nil, fmt.Errorf("%w: %v has no elements", ErrType, goes)
		}
		array.Dims = append(array.Dims, goes.Len())
		goes = goes.Elem()
	}
	var err error
	array.Base, err = typeOf(goes)
	return array, err
}

// recordOf has the exported fields of a struct, by their names or those of their tags.
func recordOf(goes reflect.Type) (*format.Type, error) {
	record := &format.Type{Class: format.Compound, Size: int(goes.Size())}
	for f := range fieldsOf(goes) {
		of, err := typeOf(f.Type)
		if err != nil {
			return nil, fmt.Errorf("%v.%s: %w", goes, f.Name, err)
		}
		name := f.Tag.Get(fieldTag)
		if name == "" {
			name = f.Name
		}
		record.Members = append(record.Members, format.Member{Name: name, Offset: int(f.Offset), Type: of})
	}
	if len(record.Members) == 0 {
		return nil, fmt.Errorf("%w: %v has no exported fields", ErrType, goes)
	}
	return record, nil
}

// fieldsOf visits the fields that are written.
func fieldsOf(goes reflect.Type) func(yield func(reflect.StructField) bool) {
	return func(yield func(reflect.StructField) bool) {
		for i := range goes.NumField() {
			f := goes.Field(i)
			if f.IsExported() && f.Tag.Get(fieldTag) != "-" && !yield(f) {
				return
			}
		}
	}
}

// fillOf is what is never written, of a type that can tell it from what is.
func fillOf(goes reflect.Type) []byte {
	value := reflect.New(goes).Elem()
	switch {
	case goes == halfType:
		value.SetUint(0x7e00)
	case value.CanFloat():
		value.SetFloat(math.NaN())
	case value.CanComplex():
		value.SetComplex(complex(math.NaN(), math.NaN()))
	default:
		return nil
	}
	return unsafe.Slice((*byte)(value.Addr().UnsafePointer()), goes.Size())
}

// bytesOf are the elements of a slice as they lie in memory.
func bytesOf(values reflect.Value) []byte {
	return unsafe.Slice((*byte)(values.UnsafePointer()), values.Len()*int(values.Type().Elem().Size()))
}

func bytesIn[T any](values []T) []byte { return bytesOf(reflect.ValueOf(values)) }

func widened(values reflect.Value) []byte {
	half := values.Interface().([]psh.Float16)
	single := make([]float32, len(half))
	for i, value := range half {
		single[i] = value.Float32()
	}
	return bytesIn(single)
}

// notATime is NumPy's NaT.
const notATime = math.MinInt64

// times become nanoseconds since 1970, UTC, with the attributes by which xarray knows
// them. The zero time, and what does not fit, is not a time.
var times = element{
	of:   integer(8, true),
	fill: bytesIn([]int64{notATime}),
	raw: func(values reflect.Value) []byte {
		nanoseconds := make([]int64, values.Len())
		for i, at := range values.Interface().([]time.Time) {
			nanoseconds[i] = nanosecondsOf(at)
		}
		return bytesIn(nanoseconds)
	},
	attributes: map[string]any{"units": "nanoseconds since 1970-01-01", "calendar": "proleptic_gregorian"},
}

func nanosecondsOf(at time.Time) int64 {
	nanoseconds := at.UnixNano()
	if at.IsZero() || !time.Unix(0, nanoseconds).Equal(at) {
		return notATime
	}
	return nanoseconds
}
