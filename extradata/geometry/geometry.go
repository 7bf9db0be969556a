package geometry

import (
	"bytes"
	"encoding/gob"
	"errors"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/spatial/r3"
)

// ErrGeometry is wrapped by every error about a geometry that cannot be: tiles that are
// nowhere, modules that are not there, a file that does not say what it must. Shapes of arrays that do not fit wrap pasha's ErrShape.
var ErrGeometry = errors.New("bad geometry")

// Geometry says where the tiles of a detector are. It is never changed: what moves
// tiles makes another geometry. It crosses to other processes by gob.
type Geometry struct {
	layout
	tiles  [][]Tile // by module
	header Header
	motors [][]float64
}

// Tile is a rectangle of pixels in space, all lengths in metres.
type Tile struct {
	// Corner is the outer corner of the pixel that comes first in the data.
	Corner r3.Vec
	// SS and FS are the steps from a pixel to the next along the slow and the fast scan.
	SS, FS r3.Vec
	// Slow and Fast count the pixels along the two scans.
	Slow, Fast int
}

// at is the position of a point in a tile, in pixels along the two scans.
func (t Tile) at(slow, fast float64) r3.Vec {
	return add(add(t.Corner, scale(slow, t.SS)), scale(fast, t.FS))
}

// Corners are the corners of a tile in turn: that of the first pixel, along the fast
// scan, the opposite one, along the slow scan.
func (t Tile) Corners() [4]r3.Vec {
	slow, fast := float64(t.Slow), float64(t.Fast)
	return [4]r3.Vec{t.Corner, t.at(0, fast), t.at(slow, fast), t.at(slow, 0)}
}

// Centre is the middle of a tile.
func (t Tile) Centre() r3.Vec { return t.at(float64(t.Slow)/2, float64(t.Fast)/2) }

// add and scale round after each operation, on machines too that could do both at once:
// where a corner lies in the middle of two pixels the last bit decides.
func add(a, b r3.Vec) r3.Vec { return r3.Vec{X: a.X + b.X, Y: a.Y + b.Y, Z: a.Z + b.Z} }

func scale(by float64, v r3.Vec) r3.Vec {
	return r3.Vec{X: float64(by * v.X), Y: float64(by * v.Y), Z: float64(by * v.Z)}
}

// farthest is how far away a tile may be, in metres along all axes: a million kilometres.
const farthest = 1e9

// newGeometry is build, whose error says which package it comes from.
func newGeometry(l layout, tiles [][]Tile) (*Geometry, error) {
	g, err := build(l, tiles)
	if err != nil {
		return nil, fmt.Errorf("geometry: %w", err)
	}
	return g, nil
}

// build checks that tiles are somewhere, and that no module is left out.
func build(l layout, tiles [][]Tile) (*Geometry, error) {
	if l.modules == 0 {
		l.modules = len(tiles)
	}
	if len(tiles) == 0 || len(tiles) != l.modules {
		return nil, fmt.Errorf("%w: %d modules of %s, expected %d", ErrGeometry, len(tiles), l.class, max(l.modules, 1))
	}
	for m, module := range tiles {
		for t, tile := range module {
			if !near(tile.Corner) || !near(tile.SS) || !near(tile.FS) {
				return nil, fmt.Errorf("%w: module %d, tile %d of %s is nowhere, or too far away: %v", ErrGeometry, m, t, l.class, tile)
			}
		}
	}
	return &Geometry{layout: l, tiles: tiles}, nil
}

func near(v r3.Vec) bool { return math.Abs(v.X)+math.Abs(v.Y)+math.Abs(v.Z) <= farthest }

// tile is a tile of the layout.
func (l layout) tile(corner, ss, fs r3.Vec) Tile {
	return Tile{Corner: corner, SS: ss, FS: fs, Slow: l.slow, Fast: l.fast}
}

// Class is the class of detectors that the geometry is of.
func (g *Geometry) Class() Class { return g.class }

// PixelSize is the distance of neighbouring pixels along the fast scan, in metres.
func (g *Geometry) PixelSize() float64 { return g.pixel }

// PixelAspect is the height of the pixels of an image against their width: 1, or less for
// hexagons, whose rows reach into each other.
func (g *Geometry) PixelAspect() float64 {
	x, y := g.cell()
	return y / x
}

// Quadrants is how many quadrants the modules are in, 0 where they are in none.
func (g *Geometry) Quadrants() int { return g.quads }

// Shape is the shape of the data of one frame: modules, slow scan, fast scan.
func (g *Geometry) Shape() []int {
	slow, fast := g.moduleShape()
	return []int{g.modules, slow, fast}
}

// Tiles are the tiles of a module, a copy. Modules count from 0. It panics, as a slice
// does, where there is no such module.
func (g *Geometry) Tiles(module int) []Tile { return slices.Clone(g.tiles[module]) }

// TileStart is where a tile starts in the data of its module, along the slow and the
// fast scan.
func (g *Geometry) TileStart(tile int) (slow, fast int) { return g.start(tile) }

// MotorPositions are the positions of the motors that the geometry is right for, in
// millimetres, one row for each group of modules that moves as one. They are nil where
// that is not known.
func (g *Geometry) MotorPositions() [][]float64 { return cloneRows(g.motors) }

// WithMotorPositions is the same geometry, said to be right for other positions of the
// motors, see [Geometry.MotorPositions].
func (g *Geometry) WithMotorPositions(positions [][]float64) *Geometry {
	other := *g
	other.motors = cloneRows(positions)
	return &other
}

func cloneRows(rows [][]float64) [][]float64 {
	rows = slices.Clone(rows)
	for i, row := range rows {
		rows[i] = slices.Clone(row)
	}
	return rows
}

// crossing is a geometry as it goes to another process.
type crossing struct {
	Class                             Class
	Pixel                             float64
	Quads, Modules, PerModule, Across int
	Slow, Fast                        int
	Tiles                             [][]Tile
	Header                            Header
	Motors                            [][]float64
}

// GobEncode is all of the geometry.
func (g *Geometry) GobEncode() ([]byte, error) {
	var text bytes.Buffer
	err := gob.NewEncoder(&text).Encode(crossing{
		g.class, g.pixel, g.quads, g.modules, g.perModule, g.across, g.slow, g.fast, g.tiles, g.header, g.motors,
	})
	return text.Bytes(), err
}

// GobDecode is what [Geometry.GobEncode] was called with.
func (g *Geometry) GobDecode(text []byte) error {
	var c crossing
	err := gob.NewDecoder(bytes.NewReader(text)).Decode(&c)
	l := layout{c.Class, c.Pixel, c.Quads, c.Modules, c.PerModule, c.Across, c.Slow, c.Fast}
	*g = Geometry{l, c.Tiles, c.Header, c.Motors}
	return err
}
