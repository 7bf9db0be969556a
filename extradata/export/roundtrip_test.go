package export_test

import (
	"errors"
	"path/filepath"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"extrapasha/extradata/export"
	"extrapasha/internal/h5"
	psh "extrapasha/pasha"
)

// roundTrip writes arrays of a type, of any shape and order, and reads them again.
func roundTrip[T any](value func(int) T) func(*rapid.T, string, []export.Option) {
	return func(t *rapid.T, path string, options []export.Option) {
		shape := rapid.SliceOfN(rapid.IntRange(0, 40), 0, 3).Draw(t, "shape")
		var order []psh.AllocOption
		if rapid.Bool().Draw(t, "Fortran") {
			order = append(order, psh.Fortran())
		}
		a := must(psh.Alloc[T](append(order, psh.Shape(shape...), psh.In(psh.Serial()))...))
		for i := range a.Data {
			a.Data[i] = value(i)
		}
		f, err := export.Create(path, options...)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Discard()
		if err := errors.Join(f.Put("a b/β", a), f.Close()); err != nil {
			t.Fatal(err)
		}
		got, gotShape, err := read[T](path, "a b/β")
		if err != nil || !slices.Equal(gotShape, shape) || len(got) > 0 && !reflect.DeepEqual(got, a.Copy().Data) {
			t.Fatalf("%v: %v of shape %v, %v", a, got, gotShape, err)
		}
	}
}

// TestRoundTrip has all types of HDF5 come back.
func TestRoundTrip(t *testing.T) {
	type record struct {
		X    float64
		N    int32
		Good bool
		B    [2]uint8
	}
	for dtype, check := range map[h5.DType]func(*rapid.T, string, []export.Option){
		h5.Bool: roundTrip(func(i int) bool { return i%3 == 0 }), h5.String: roundTrip(func(i int) string { return string(rune('a' + i%26)) }),
		h5.Int8: roundTrip(func(i int) int8 { return int8(i) }), h5.Int16: roundTrip(func(i int) int16 { return int16(-i) }),
		h5.Int32: roundTrip(func(i int) int32 { return int32(-i) }), h5.Int64: roundTrip(func(i int) int64 { return int64(i) << 40 }),
		h5.Uint8: roundTrip(func(i int) uint8 { return uint8(i) }), h5.Uint16: roundTrip(func(i int) uint16 { return uint16(i) }),
		h5.Uint32: roundTrip(func(i int) uint32 { return uint32(i) }), h5.Uint64: roundTrip(func(i int) uint64 { return uint64(i) << 50 }),
		h5.Float16: roundTrip(func(i int) psh.Float16 { return psh.Float16(i % 1000) }), h5.Float32: roundTrip(func(i int) float32 { return float32(i) }),
		h5.Float64: roundTrip(func(i int) float64 { return 1 / float64(i+1) }), h5.Complex64: roundTrip(func(i int) complex64 { return complex(float32(i), 1) }),
		h5.Complex128: roundTrip(func(i int) complex128 { return complex(1, float64(i)) }),
		h5.Record:     roundTrip(func(i int) record { return record{float64(i), int32(i), i%2 == 0, [2]uint8{uint8(i)}} }),
	} {
		t.Run(dtype.String(), func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "x.h5")
			rapid.Check(t, func(rt *rapid.T) {
				var options []export.Option
				if rapid.Bool().Draw(rt, "deflated") {
					options = append(options, export.Deflated(1))
				}
				check(rt, path, options)
			})
		})
	}
}
