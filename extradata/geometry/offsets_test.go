package geometry

import (
	"errors"
	"slices"
	"testing"

	"gonum.org/v1/gonum/spatial/r3"
)

// TestOffsets makes geometries of their offsets again, as they are and with quadrants moved.
func TestOffsets(t *testing.T) {
	for _, class := range []Class{LPD1M, DSSC1M} {
		g, _ := usual(t, class, 0)
		offsets, err := g.Offsets()
		if err != nil {
			t.Fatal(err)
		}
		again, err := FromOffsets(class, offsets)
		if err != nil {
			t.Fatal(err)
		}
		checkNear(t, g, again, r3.Vec{})
		quads, err := g.QuadPositionsFor(offsets)
		if err != nil {
			t.Fatal(err)
		}
		for q := range quads {
			quads[q][0] += 3
			quads[q][1] -= 4
		}
		offsets.Quads = &quads
		moved, err := FromOffsets(class, offsets)
		if err != nil {
			t.Fatal(err)
		}
		checkNear(t, g, moved, r3.Vec{X: 3e-3, Y: -4e-3})
	}
}

// checkNear makes sure that another geometry is the same, moved.
func checkNear(t *testing.T, g, other *Geometry, by r3.Vec) {
	t.Helper()
	for m := range g.tiles {
		for i, tile := range g.tiles[m] {
			if at := r3.Sub(other.tiles[m][i].Corner, by); r3.Norm(r3.Sub(at, tile.Corner)) > 1e-9 {
				t.Fatalf("%s: module %d, tile %d is at %v, want %v", g.Class(), m, i, at, tile.Corner)
			}
		}
	}
}

func TestOffsetsErrors(t *testing.T) {
	lpd, _ := usual(t, LPD1M, 0)
	agipd, _ := usual(t, AGIPD1M, 0)
	jungfrau, _ := usual(t, Jungfrau, 1)
	good, err := lpd.Offsets()
	if err != nil {
		t.Fatal(err)
	}
	change := func(change func(*Offsets)) Offsets {
		o := good
		o.Tiles = slices.Clone(o.Tiles)
		change(&o)
		return o
	}
	for name, err := range map[string]error{
		"no quadrants":        errorOf(FromOffsets(LPD1M, change(func(o *Offsets) { o.Quads = nil }))),
		"15 modules":          errorOf(FromOffsets(LPD1M, change(func(o *Offsets) { o.Modules = o.Modules[1:] }))),
		"no tiles":            errorOf(FromOffsets(LPD1M, change(func(o *Offsets) { o.Tiles = nil }))),
		"15 tiles":            errorOf(FromOffsets(LPD1M, change(func(o *Offsets) { o.Tiles[3] = o.Tiles[3][1:] }))),
		"another class":       errorOf(FromOffsets(AGIPD1M, good)),
		"tiles of another":    errorOf(FromOffsets(DSSC1M, good)),
		"offsets of AGIPD":    errorOf(agipd.Offsets()),
		"positions of AGIPD":  errorOf(agipd.QuadPositionsFor(good)),
		"offsets of JUNGFRAU": errorOf(jungfrau.Offsets()),
		"quads of JUNGFRAU":   errorOf(jungfrau.QuadPositions()),
	} {
		if !errors.Is(err, ErrGeometry) {
			t.Errorf("%s: %v, want ErrGeometry", name, err)
		}
	}
}
