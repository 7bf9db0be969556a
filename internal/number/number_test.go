package number_test

import (
	"math"
	"strings"
	"testing"

	"github.com/x448/float16"

	"extrapasha/internal/number"
)

// fits converts a value, which must come out as another.
func fits[T comparable](t *testing.T, value any, want T) {
	t.Helper()
	if got, err := number.Convert[T](value); err != nil || got != want {
		t.Errorf("%v (%T): %v, %v, want %v", value, value, got, err, want)
	}
}

// refuses has a value that is not to be converted.
func refuses[T any](t *testing.T, value any) {
	t.Helper()
	if got, err := number.Convert[T](value); err == nil || !strings.Contains(err.Error(), "does not fit an array of") {
		t.Errorf("%v (%T): %v, %v", value, value, got, err)
	}
}

func TestConvert(t *testing.T) {
	fits(t, 7, uint8(7))
	fits(t, 7.0, int64(7))
	fits(t, uint64(math.MaxUint64), uint64(math.MaxUint64))
	fits(t, 0.1, float32(0.1)) // rounded
	fits(t, math.Inf(-1), float32(math.Inf(-1)))
	fits(t, 1.5, float16.Fromfloat32(1.5))
	fits(t, complex64(2), complex128(2))
	fits(t, "text", "text")
	fits(t, true, true)

	refuses[uint8](t, 256)
	refuses[uint64](t, -1)
	refuses[int](t, 0.5)
	refuses[int](t, math.NaN())
	refuses[float32](t, 1e300) // it would be infinite
	refuses[int64](t, uint64(math.MaxUint64))
	refuses[float64](t, complex(1, 0))
	refuses[float64](t, "1")
	refuses[bool](t, 1)

	if got, err := number.Convert[float32](math.NaN()); err != nil || got == got {
		t.Errorf("NaN: %v, %v", got, err)
	}
}

// missing tells whether a type has something for what is missing, which is not itself.
func missing[T comparable]() (there, isNaN bool) {
	value, ok := number.Missing[T]()
	return ok, value != value
}

func TestMissing(t *testing.T) {
	for name, of := range map[string]func() (bool, bool){
		"float64": missing[float64], "float32": missing[float32], "complex64": missing[complex64], "complex128": missing[complex128],
	} {
		if there, isNaN := of(); !there || !isNaN {
			t.Errorf("%s: %v, %v", name, there, isNaN)
		}
	}
	if half, ok := number.Missing[float16.Float16](); !ok || !half.IsNaN() {
		t.Errorf("float16: %v, %v", half, ok)
	}
	if wide, _ := number.Missing[float64](); math.Float64bits(wide) != 0x7ff8<<48 {
		t.Errorf("%x is not what NumPy writes", math.Float64bits(wide))
	}
	for name, of := range map[string]func() (bool, bool){"int": missing[int], "bool": missing[bool], "string": missing[string]} {
		if there, _ := of(); there {
			t.Errorf("%s has one", name)
		}
	}
}
