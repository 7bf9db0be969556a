package geometry

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/spatial/r3"

	"extrapasha/internal/h5"
)

// FromH5 reads a geometry of LPD 1M or DSSC 1M from a HDF5 file of the facility, which has
// positions of quadrants, modules and tiles. Those of quads count where it is not nil, in
// millimetres as those of the file; a file that has none needs them. What they mean is
// told at [NewLPD1M] and [NewDSSC1M].
func FromH5(path string, class Class, quads *[4][2]float64) (*Geometry, error) {
	if class != LPD1M && class != DSSC1M {
		return nil, fmt.Errorf("geometry: %w: no such files are of class %q, expected %q or %q", ErrGeometry, class, LPD1M, DSSC1M)
	}
	file, err := h5.Open(path)
	if err != nil {
		return nil, fmt.Errorf("geometry: %w", err)
	}
	defer file.Close()
	l := layouts[class]
	tiles := make([][]Tile, l.modules)
	for m := range tiles {
		quad, err := quadrant(file, m/4, quads)
		if err != nil {
			return nil, err
		}
		for t := range l.perModule {
			offset, err := tileOffset(file, m, t)
			if err != nil {
				return nil, err
			}
			x, y := (quad[0]+offset[0])*1e-3, (quad[1]+offset[1])*1e-3
			tiles[m] = append(tiles[m], l.atCorner(m/4, x, y))
		}
	}
	g, err := build(l, tiles)
	if err != nil {
		return nil, fmt.Errorf("geometry: %s: %w", path, err)
	}
	return g, nil
}

// quadrant is where a quadrant is: as given, or as the file has it.
func quadrant(file *h5.File, quad int, given *[4][2]float64) ([2]float64, error) {
	if given != nil {
		return given[quad], nil
	}
	return pointOf(file, fmt.Sprintf("Q%d/Position", quad+1))
}

// tileOffset is where a tile is in its quadrant.
func tileOffset(file *h5.File, module, tile int) (sum [2]float64, err error) {
	group := fmt.Sprintf("Q%d/M%d", module/4+1, module%4+1)
	at, err := pointOf(file, group+"/Position")
	if err != nil {
		return sum, err
	}
	in, err := pointOf(file, fmt.Sprintf("%s/T%02d/Position", group, tile+1))
	return [2]float64{at[0] + in[0], at[1] + in[1]}, err
}

// pointOf reads x and y, which a z may follow.
func pointOf(file *h5.File, path string) (point [2]float64, err error) {
	dataset, err := file.Once(path)
	if err != nil {
		return point, fmt.Errorf("geometry: %w", err)
	}
	shape := dataset.Shape()
	switch dtype := dataset.DType(); {
	case len(shape) == 1 && shape[0] >= 2 && dtype == h5.Float64:
		err = h5.Read(dataset, firstTwo, point[:])
	case len(shape) == 1 && shape[0] >= 2 && dtype == h5.Float32:
		var short [2]float32
		err = h5.Read(dataset, firstTwo, short[:])
		point = [2]float64{float64(short[0]), float64(short[1])}
	default:
		err = fmt.Errorf("%w: %s in %s is %s of %v, expected floats x and y", ErrGeometry, path, file.Path(), dataset.TypeName(), shape)
	}
	if err != nil {
		return point, fmt.Errorf("geometry: %w", err)
	}
	return point, nil
}

var firstTwo = h5.Region{Start: []int{0}, Count: []int{2}, Step: []int{1}}

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

// QuadPositionsFor are quadrant positions in millimetres with which a HDF5 file of the
// facility puts one tile of each quadrant where it is: the last one (LPD 1M) or the first
// one (DSSC 1M). Whether it puts the others there is not checked.
func (g *Geometry) QuadPositionsFor(path string) (quads [4][2]float64, err error) {
	module, tile := 3, 15
	switch g.Class() {
	case LPD1M:
	case DSSC1M:
		module, tile = 0, 0
	default:
		return quads, fmt.Errorf("geometry: %w: no such files are of class %q", ErrGeometry, g.Class())
	}
	file, err := h5.Open(path)
	if err != nil {
		return quads, fmt.Errorf("geometry: %w", err)
	}
	defer file.Close()
	for q := range quads {
		offset, err := tileOffset(file, 4*q+module, tile)
		if err != nil {
			return quads, err
		}
		point := g.outermost([]Tile{g.tiles[4*q+module][tile]})
		for axis := range point {
			quads[q][axis] = point[axis]*1000 - offset[axis]
		}
	}
	return quads, nil
}

// WriteH5 writes the geometry of LPD 1M or DSSC 1M to a HDF5 file of the facility, which
// appears complete or not at all and replaces one of that name. Such files have x and y of
// each tile alone.
func (g *Geometry) WriteH5(path string) error {
	quads, err := g.QuadPositions()
	if err == nil && g.Class() == AGIPD1M {
		err = fmt.Errorf("geometry: %w: no such files are of class %q", ErrGeometry, g.Class())
	}
	if err != nil {
		return err
	}
	w, err := h5.Create(path)
	if err != nil {
		return fmt.Errorf("geometry: %w", err)
	}
	defer w.Discard()
	for q, quad := range quads {
		if err := putPoint(w, fmt.Sprintf("Q%d/Position", q+1), quad); err != nil {
			return err
		}
	}
	for m, tiles := range g.tiles {
		if err := g.writeModule(w, m, tiles); err != nil {
			return err
		}
	}
	if err := w.Close(); err != nil {
		return fmt.Errorf("geometry: %w", err)
	}
	return nil
}

func (g *Geometry) writeModule(w *h5.Writer, m int, tiles []Tile) error {
	group := fmt.Sprintf("Q%d/M%d", m/4+1, m%4+1)
	quad, module := g.outermost(g.tiles[m/4*4:m/4*4+4]...), g.outermost(tiles)
	if err := putPoint(w, group+"/Position", inMillimetres(module, quad)); err != nil {
		return err
	}
	for t, tile := range tiles {
		at := inMillimetres(g.outermost([]Tile{tile}), module)
		if err := putPoint(w, fmt.Sprintf("%s/T%02d/Position", group, t+1), at); err != nil {
			return err
		}
	}
	return nil
}

func inMillimetres(point, from [2]float64) [2]float64 {
	return [2]float64{(point[0] - from[0]) * 1000, (point[1] - from[1]) * 1000}
}

func putPoint(w *h5.Writer, path string, point [2]float64) error {
	if err := h5.Put(w, path, []int{2}, point[:], h5.Layout{}); err != nil {
		return fmt.Errorf("geometry: %w", err)
	}
	return nil
}
