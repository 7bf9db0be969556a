// Package number converts numbers where nothing is lost by it.
package number

import (
	"fmt"
	"math"
	"reflect"

	"github.com/x448/float16"
)

// Convert converts a value to T where nothing is lost by it; a decimal fraction that is
// rounded counts as the same.
func Convert[T any](value any) (T, error) {
	var out T
	if same, ok := value.(T); ok {
		return same, nil
	}
	if half, ok := any(&out).(*float16.Float16); ok {
		wide, err := Convert[float32](value)
		*half = float16.Fromfloat32(wide)
		return out, err
	}
	from, to := reflect.ValueOf(value), reflect.ValueOf(&out).Elem()
	switch {
	case isNumber(from.Kind()) && isNumber(to.Kind()):
		if f, ok := asFloat(from); ok && math.IsNaN(f) && isFloat(to.Kind()) {
			to.SetFloat(f)
			return out, nil
		}
		if exact(from, to) {
			return out, nil
		}
	}
	return out, fmt.Errorf("%v (%T) does not fit an array of %T", value, value, out)
}

// exact sets to from a number of another type and tells whether it still is the
// same number: a decimal fraction rounded to float32 counts as the same.
func exact(from, to reflect.Value) bool {
	if isComplex(from.Kind()) != isComplex(to.Kind()) {
		return false
	}
	converted := from.Convert(to.Type())
	to.Set(converted)
	if f, ok := asFloat(from); ok && isFloat(to.Kind()) {
		return !math.IsInf(converted.Float(), 0) || math.IsInf(f, 0)
	}
	if isComplex(to.Kind()) {
		return true
	}
	// Signs are compared too: -1 and its uint64 convert back and forth.
	return converted.Convert(from.Type()).Equal(from) && negative(from) == negative(converted)
}

func negative(v reflect.Value) bool {
	return v.CanInt() && v.Int() < 0 || v.CanFloat() && v.Float() < 0
}

func asFloat(v reflect.Value) (float64, bool) {
	if !v.CanFloat() {
		return 0, false
	}
	return v.Float(), true
}

func isNumber(k reflect.Kind) bool  { return k >= reflect.Int && k <= reflect.Complex128 }
func isFloat(k reflect.Kind) bool   { return k == reflect.Float32 || k == reflect.Float64 }
func isComplex(k reflect.Kind) bool { return k == reflect.Complex64 || k == reflect.Complex128 }

// Missing is what stands for a value that is missing, if the type has one.
func Missing[T any]() (value T, ok bool) {
	nan := math.Float64frombits(0x7ff8 << 48) // as NumPy writes it
	switch value := any(&value).(type) {
	case *float64:
		*value = nan
	case *float32:
		*value = float32(nan)
	case *float16.Float16:
		*value = 0x7e00
	case *complex64:
		*value = complex(float32(nan), float32(nan))
	case *complex128:
		*value = complex(nan, nan)
	default:
		return *new(T), false
	}
	return value, true
}
