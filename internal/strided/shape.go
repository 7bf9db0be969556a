package strided

import (
	"errors"
	"fmt"
	"math/bits"
	"slices"
	"strings"
	"unsafe"
)

// ErrShape is wrapped by errors about a shape or a selection.
var ErrShape = errors.New("bad shape")

// Size is the number of elements of a shape; it fails where the shape has a
// negative length or more bytes than an int can count.
func Size[T any](shape []int) (int, error) {
	var zero T
	empty := slices.Contains(shape, 0)
	bytes := uint64(max(unsafe.Sizeof(zero), 1))
	for _, length := range shape {
		if length < 0 {
			return 0, fmt.Errorf("%w: negative length in %s", ErrShape, Text(shape))
		}
		if empty {
			continue
		}
		high, low := bits.Mul64(bytes, uint64(length))
		if high != 0 || low > 1<<62 {
			return 0, fmt.Errorf("%w: %s of %T overflows: it has more bytes than can be addressed", ErrShape, Text(shape), zero)
		}
		bytes = low
	}
	if empty {
		return 0, nil
	}
	return int(bytes / uint64(max(unsafe.Sizeof(zero), 1))), nil
}

// Text is a shape as NumPy writes it.
func Text(shape []int) string {
	parts := make([]string, len(shape))
	for i, length := range shape {
		parts[i] = fmt.Sprint(length)
	}
	return "(" + strings.Join(parts, ", ") + ")"
}

// Compact are the strides of a shape whose elements lie without gaps, in C or in Fortran
// order.
func Compact(shape []int, fortran bool) []int {
	strides := make([]int, len(shape))
	step := 1
	for i := range shape {
		axis := len(shape) - 1 - i
		if fortran {
			axis = i
		}
		strides[axis] = step
		step *= shape[axis]
	}
	return strides
}

// Fortran tells whether strides are of Fortran order.
func Fortran(strides []int) bool {
	return len(strides) > 1 && slices.IsSorted(strides) && strides[0] < strides[len(strides)-1]
}

// Compact tells whether the elements lie in C order and without gaps.
func (a Axes) Compact() bool {
	step := 1
	for axis := len(a.Lengths) - 1; axis >= 0; axis-- {
		if a.Lengths[axis] != 1 && a.Strides[axis] != step {
			return false
		}
		step *= a.Lengths[axis]
	}
	return true
}

// Extent is how many elements of the data, from the first on, the dimensions reach over.
func (a Axes) Extent() int {
	last := 0
	for axis, length := range a.Lengths {
		if length == 0 {
			return 0
		}
		last += (length - 1) * a.Strides[axis]
	}
	return last + 1
}
