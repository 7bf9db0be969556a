package geometry

import (
	"math"

	"gonum.org/v1/gonum/spatial/r3"
)

// NewLPD1M is an ideal LPD 1M: all modules flat, aligned and equally spaced in their
// quadrant. quads is where the last corner of each quadrant is, that of its module 4
// and tile 16: the one at the top left, looking along the beam. x and y in millimetres.
// Gaps are 4 pixels of 0.5 mm.
func NewLPD1M(quads [4][2]float64, options ...Option) (*Geometry, error) {
	l := layouts[LPD1M]
	s := spacingOf(1e-3, options)
	asic, panel := s.inPixels(s.asic, l.pixel, 4), s.inPixels(s.panelY, l.pixel, 4)
	width, height := (256+asic+panel)*l.pixel, (256+float64(7*asic)+panel)*l.pixel
	tileWidth, tileHeight := (128+asic)*l.pixel, (32+asic)*l.pixel
	sizeX, sizeY := 128*l.pixel, 32*l.pixel
	tiles := make([][]Tile, l.modules)
	for m := range tiles {
		place := lpdPlaces[m%4]
		x := float64(quads[m/4][0]*s.unit) + float64(place[0]*width)
		y := float64(quads[m/4][1]*s.unit) + float64(place[1]*height)
		for t := range l.perModule {
			across, up := -1.0, -float64(t)
			if t >= 8 {
				across, up = 0, -float64(15-t)
			}
			corner := r3.Vec{X: x + float64(across*tileWidth) - sizeX, Y: y + float64(up*tileHeight) - sizeY}
			tiles[m] = append(tiles[m], l.tile(corner, r3.Vec{Y: l.pixel}, r3.Vec{X: l.pixel}))
		}
	}
	return newGeometry(l, tiles)
}

// lpdPlaces is where the modules of a quadrant are, in modules along x and y.
var lpdPlaces = [4][2]float64{{-1, 0}, {-1, -1}, {0, -1}, {0, 0}}

// Placement is where a module of its own is.
type Placement struct {
	// X, Y and Z are the corner at the bottom right of the module before it is turned,
	// looking along the beam.
	X, Y, Z float64
	// Turn is an angle in degrees by which an LPD Mini is turned about that corner,
	// clockwise looking along the beam.
	Turn float64
	// FlipX and FlipY turn the scans of a JUNGFRAU module along x and y round, which
	// leaves the module where it is.
	FlipX, FlipY bool
}

// NewLPDMini is one or more modules of an LPD Mini, positions in millimetres. In each the
// gap between the two tiles is 2 mm.
func NewLPDMini(modules []Placement, options ...Option) (*Geometry, error) {
	l := layouts[LPDMini]
	s := spacingOf(1e-3, options)
	gap := s.inMetres(s.asic, 2e-3)
	width, height := 128*l.pixel, 32*l.pixel
	tiles := make([][]Tile, len(modules))
	for m, module := range modules {
		corner := scale(s.unit, r3.Vec{X: module.X, Y: module.Y, Z: module.Z})
		sin, cos := math.Sincos(module.Turn * (math.Pi / 180))
		ss, fs := r3.Vec{X: -sin, Y: cos}, r3.Vec{X: cos, Y: sin}
		first := r3.Vec{X: float64(-height * sin), Y: float64(height * cos)}
		second := r3.Vec{
			X: float64(-width*cos) - float64((height+gap)*sin),
			Y: float64(-width*sin) + float64((height+gap)*cos),
		}
		tiles[m] = []Tile{
			l.tile(add(corner, first), scale(l.pixel, scale(-1, ss)), scale(l.pixel, scale(-1, fs))),
			l.tile(add(corner, second), scale(l.pixel, ss), scale(l.pixel, fs)),
		}
	}
	return newGeometry(l, tiles)
}
