package mockrun

import (
	"math"

	"extrapasha/extradata/geometry"
)

// place is where a pixel is, seen from the beam, in units in which the detector fits
// into a circle of radius 1.2 or so.
type place struct{ x, y float64 }

// behindStop tells whether the beam stop is before a place: a disc and the bar that holds
// it.
func (p place) behindStop() bool {
	return math.Hypot(p.x, p.y) < 0.06 || p.x > 0 && math.Abs(p.y) < 0.012
}

// places are those of all pixels, by module.
func (c Config) places() [][]place {
	kind := c.kind()
	places := make([][]place, c.Modules)
	if c.Rows != kind.rows || c.Cols != kind.cols {
		for module := range places {
			places[module] = c.besideHole(module)
		}
		return places
	}
	g, err := geometry.Usual(kind.class, c.Modules)
	if err != nil {
		panic(err) // detectors have the classes that there are
	}
	positions, size := g.Positions().Data, c.Rows*c.Cols
	largest := 0.0
	for i := 0; i < len(positions); i += 3 {
		largest = max(largest, math.Hypot(positions[i], positions[i+1]))
	}
	for module := range places {
		places[module] = make([]place, size)
		for i := range size {
			at := positions[3*(module*size+i):]
			places[module][i] = place{1.2 / largest * at[0], 1.2 / largest * at[1]}
		}
	}
	return places
}

// besideHole has modules of any shape in quadrants of four around a hole for the beam, all
// seen alike.
func (c Config) besideHole(module int) []place {
	const hole, gap = 12, 8 // pixels
	places := make([]place, c.Rows*c.Cols)
	for i := range places {
		x, y := hole+i/c.Cols, hole+module%4*(c.Cols+gap)+i%c.Cols
		places[i] = place{-float64(x) / float64(c.Rows), float64(y) / float64(c.Rows)}
	}
	return places
}
