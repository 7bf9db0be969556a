package geometry

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/spatial/r3"
)

// Description is of a detector of any class: modules of one kind, of equal tiles in a
// line.
type Description struct {
	PixelSize  float64 // in metres
	Slow, Fast int     // pixels of a tile along the two scans
	// Corners is where the first pixel of each module is, in metres.
	Corners []r3.Vec
	// SS and FS are the directions of the scans, of length 1 and at right angles.
	SS, FS r3.Vec
	// Tiles is how many tiles a module has, 1 where it is 0. They follow each other along
	// TileStep, of length 1, which is SS where it is zero, with a gap of TileGap metres
	// between them, one pixel where that is 0.
	Tiles    int
	TileStep r3.Vec
	TileGap  float64
}

// NewGeneric is a detector by its description. The tiles of a module follow each other in
// the data along the fast scan where they do so in space, and along the slow scan where
// they do that.
func NewGeneric(d Description) (*Geometry, error) {
	if d.Tiles == 0 {
		d.Tiles = 1
	}
	if d.TileStep == (r3.Vec{}) {
		d.TileStep = d.SS
	}
	if d.TileGap == 0 {
		d.TileGap = d.PixelSize
	}
	if err := d.check(); err != nil {
		return nil, fmt.Errorf("geometry: %w: %w", ErrGeometry, err)
	}
	l := layout{Generic, d.PixelSize, 0, len(d.Corners), d.Tiles, 1, d.Slow, d.Fast}
	if r3.Dot(d.FS, d.TileStep) != 0 {
		l.across = d.Tiles
	}
	length := math.Abs(r3.Dot(add(scale(float64(d.Fast), d.FS), scale(float64(d.Slow), d.SS)), d.TileStep))
	step := float64(length*d.PixelSize) + d.TileGap
	tiles := make([][]Tile, len(d.Corners))
	for m, corner := range d.Corners {
		for t := range d.Tiles {
			at := add(corner, scale(step, scale(float64(t), d.TileStep)))
			tiles[m] = append(tiles[m], l.tile(at, scale(d.PixelSize, d.SS), scale(d.PixelSize, d.FS)))
		}
	}
	return newGeometry(l, tiles)
}

// maxPixels is the most that a tile may have along one scan, and tiles and modules that
// a detector may have of the other: more than any detector has.
const maxPixels = 1 << 16

func (d Description) check() error {
	for _, n := range []int{d.Slow, d.Fast, d.Tiles, len(d.Corners)} {
		if n < 1 || n > maxPixels {
			return fmt.Errorf("%d modules of %d tiles of %d × %d pixels", len(d.Corners), d.Tiles, d.Slow, d.Fast)
		}
	}
	switch {
	case !(d.PixelSize > 0) || math.IsInf(d.PixelSize, 1):
		return fmt.Errorf("pixel size %v, expected a length in metres", d.PixelSize)
	case r3.Dot(d.SS, d.FS) != 0 || r3.Norm(d.SS) != 1 || r3.Norm(d.FS) != 1:
		return fmt.Errorf("scans along %v and %v, expected directions of length 1 at right angles", d.SS, d.FS)
	case math.Abs(r3.Dot(d.SS, d.TileStep)) != 1 && math.Abs(r3.Dot(d.FS, d.TileStep)) != 1:
		return fmt.Errorf("tiles follow each other along %v, expected the direction of a scan", d.TileStep)
	}
	return nil
}
