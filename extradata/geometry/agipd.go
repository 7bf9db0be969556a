package geometry

import "gonum.org/v1/gonum/spatial/r3"

// NewAGIPD1M is an ideal AGIPD 1M: all modules flat, aligned and equally spaced in their
// quadrant. quads is where the first pixel of modules 0, 4, 8 and 12 is, x and y, in
// pixels of 0.2 mm. Gaps are 2 between tiles and 29 between modules, in the same unit.
func NewAGIPD1M(quads [4][2]float64, options ...Option) (*Geometry, error) {
	l := layouts[AGIPD1M]
	s := spacingOf(l.pixel, options)
	asic, panel := 2.0, 29.0
	if s.asic != nil {
		asic = *s.asic
	}
	if s.panelY != nil {
		panel = *s.panelY
	}
	height, width := (128+panel*s.unit/l.pixel)*l.pixel, (64+asic*s.unit/l.pixel)*l.pixel
	tiles := make([][]Tile, l.modules)
	for m := range tiles {
		quad, side := quads[m/4], agipdSides[m/4]
		y := float64(quad[1]*s.unit) - float64(float64(m%4)*height)
		for t := range l.perModule {
			x := float64(quad[0]*s.unit) + float64(side*width*float64(t))
			tiles[m] = append(tiles[m], l.tile(r3.Vec{X: x, Y: y}, r3.Vec{X: side * l.pixel}, r3.Vec{Y: -side * l.pixel}))
		}
	}
	return newGeometry(l, tiles)
}

// agipdSides is where the slow scan goes along x in each quadrant.
var agipdSides = [4]float64{1, 1, -1, -1}

// NewAGIPD500K is an ideal AGIPD 500K. origin is the beam, x and y, with regard to the
// corner of the detector at the bottom right, looking along the beam, in pixels of
// 0.2 mm. Gaps are 2 pixels between tiles, 16 (x) and 30 (y) between modules.
func NewAGIPD500K(origin [2]float64, options ...Option) (*Geometry, error) {
	l := layouts[AGIPD500K]
	s := spacingOf(l.pixel, options)
	asic := s.inPixels(s.asic, l.pixel, 2)
	panelX, panelY := s.inPixels(s.panelX, l.pixel, 16), s.inPixels(s.panelY, l.pixel, 30)

	tileWidth := (64 + asic) * l.pixel
	width, height := float64(8*tileWidth)-float64(asic*l.pixel), 128*l.pixel
	firstX := -(float64(origin[0]*s.unit) - width)
	firstY := -(float64(origin[1]*s.unit) - float64(3*(128+panelY)*l.pixel))
	tiles := make([][]Tile, l.modules)
	for m := range tiles {
		y := firstY - float64(float64(m/2)*(height+float64(panelY*l.pixel)))
		moduleX := firstX + float64(float64(m%2)*(width+float64(panelX*l.pixel)))
		for t := range l.perModule {
			x := moduleX - float64(float64(t)*tileWidth)
			tiles[m] = append(tiles[m], l.tile(r3.Vec{X: x, Y: y}, r3.Vec{X: -l.pixel}, r3.Vec{Y: l.pixel}))
		}
	}
	return newGeometry(l, tiles)
}
