package geometry

import (
	"unsafe"

	psh "extrapasha/pasha"
)

// linesAtOnce is how many lines of a type are transposed at once, 0 for types of which that
// is not written.
func linesAtOnce[T psh.Number]() int {
	if size := unsafe.Sizeof(T(0)); size == 2 || size == 4 {
		return 8
	}
	return 0
}

// transposeLines copies as many lines as are copied at once, of n pixels, a multiple of
// that, into columns beside each other.
func transposeLines[T psh.Number](to, from view[T], n int) {
	size, lines := int(unsafe.Sizeof(T(0))), linesAtOnce[T]()
	for _, corner := range [2]view[T]{to.from(lines-1, 0), to.from(lines-1, n-1)} { // or a panic
		_ = corner.data[corner.at]
	}
	_ = from.data[from.from(lines-1, n-1).at]
	out, in := unsafe.Pointer(&to.data[to.at]), unsafe.Pointer(&from.data[from.at])
	if size == 2 {
		transpose2(out, to.fast*size, in, from.slow*size, n)
	} else {
		transpose4(out, to.fast*size, in, from.slow*size, n)
	}
}

// transpose4 copies n elements of four bytes, a multiple of eight, of each of eight lines
// into rows of eight. Rows and lines are so many bytes apart.
//
//go:noescape
func transpose4(rows unsafe.Pointer, apart int, lines unsafe.Pointer, step int, n int)

// transpose2 is transpose4 of elements of two bytes.
//
//go:noescape
func transpose2(rows unsafe.Pointer, apart int, lines unsafe.Pointer, step int, n int)
