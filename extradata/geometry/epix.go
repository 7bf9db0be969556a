package geometry

import "gonum.org/v1/gonum/spatial/r3"

// inner is the size of the wide pixels at the inner edges of the tiles of an ePix, in
// metres.
var inner = map[Class]float64{Epix100: 175e-6, Epix10K: 250e-6}

// NewEpix100 is an ePix100 whose four tiles have one sensor. origin is the beam with
// regard to the middle of the detector, x and y in pixels of 50 µm. The gap between tiles
// is as wide as its wide pixels have it: 5 pixels.
func NewEpix100(origin [2]float64, options ...Option) (*Geometry, error) {
	return newEpix(Epix100, origin, options)
}

// NewEpix10K is an ePix10K, see [NewEpix100]; pixels of 100 µm, a gap of 3 pixels.
func NewEpix10K(origin [2]float64, options ...Option) (*Geometry, error) {
	return newEpix(Epix10K, origin, options)
}

func newEpix(class Class, origin [2]float64, options []Option) (*Geometry, error) {
	l := layouts[class]
	s := spacingOf(l.pixel, options)
	gap := 2 * (inner[class] - l.pixel) / l.pixel
	if s.asic != nil {
		gap = *s.asic
	}
	gap *= s.unit
	height, width := float64(l.slow)*l.pixel, float64(l.fast)*l.pixel
	tiles := make([]Tile, l.perModule)
	for t := range tiles {
		row, column := float64(t/2), float64(t%2)
		tiles[t] = l.tile(r3.Vec{
			X: width - float64(column*(width+gap)) - float64(origin[0]*s.unit) + gap/2,
			Y: height - float64(row*(height+gap)) - float64(origin[1]*s.unit) + gap/2,
		}, r3.Vec{Y: -l.pixel}, r3.Vec{X: -l.pixel})
	}
	return newGeometry(l, [][]Tile{tiles})
}

// NewEpix100Pair is an ePix100 of two sensors with two tiles each. top and bottom are
// where the first pixel of either is, in pixels of 50 µm; an [ASICGap] is in pixels
// whatever the unit.
func NewEpix100Pair(top, bottom r3.Vec, options ...Option) (*Geometry, error) {
	s := spacingOf(layouts[Epix100].pixel, options)
	g, err := NewEpix100([2]float64{}, append(options[:len(options):len(options)], Unit(layouts[Epix100].pixel))...)
	if err != nil {
		return nil, err
	}
	tiles := g.Tiles(0)
	for t, tile := range g.tiles[0] {
		position, reference := top, g.tiles[0][0].Corner
		if t >= 2 {
			position, reference = bottom, g.tiles[0][2].Corner
		}
		tiles[t].Corner = add(tile.Corner, r3.Sub(scale(s.unit, position), reference))
	}
	return newGeometry(g.layout, [][]Tile{tiles})
}

// NewPnCCD is a pnCCD of two modules, above and below the beam. gap is what is between
// them, top and bottom how far each is from where that puts it; all in metres.
func NewPnCCD(gap float64, top, bottom r3.Vec) (*Geometry, error) {
	l := layouts[PnCCD]
	ss, fs := r3.Vec{Y: -l.pixel}, r3.Vec{X: l.pixel}
	x := -512 * l.pixel
	return newGeometry(l, [][]Tile{
		{l.tile(add(top, r3.Vec{X: x, Y: gap/2 + float64(512*l.pixel)}), ss, fs)},
		{l.tile(add(bottom, r3.Vec{X: x, Y: -gap / 2}), ss, fs)},
	})
}
