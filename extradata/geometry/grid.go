package geometry

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/spatial/r3"

	psh "extrapasha/pasha"
)

// Grid is the plan by which data are put together to an image: each tile is shifted and
// turned to fit a grid of pixels, so that none needs to be interpolated. Images are (y, x),
// y growing upwards and x to the left, looking along the beam. It is never changed, and is
// safe for use by many workers.
type Grid struct {
	layout
	height, width    int // of the image
	centreY, centreX int // where the beam is
	pieces           [][]piece
}

// piece is a tile on the grid.
type piece struct {
	slow0, fast0 int    // where it starts in the data of the module
	slow, fast   int    // its size
	y, x         int    // of its first pixel
	ss, fs       [2]int // steps along y and x
}

// most bounds positions on a grid: no detector is that large, and products of two are no
// longer than an int can be.
const most = 1 << 24

// Grid snaps the geometry to a grid: the corner of each tile and its steps are divided by
// the size of a pixel and rounded. Of tiles that overlap the last wins, in order of
// modules and tiles. The error wraps [ErrGeometry] where a tile's scans lie in no two
// directions of the grid, as where it is turned by 45°.
func (g *Geometry) Grid() (*Grid, error) {
	grid := &Grid{layout: g.layout}
	for m, tiles := range g.tiles {
		pieces := make([]piece, len(tiles))
		for t, tile := range tiles {
			p, err := g.snap(tile)
			if err != nil {
				return nil, fmt.Errorf("geometry: module %d, tile %d of %s: %w", m, t, g.Class(), err)
			}
			p.slow0, p.fast0 = g.start(t)
			pieces[t] = p
		}
		grid.pieces = append(grid.pieces, pieces)
	}
	grid.fit()
	return grid, nil
}

// snap puts a tile onto the grid. Its position is that of the pixel's lower right corner,
// with regard to the beam.
func (g *Geometry) snap(tile Tile) (piece, error) {
	y, x := g.onGrid(tile.Corner)
	ssY, ssX := g.onGrid(tile.SS)
	fsY, fsX := g.onGrid(tile.FS)
	if math.Abs(ssY)+math.Abs(ssX) != 1 || math.Abs(fsY)+math.Abs(fsX) != 1 || math.Abs(ssY) == math.Abs(fsY) {
		return piece{}, fmt.Errorf("%w: its scans go along %v and %v, expected two directions of the grid", ErrGeometry, tile.SS, tile.FS)
	}
	if math.Abs(y) > most || math.Abs(x) > most {
		return piece{}, fmt.Errorf("%w: its corner is at %v, more than %d pixels away", ErrGeometry, tile.Corner, most)
	}
	p := piece{slow: tile.Slow, fast: tile.Fast, ss: [2]int{int(ssY), int(ssX)}, fs: [2]int{int(fsY), int(fsX)}}
	p.y = int(y) + min(p.ss[0]+p.fs[0], 0) // a step back: the pixel lies before its corner
	p.x = int(x) + min(p.ss[1]+p.fs[1], 0)
	return p, nil
}

func (g *Geometry) onGrid(v r3.Vec) (y, x float64) {
	cellX, cellY := g.cell()
	return math.RoundToEven(v.Y / cellY), math.RoundToEven(v.X / cellX)
}

// box is the row and the column where a piece begins, and those before which it ends.
func (p piece) box() (low, high [2]int) {
	for axis, first := range [2]int{p.y, p.x} {
		last := first + p.ss[axis]*(p.slow-1) + p.fs[axis]*(p.fast-1)
		low[axis], high[axis] = min(first, last), max(first, last)+1
	}
	return low, high
}

// fit makes the image as small as it can be.
func (gr *Grid) fit() {
	low, high := [2]int{math.MaxInt, math.MaxInt}, [2]int{math.MinInt, math.MinInt}
	for _, pieces := range gr.pieces {
		for _, p := range pieces {
			from, to := p.box()
			for axis := range low {
				low[axis], high[axis] = min(low[axis], from[axis]), max(high[axis], to[axis])
			}
		}
	}
	gr.height, gr.width = high[0]-low[0], high[1]-low[1]
	gr.shift(-low[0], -low[1])
}

// shift moves all tiles and the beam.
func (gr *Grid) shift(y, x int) {
	gr.centreY, gr.centreX = gr.centreY+y, gr.centreX+x
	for m := range gr.pieces {
		gr.pieces[m] = append([]piece(nil), gr.pieces[m]...)
		for t := range gr.pieces[m] {
			gr.pieces[m][t].y += y
			gr.pieces[m][t].x += x
		}
	}
}

// Shape is the shape of an image: y, x.
func (gr *Grid) Shape() []int { return []int{gr.height, gr.width} }

// Centre is where the beam is in an image. It may lie outside.
func (gr *Grid) Centre() (y, x int) { return gr.centreY, gr.centreX }

// Cell is how wide and high a pixel of an image is in space, in metres. They differ for the
// hexagons of a DSSC.
func (gr *Grid) Cell() (width, height float64) { return gr.cell() }

// FrontView is a grid for pictures: its images have the first row at the top and the first
// column at the left, as one sees the detector looking along the beam.
func (gr *Grid) FrontView() *Grid {
	other := *gr
	other.centreY, other.centreX = gr.height-gr.centreY, gr.width-gr.centreX
	other.pieces = make([][]piece, len(gr.pieces))
	for m, pieces := range gr.pieces {
		for _, p := range pieces {
			p.y, p.x = gr.height-1-p.y, gr.width-1-p.x
			p.ss, p.fs = [2]int{-p.ss[0], -p.ss[1]}, [2]int{-p.fs[0], -p.fs[1]}
			other.pieces[m] = append(other.pieces[m], p)
		}
	}
	return &other
}

// Pixel is where a pixel of the data is in an image. It panics, as a slice does, where
// there is no such pixel.
func (gr *Grid) Pixel(module, slow, fast int) (y, x int) {
	for _, p := range gr.pieces[module] {
		s, f := slow-p.slow0, fast-p.fast0
		if s >= 0 && s < p.slow && f >= 0 && f < p.fast {
			return p.y + s*p.ss[0] + f*p.fs[0], p.x + s*p.ss[1] + f*p.fs[1]
		}
	}
	panic(fmt.Errorf("geometry: %w: no pixel (%d, %d) in a module of %s", psh.ErrShape, slow, fast, gr.class))
}

// Centred is a grid with the beam in the middle of the image, at half its height and
// width, rounded down: the smallest one, or one of a given height and width. The error
// wraps pasha's ErrShape where not all tiles fit.
func (gr *Grid) Centred(shape ...int) (*Grid, error) {
	least := [2]int{centredLength(gr.centreY, gr.height), centredLength(gr.centreX, gr.width)}
	if len(shape) == 0 {
		shape = least[:]
	}
	if len(shape) != 2 || shape[0] < least[0] || shape[1] < least[1] {
		return nil, fmt.Errorf("geometry: %w: image of %v, expected two lengths of at least %v", psh.ErrShape, shape, least)
	}
	other := *gr
	other.pieces = append([][]piece(nil), gr.pieces...)
	other.height, other.width = shape[0], shape[1]
	other.shift(shape[0]/2-gr.centreY, shape[1]/2-gr.centreX)
	return &other, nil
}

// centredLength is the least length n so that a line of that length, with its point
// centre moved to n/2, begins at 0 or later and ends at n or before.
func centredLength(centre, length int) int {
	if 2*centre >= length {
		return 2 * centre
	}
	return 2*(length-centre) - 1
}
