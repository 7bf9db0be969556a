package geometry

import (
	"math"

	"gonum.org/v1/gonum/spatial/r3"
)

// NewDSSC1M is an ideal DSSC 1M: all modules flat, aligned and equally spaced in their
// quadrant. quads is where the corner of each quadrant is that is at the bottom right,
// looking along the beam, x and y in millimetres. Gaps are 2 mm between tiles, 4 mm
// between modules.
func NewDSSC1M(quads [4][2]float64, options ...Option) (*Geometry, error) {
	l := layouts[DSSC1M]
	s := spacingOf(1e-3, options)
	asic, panel := s.inMetres(s.asic, 2e-3), s.inMetres(s.panelY, 4e-3)
	cellX, cellY := l.cell()
	tileWidth, tileHeight := cellX*256, cellY*128
	width, height := float64(2*tileWidth)+asic, float64(4*tileHeight)+float64(3*panel)
	tiles := make([][]Tile, l.modules)
	for m := range tiles {
		side := dsscSides[m/4]
		x, y := quads[m/4][0]*s.unit, quads[m/4][1]*s.unit
		if side < 0 {
			x = float64(x) + width
		} else {
			y = float64(y) + height
		}
		y += float64(-side * float64(m%4) * (tileHeight + panel))
		for t := range l.perModule {
			corner := r3.Vec{X: x + float64(side*float64(t)*(tileWidth+asic)), Y: y}
			tiles[m] = append(tiles[m], dsscTile(l, corner, side))
		}
	}
	return newGeometry(l, tiles)
}

// dsscSides is where the fast scan goes along x in each quadrant; the slow scan goes the
// other way along y.
var dsscSides = [4]float64{-1, -1, 1, 1}

// dsscTile is a tile of a quadrant on one side. The step to the next row of hexagons is
// √3/2 of that within a row.
func dsscTile(l layout, corner r3.Vec, side float64) Tile {
	return l.tile(corner, r3.Vec{Y: -side * l.pixel * 1.5 / math.Sqrt(3)}, r3.Vec{X: side * l.pixel})
}
