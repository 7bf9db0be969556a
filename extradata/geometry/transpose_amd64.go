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
	to.touch(lines, n)
	from.touch(lines, n)
	out, in := unsafe.Pointer(&to.data[to.at]), unsafe.Pointer(&from.data[from.at])
	if size == 2 {
		transpose2(out, to.fast*size, in, from.slow*size, n)
	} else {
		transpose4(out, to.fast*size, in, from.slow*size, n)
	}
}

// touch panics where a corner of so many lines and pixels is not in the data.
func (v view[T]) touch(lines, n int) {
	slow, fast := (lines-1)*v.slow, (n-1)*v.fast
	_, _, _, _ = v.data[v.at], v.data[v.at+slow], v.data[v.at+fast], v.data[v.at+slow+fast]
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
