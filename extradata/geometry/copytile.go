package geometry

import (
	"encoding/binary"
	"errors"
	"fmt"
	"unsafe"

	psh "extrapasha/pasha"
)

// ErrType is wrapped where an image cannot hold all numbers of the data.
var ErrType = errors.New("bad type of elements")

// checkHolds makes sure that no number is lost.
func checkHolds[D, S psh.Number]() error {
	if holds[D, S]() {
		return nil
	}
	var image D
	var data S
	return fmt.Errorf("geometry: %w: an image of %T does not hold all numbers of data of %T", ErrType, image, data)
}

// holds tells whether every number of type S is one of type D.
func holds[D, S psh.Number]() bool {
	dBits, dSigned, dFloat := kind[D]()
	sBits, sSigned, sFloat := kind[S]()
	return sBits <= dBits && (dFloat || !sFloat) && (dSigned || !sSigned)
}

func isFloat[T psh.Number]() bool { return T(1)/T(2) != 0 }

// kind tells of a type how many bits of a number it holds exactly, without the sign.
func kind[T psh.Number]() (bits int, signed, float bool) {
	zero := T(0)
	bits = 8 * int(unsafe.Sizeof(zero))
	switch {
	case isFloat[T]() && bits == 32:
		return 24, true, true
	case isFloat[T]():
		return 53, true, true
	case zero-1 < 0:
		return bits - 1, true, false
	}
	return bits, false, false
}

// view is a tile in memory: pixel (s, f) is data[at + s*slow + f*fast].
type view[T any] struct {
	data           []T
	at, slow, fast int
}

// copyTile copies a tile of so many pixels.
func copyTile[D, S psh.Number](to view[D], from view[S], slow, fast int) {
	if same, ok := any(to.data).([]S); ok {
		copySame(view[S]{same, to.at, to.slow, to.fast}, from, slow, fast)
		return
	}
	copyEach(to, from, slow, fast)
}

func copySame[T psh.Number](to, from view[T], slow, fast int) {
	if to.slow < 0 { // from the last row to the first
		to.at, to.slow = to.at+(slow-1)*to.slow, -to.slow
		from.at, from.slow = from.at+(slow-1)*from.slow, -from.slow
	}
	switch {
	case to.fast == 1 && from.fast == 1:
		for s := range slow {
			a, b := to.at+s*to.slow, from.at+s*from.slow
			copy(to.data[a:a+fast], from.data[b:b+fast])
		}
	case to.slow == 1 && from.fast == 1 && unsafe.Sizeof(T(0)) == 4:
		transpose4(to, from, slow, fast)
	default:
		copyEach(to, from, slow, fast)
	}
}

// block is how many pixels of a line are copied before the next line, where the image has
// them below each other: so that what was touched is still in the cache.
const block = 16

func copyEach[D, S psh.Number](to view[D], from view[S], slow, fast int) {
	for f0 := 0; f0 < fast; f0 += block {
		for s := range slow {
			a, b := to.at+s*to.slow+f0*to.fast, from.at+s*from.slow+f0*from.fast
			for range min(block, fast-f0) {
				to.data[a] = D(from.data[b])
				a += to.fast
				b += from.fast
			}
		}
	}
}

// transpose4 copies elements of four bytes where the slow scan runs along a row of the
// image: two by two, as words of eight bytes.
func transpose4[T psh.Number](to, from view[T], slow, fast int) {
	out, in := bytesOf(to.data), bytesOf(from.data)
	const low = 1<<32 - 1
	for f := 0; f+1 < fast; f += 2 {
		first := out[4*(to.at+f*to.fast):][:4*slow]
		second := out[4*(to.at+(f+1)*to.fast):][:4*slow]
		at := 4 * (from.at + f)
		for s := 0; s+1 < slow; s += 2 {
			a := binary.LittleEndian.Uint64(in[at:])
			b := binary.LittleEndian.Uint64(in[at+4*from.slow:])
			binary.LittleEndian.PutUint64(first[4*s:], a&low|b<<32)
			binary.LittleEndian.PutUint64(second[4*s:], a>>32|b&^low)
			at += 8 * from.slow
		}
	}
	rest(to, from, slow, fast, 2)
}

// rest copies what blocks of size × size leave over.
func rest[T psh.Number](to, from view[T], slow, fast, size int) {
	s, f := slow-slow%size, fast-fast%size
	copyEach(to.from(s, 0), from.from(s, 0), slow-s, fast)
	copyEach(to.from(0, f), from.from(0, f), slow, fast-f)
}

// from is the view of what follows a pixel.
func (v view[T]) from(slow, fast int) view[T] {
	v.at += slow*v.slow + fast*v.fast
	return v
}

func bytesOf[T psh.Number](data []T) []byte {
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(data))), len(data)*int(unsafe.Sizeof(T(0))))
}
