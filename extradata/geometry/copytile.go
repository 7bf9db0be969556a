package geometry

import (
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
	if from.fast != 1 {
		copyEach(to, from, slow, fast)
		return
	}
	copyConverted(to, from, slow, fast)
}

// copyConverted converts some pixels of some lines, which are then copied as those of the
// same type are.
func copyConverted[D, S psh.Number](to view[D], from view[S], slow, fast int) {
	const lines = 8
	var buffer [lines * block]D
	for f0 := 0; f0 < fast; f0 += block {
		n := min(block, fast-f0)
		for s := 0; s < slow; s += lines {
			some := min(lines, slow-s)
			for line := range some {
				pixels := from.from(s+line, f0)
				out := buffer[line*block:][:n]
				for i, x := range pixels.data[pixels.at:][:n] {
					out[i] = D(x)
				}
			}
			copySame(to.from(s, f0), view[D]{buffer[:], 0, block, 1}, some, n)
		}
	}
}

func copySame[T psh.Number](to, from view[T], slow, fast int) {
	if to.slow < 0 { // from the last row to the first
		to.at, to.slow = to.at+(slow-1)*to.slow, -to.slow
		from.at, from.slow = from.at+(slow-1)*from.slow, -from.slow
	}
	switch {
	case from.fast == 1 && to.fast == 1:
		for s := range slow {
			a, b := to.at+s*to.slow, from.at+s*from.slow
			copy(to.data[a:a+fast], from.data[b:b+fast])
		}
	case from.fast == 1 && to.fast == -1:
		for s := range slow {
			a, b := to.at+s*to.slow, from.at+s*from.slow
			reverse(to.data[a+1-fast:a+1], from.data[b:b+fast])
		}
	case from.fast == 1 && to.slow == 1 && linesAtOnce[T]() > 0:
		transpose(to, from, slow, fast)
	default:
		copyEach(to, from, slow, fast)
	}
}

// reverse copies a line of as many elements to one that runs the other way.
func reverse[T any](to, from []T) {
	for len(from) >= 4 && len(to) >= 4 {
		last := to[len(to)-4:]
		last[3], last[2], last[1], last[0] = from[0], from[1], from[2], from[3]
		to, from = to[:len(to)-4], from[4:]
	}
	for i, x := range from {
		to[len(to)-1-i] = x
	}
}

// block is how many pixels of a line are copied before those of the next one. Where the
// lines of the data are columns of the image, what they touch stays in the cache so.
const block = 128

func copyEach[D, S psh.Number](to view[D], from view[S], slow, fast int) {
	for f0 := 0; f0 < fast; f0 += block {
		for s := range slow {
			copyLine(to.from(s, f0), from.from(s, f0), min(block, fast-f0))
		}
	}
}

func copyLine[D, S psh.Number](to view[D], from view[S], n int) {
	out, a, step := to.data, to.at, to.fast
	if from.fast == 1 {
		for _, x := range from.data[from.at : from.at+n] {
			out[a] = D(x)
			a += step
		}
		return
	}
	for i := range n {
		out[a+i*step] = D(from.data[from.at+i*from.fast])
	}
}

// transpose copies a tile whose lines are columns of the image, some lines at once.
func transpose[T psh.Number](to, from view[T], slow, fast int) {
	lines := linesAtOnce[T]()
	evenSlow, evenFast := slow-slow%lines, fast-fast%lines
	for f0 := 0; f0 < evenFast; f0 += block {
		for s := 0; s < evenSlow; s += lines {
			transposeLines(to.from(s, f0), from.from(s, f0), min(block, evenFast-f0))
		}
	}
	copyEach(to.from(evenSlow, 0), from.from(evenSlow, 0), slow-evenSlow, fast)
	copyEach(to.from(0, evenFast), from.from(0, evenFast), evenSlow, fast-evenFast)
}

// from is the view of what follows a pixel.
func (v view[T]) from(slow, fast int) view[T] {
	v.at += slow*v.slow + fast*v.fast
	return v
}
