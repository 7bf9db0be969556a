package geometry

import "gonum.org/v1/gonum/spatial/r3"

// NewJungfrau is a detector of any number of JUNGFRAU modules, positions and gaps in
// pixels of 75 µm. The gaps between the eight tiles of a module are 2, in the same unit.
func NewJungfrau(modules []Placement, options ...Option) (*Geometry, error) {
	l := layouts[Jungfrau]
	s := spacingOf(l.pixel, options)
	unit := s.unit / l.pixel
	gap := 2.0
	if s.asic != nil {
		gap = *s.asic
	}
	gap *= unit
	width, height := 4*256+float64(3*gap), 2*256+gap
	tiles := make([][]Tile, len(modules))
	for m, module := range modules {
		x, y, sideX, sideY := module.X*unit, module.Y*unit, 1.0, 1.0
		if module.FlipX {
			x, sideX = float64(x)+width, -1
		}
		if module.FlipY {
			y, sideY = float64(y)+height, -1
		}
		for t := range l.perModule {
			corner := r3.Vec{
				X: float64(x) + float64(sideX*(256+gap)*float64(t%4)),
				Y: float64(y) + float64(sideY*(256+gap)*float64(t/4)),
			}
			corner = scale(l.pixel, corner)
			corner.Z = module.Z * s.unit
			tiles[m] = append(tiles[m], l.tile(corner, r3.Vec{Y: sideY * l.pixel}, r3.Vec{X: sideX * l.pixel}))
		}
	}
	return newGeometry(l, tiles)
}
