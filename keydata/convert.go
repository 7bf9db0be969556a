package keydata

import (
	"fmt"
	"slices"

	"github.com/x448/float16"

	"extrapasha/internal/h5"
	psh "extrapasha/pasha"
)

// The files of a run may have a key in types that differ. It is read in the type that
// NumPy would concatenate them in.

// kindOf is a type as what sort of number it is, and its size.
func kindOf(d DType) (kind byte, size int) {
	switch d {
	case Bool:
		return 'b', 1
	case Int8, Int16, Int32, Int64:
		return 'i', int(d.Go().Size())
	case Uint8, Uint16, Uint32, Uint64:
		return 'u', int(d.Go().Size())
	case Float16, Float32, Float64:
		return 'f', int(d.Go().Size())
	}
	return 0, 0
}

// promote is the type that holds the numbers of two, Other where there is none.
// https://numpy.org/doc/stable/reference/arrays.promotion.html
func promote(a, b DType) DType {
	if a == b {
		return a
	}
	if slices.Contains([]DType{a, b}, Complex64) && slices.Contains([]DType{a, b}, Complex128) {
		return Complex128
	}
	kindA, sizeA := kindOf(a)
	kindB, sizeB := kindOf(b)
	switch {
	case kindA == 0 || kindB == 0:
		return Other
	case kindA == 'b':
		return b
	case kindB == 'b':
		return a
	case kindA == kindB:
		if sizeA > sizeB {
			return a
		}
		return b
	case kindA == 'f':
		return floatFor(sizeA, sizeB)
	case kindB == 'f':
		return floatFor(sizeB, sizeA)
	case kindA == 'i':
		return signedFor(sizeA, sizeB)
	}
	return signedFor(sizeB, sizeA)
}

// floatFor is the float for one of a size and integers of another.
func floatFor(float, integer int) DType {
	return map[int]DType{2: Float16, 4: Float32, 8: Float64}[max(float, min(2*integer, 8))]
}

// signedFor is the type for integers of a size with a sign and others without.
func signedFor(signed, unsigned int) DType {
	if unsigned == 8 {
		return Float64
	}
	return map[int]DType{2: Int16, 4: Int32, 8: Int64}[max(signed, 2*unsigned)]
}

// read reads a region into out, also where a file has it in a narrower type. Blank
// memory is all zero.
func read[T any](dataset *h5.Dataset, region h5.Region, out []T, blank bool) error {
	switch {
	case dataset.DType() != h5.DTypeOf[T]():
	case blank:
		return h5.ReadBlank(dataset, region, out)
	default:
		return h5.Read(dataset, region, out)
	}
	values, err := h5.ReadAny(dataset, region)
	if err != nil {
		return err
	}
	return convertInto(values, any(out))
}

type realNumber interface {
	int8 | int16 | int32 | int64 | uint8 | uint16 | uint32 | uint64 | float32 | float64
}

// convertInto copies numbers into a slice, as long, of a type that holds them.
func convertInto(values, out any) error {
	switch out := out.(type) {
	case []int16:
		return convertNumbers(values, out)
	case []int32:
		return convertNumbers(values, out)
	case []int64:
		return convertNumbers(values, out)
	case []uint8:
		return convertNumbers(values, out)
	case []uint16:
		return convertNumbers(values, out)
	case []uint32:
		return convertNumbers(values, out)
	case []uint64:
		return convertNumbers(values, out)
	case []float32:
		return convertNumbers(values, out)
	case []float64:
		return convertNumbers(values, out)
	case []psh.Float16:
		wide := make([]float32, len(out))
		if err := convertNumbers(values, wide); err != nil {
			return err
		}
		for i, value := range wide {
			out[i] = float16.Fromfloat32(value)
		}
		return nil
	case []complex128:
		if values, ok := values.([]complex64); ok {
			for i, value := range values {
				out[i] = complex128(value)
			}
			return nil
		}
	}
	return fmt.Errorf("%w: %T cannot be read as %T", h5.ErrType, values, out)
}

func convertNumbers[T realNumber](values any, out []T) error {
	switch values := values.(type) {
	case []bool:
		for i, value := range values {
			if out[i] = 0; value {
				out[i] = 1
			}
		}
	case []psh.Float16:
		for i, value := range values {
			out[i] = T(value.Float32())
		}
	case []int8:
		convertEach(values, out)
	case []int16:
		convertEach(values, out)
	case []int32:
		convertEach(values, out)
	case []int64:
		convertEach(values, out)
	case []uint8:
		convertEach(values, out)
	case []uint16:
		convertEach(values, out)
	case []uint32:
		convertEach(values, out)
	case []uint64:
		convertEach(values, out)
	case []float32:
		convertEach(values, out)
	case []float64:
		convertEach(values, out)
	default:
		return fmt.Errorf("%w: %T cannot be read as %T", h5.ErrType, values, out)
	}
	return nil
}

func convertEach[S, T realNumber](values []S, out []T) {
	for i, value := range values {
		out[i] = T(value)
	}
}
