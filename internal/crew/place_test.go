package crew_test

import (
	"bytes"
	"testing"

	"pgregory.net/rapid"

	"extrapasha/internal/crew"
)

// TestRows finds the elements of rows in C order, whatever the strides.
func TestRows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		const elem = 2
		shape := rapid.SliceOfN(rapid.IntRange(1, 4), 1, 3).Draw(t, "shape")
		order := rapid.Permutation([]int{0, 1, 2}[:len(shape)]).Draw(t, "order")
		strides, step := make([]int, len(shape)), rapid.IntRange(1, 2).Draw(t, "step")
		for _, axis := range order {
			strides[axis] = step
			step *= shape[axis]
		}
		p := crew.Place{Memory: make([]byte, step*elem), Elem: elem, Shape: shape, Strides: strides}
		for i := range p.Memory {
			p.Memory[i] = byte(i)
		}
		start := rapid.IntRange(0, shape[0]).Draw(t, "start")
		rows := crew.Share{Start: start, Stop: rapid.IntRange(start, shape[0]).Draw(t, "stop")}
		var want []byte
		var walk func(axis, at, from, to int)
		walk = func(axis, at, from, to int) {
			if axis == len(shape) {
				want = append(want, p.Memory[at*elem:(at+1)*elem]...)
				return
			}
			for i := from; i < to; i++ {
				next := 0
				if axis+1 < len(shape) {
					next = shape[axis+1]
				}
				walk(axis+1, at+i*strides[axis], 0, next)
			}
		}
		walk(0, 0, rows.Start, rows.Stop)
		var got []byte
		p.Rows(rows, func(piece []byte) { got = append(got, piece...) })
		if !bytes.Equal(got, want) || len(got) != rows.Len()*p.RowSize() {
			t.Fatalf("%v, want %v", got, want)
		}
		if single := p.Single(rows); single != nil && !bytes.Equal(single, want) {
			t.Fatalf("in one piece %v, want %v", single, want)
		}
	})
}
