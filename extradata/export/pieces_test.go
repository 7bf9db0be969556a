package export

import (
	"testing"

	"pgregory.net/rapid"
)

// TestPieces has every element in one piece, and chunks no larger than they must be.
func TestPieces(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		shape := rapid.SliceOfN(rapid.IntRange(0, 7), 0, 4).Draw(t, "shape")
		most := rapid.IntRange(1, 60).Draw(t, "most")
		p, size := cut(shape, most), 1
		for _, length := range shape {
			size *= length
		}
		next := 0
		for number := range p.count {
			piece := p.at(number)
			at := 0
			for axis, position := range piece.offset {
				if position%p.chunk[axis] != 0 {
					t.Fatalf("piece %d of %+v is at %v", number, p, piece.offset)
				}
				at = at*shape[axis] + position
			}
			if at != next || piece.start != next || piece.count < 1 || piece.count > p.size() {
				t.Fatalf("piece %d of %+v is %+v, expected it to start at %d", number, p, piece, next)
			}
			next += piece.count
		}
		if next != size || size > 0 && p.size() > most {
			t.Fatalf("%+v: %d elements of %d, at most %d in a piece", p, next, size, most)
		}
	})
}
