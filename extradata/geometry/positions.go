package geometry

import (
	"fmt"

	"gonum.org/v1/gonum/spatial/r3"

	psh "extrapasha/pasha"
)

// Positions are where the pixels are: an array (modules, slow scan, fast scan, 3) of x, y
// and z in metres, of their middles.
func (g *Geometry) Positions() psh.Array[float64] { return g.positions(g.middle) }

// Corners is [Geometry.Positions] of the first corner of each pixel, the one nearest to
// that where its tile starts. The hexagons of a DSSC have none there: it is the corner of
// the rectangle around them.
func (g *Geometry) Corners() psh.Array[float64] { return g.positions(g.offset) }

// offset is how far into a tile a pixel begins, in steps along the two scans.
func (l layout) offset(slow, fast int) (float64, float64) {
	if l.hexagons() && slow%2 == 1 {
		return float64(slow), float64(fast) + 0.5
	}
	return float64(slow), float64(fast)
}

// middle is how far into a tile the middle of a pixel is. Hexagons reach into the next
// row: they are 4/3 of a step high.
func (l layout) middle(slow, fast int) (float64, float64) {
	s, f := l.offset(slow, fast)
	if l.hexagons() {
		return s + 2.0/3, f + 0.5
	}
	return s + 0.5, f + 0.5
}

func (g *Geometry) positions(of func(slow, fast int) (float64, float64)) psh.Array[float64] {
	shape := append(g.Shape(), 3)
	data := make([]float64, shape[0]*shape[1]*shape[2]*3)
	g.eachPixel(func(pixel int, tile Tile, slow, fast int) {
		at := tile.at(of(slow, fast))
		data[3*pixel], data[3*pixel+1], data[3*pixel+2] = at.X, at.Y, at.Z
	})
	return array(data, shape)
}

// eachPixel visits all pixels by tile, with their number in the data.
func (g *Geometry) eachPixel(visit func(pixel int, tile Tile, slow, fast int)) {
	height, width := g.moduleShape()
	for m, tiles := range g.tiles {
		for t, tile := range tiles {
			slow0, fast0 := g.start(t)
			for slow := range g.slow {
				first := (m*height+slow0+slow)*width + fast0
				for fast := range g.fast {
					visit(first+fast, tile, slow, fast)
				}
			}
		}
	}
}

// array gives data a shape that it has.
func array[T any](data []T, shape []int) psh.Array[T] {
	a, err := psh.NewArray(data, shape...)
	if err != nil {
		panic(err) // the shape is that of the data
	}
	return a
}

// corners are the corners of a pixel, in steps along the two scans from where it begins.
func (l layout) corners() [][2]float64 {
	if l.hexagons() {
		return [][2]float64{{0, 0.5}, {0.25 * 4 / 3, 1}, {0.75 * 4 / 3, 1}, {4.0 / 3, 0.5}, {0.75 * 4 / 3, 0}, {0.25 * 4 / 3, 0}}
	}
	return [][2]float64{{0, 0}, {1, 0}, {1, 1}, {0, 1}}
}

// Distortion is the array of the corners of all pixels that pyFAI takes: (modules × slow
// scan, fast scan, corner, 3), of z, y and x in metres. Four corners, of the hexagons of a
// DSSC six.
func (g *Geometry) Distortion() psh.Array[float32] {
	shape, corners := g.Shape(), g.layout.corners()
	data := make([]float32, shape[0]*shape[1]*shape[2]*len(corners)*3)
	g.eachPixel(func(pixel int, tile Tile, slow, fast int) {
		first := tile.at(g.offset(slow, fast))
		for c, corner := range corners {
			at := add(add(first, scale(corner[0], tile.SS)), scale(corner[1], tile.FS))
			to := data[(pixel*len(corners)+c)*3:]
			to[0], to[1], to[2] = float32(at.Z), float32(at.Y), float32(at.X)
		}
	})
	return array(data, []int{shape[0] * shape[1], shape[2], len(corners), 3})
}

// FromZero shifts x and y of an array that [Geometry.Distortion] made so that none of
// them is negative, as older pyFAI expects it.
func FromZero(distortion psh.Array[float32]) {
	data := distortion.Data
	for axis := 1; axis <= 2; axis++ {
		least := data[axis]
		for i := axis; i < len(data); i += 3 {
			least = min(least, data[i])
		}
		for i := axis; i < len(data); i += 3 {
			data[i] -= least
		}
	}
}

// Position is where a point in the data is, x, y and z in metres. slow and fast are in
// the data of the module, and may lie within a pixel: 0.5 is the middle of the first.
// The error wraps [ErrGeometry] where there is no such point.
func (g *Geometry) Position(module int, slow, fast float64) (r3.Vec, error) {
	height, width := g.moduleShape()
	if module < 0 || module >= g.modules || !(slow >= 0 && slow <= float64(height)) || !(fast >= 0 && fast <= float64(width)) {
		return r3.Vec{}, fmt.Errorf("geometry: %w: module %d has no point (%v, %v): there are %d modules of %d × %d pixels",
			ErrGeometry, module, slow, fast, g.modules, height, width)
	}
	tile := g.tileAt(min(int(slow), height-1), min(int(fast), width-1))
	slow0, fast0 := g.start(tile)
	slow -= float64(slow0)
	fast -= float64(fast0)
	if g.hexagons() {
		row := min(int(slow), g.slow-1)
		_, shift := g.offset(row, 0)
		slow, fast = float64(row)+(slow-float64(row))*4/3, fast+shift
	}
	return g.tiles[module][tile].at(slow, fast), nil
}
