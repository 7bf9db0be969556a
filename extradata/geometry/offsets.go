package geometry

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/spatial/r3"
)

// Offsets is what the facility's HDF5 files say of LPD 1M and DSSC 1M: where quadrants
// are, modules in their quadrant and tiles in their module, x and y in millimetres. Package
// detector reads and writes such files.
type Offsets struct {
	// Quads are nil where they are not known. What they mean is told at [NewLPD1M] and
	// [NewDSSC1M].
	Quads   *[4][2]float64
	Modules [][2]float64
	Tiles   [][][2]float64 // by module
}

// FromOffsets is a geometry of LPD 1M or DSSC 1M. The error wraps [ErrGeometry] for other
// classes, without positions of quadrants, and with other modules or tiles than the class
// has.
func FromOffsets(class Class, o Offsets) (*Geometry, error) {
	if err := o.check(class); err != nil {
		return nil, err
	}
	if o.Quads == nil {
		return nil, fmt.Errorf("geometry: %w: positions of quadrants are not known", ErrGeometry)
	}
	l := layouts[class]
	tiles := make([][]Tile, l.modules)
	for m := range tiles {
		for t := range l.perModule {
			quad, offset := o.Quads[m/4], o.tile(m, t)
			tiles[m] = append(tiles[m], l.atCorner(m/4, (quad[0]+offset[0])*1e-3, (quad[1]+offset[1])*1e-3))
		}
	}
	return build(l, tiles)
}

// check makes sure that there is an offset for each tile.
func (o Offsets) check(class Class) error {
	if class != LPD1M && class != DSSC1M {
		return fmt.Errorf("geometry: %w: there are no offsets of class %q, expected %q or %q", ErrGeometry, class, LPD1M, DSSC1M)
	}
	l := layouts[class]
	if len(o.Modules) != l.modules || len(o.Tiles) != l.modules {
		return fmt.Errorf("geometry: %w: offsets of %d modules, and tiles of %d, expected %d of %s", ErrGeometry, len(o.Modules), len(o.Tiles), l.modules, class)
	}
	for m, tiles := range o.Tiles {
		if len(tiles) != l.perModule {
			return fmt.Errorf("geometry: %w: offsets of %d tiles of module %d, expected %d of %s", ErrGeometry, len(tiles), m, l.perModule, class)
		}
	}
	return nil
}

// tile is where a tile is in its quadrant.
func (o Offsets) tile(module, tile int) [2]float64 {
	at, in := o.Modules[module], o.Tiles[module][tile]
	return [2]float64{at[0] + in[0], at[1] + in[1]}
}

// atCorner is a tile of LPD 1M or DSSC 1M by the corner that such files have: the one with
// the largest x and y, or with the least.
func (l layout) atCorner(quad int, x, y float64) Tile {
	corner := r3.Vec{X: x, Y: y}
	if l.class == LPD1M {
		ss, fs := r3.Vec{Y: l.pixel}, r3.Vec{X: l.pixel}
		return l.tile(r3.Sub(r3.Sub(corner, scale(float64(l.slow), ss)), scale(float64(l.fast), fs)), ss, fs)
	}
	tile := dsscTile(l, corner, dsscSides[quad])
	if dsscSides[quad] < 0 {
		tile.Corner = r3.Sub(corner, scale(float64(l.fast), tile.FS))
	} else {
		tile.Corner = r3.Sub(corner, scale(float64(l.slow), tile.SS))
	}
	return tile
}

// QuadPositions are where the quadrants are, as the function takes it that makes such a
// detector: pixels for AGIPD 1M, millimetres for LPD 1M and DSSC 1M. The error wraps
// [ErrGeometry] for other classes.
func (g *Geometry) QuadPositions() (quads [4][2]float64, err error) {
	switch g.Class() {
	case AGIPD1M:
		for q := range quads {
			corner := g.tiles[4*q][0].Corner
			quads[q] = [2]float64{corner.X / g.pixel, corner.Y / g.pixel}
		}
	case LPD1M, DSSC1M:
		for q := range quads {
			point := g.outermost(g.tiles[4*q : 4*q+4]...)
			quads[q] = [2]float64{point[0] * 1000, point[1] * 1000}
		}
	default:
		return quads, fmt.Errorf("geometry: %w: %s has no quadrant positions", ErrGeometry, g.Class())
	}
	return quads, nil
}

// outermost is the corner that files have, see atCorner, of the tiles of modules.
func (g *Geometry) outermost(modules ...[]Tile) (point [2]float64) {
	pick, start := math.Max, math.Inf(-1)
	if g.Class() == DSSC1M {
		pick, start = math.Min, math.Inf(1)
	}
	point = [2]float64{start, start}
	for _, tiles := range modules {
		for _, tile := range tiles {
			for _, corner := range tile.Corners() {
				point = [2]float64{pick(point[0], corner.X), pick(point[1], corner.Y)}
			}
		}
	}
	return point
}

// QuadPositionsFor are quadrant positions in millimetres with which offsets put one tile of
// each quadrant where it is: the last one (LPD 1M) or the first one (DSSC 1M). Whether they
// put the others there is not checked. The error is one of [FromOffsets].
func (g *Geometry) QuadPositionsFor(o Offsets) (quads [4][2]float64, err error) {
	if err := o.check(g.Class()); err != nil {
		return quads, err
	}
	module, tile := 3, 15
	if g.Class() == DSSC1M {
		module, tile = 0, 0
	}
	for q := range quads {
		offset, point := o.tile(4*q+module, tile), g.outermost([]Tile{g.tiles[4*q+module][tile]})
		for axis := range point {
			quads[q][axis] = point[axis]*1000 - offset[axis]
		}
	}
	return quads, nil
}

// Offsets are those of LPD 1M or DSSC 1M. They have x and y of each tile alone. The error
// wraps [ErrGeometry] for other classes.
func (g *Geometry) Offsets() (o Offsets, err error) {
	quads, err := g.QuadPositions()
	if err == nil && g.Class() == AGIPD1M {
		err = fmt.Errorf("geometry: %w: there are no offsets of class %q", ErrGeometry, g.Class())
	}
	if err != nil {
		return o, err
	}
	o.Quads = &quads
	for m, tiles := range g.tiles {
		quad, module := g.outermost(g.tiles[m/4*4:m/4*4+4]...), g.outermost(tiles)
		o.Modules = append(o.Modules, inMillimetres(module, quad))
		var of [][2]float64
		for _, tile := range tiles {
			of = append(of, inMillimetres(g.outermost([]Tile{tile}), module))
		}
		o.Tiles = append(o.Tiles, of)
	}
	return o, nil
}

func inMillimetres(point, from [2]float64) [2]float64 {
	return [2]float64{(point[0] - from[0]) * 1000, (point[1] - from[1]) * 1000}
}
