package geometry

import (
	"math"

	"gonum.org/v1/gonum/spatial/r3"
)

// Move is the geometry with every tile shifted by what shift tells of it, x, y and z in
// metres. To move the beam down in the image, move the geometry up. Motor positions no
// longer hold, and are left out.
//
//	up := g.Move(func(module, tile int) r3.Vec { return r3.Vec{Y: 2e-3} })
func (g *Geometry) Move(shift func(module, tile int) r3.Vec) (*Geometry, error) {
	return g.changed(func(m, t int, tile Tile) Tile {
		tile.Corner = add(tile.Corner, shift(m, t))
		return tile
	})
}

// Turn is a rotation about a point. Angles are about the axes x, y and z, in radians: the
// tile is turned about z first, then about y and x. A positive one turns the top (x) and
// the right-hand edge, looking along the beam, (y) away from the source, and the detector
// clockwise (z).
type Turn struct{ Angles, About r3.Vec }

// Rotate is the geometry with every tile turned as turn tells of it, see [Tile.Centre]
// and [Geometry.Centre] for points to turn it about.
func (g *Geometry) Rotate(turn func(module, tile int) Turn) (*Geometry, error) {
	return g.changed(func(m, t int, tile Tile) Tile {
		by := turn(m, t)
		matrix := rotation(by.Angles)
		return Tile{
			Corner: add(apply(matrix, r3.Sub(tile.Corner, by.About)), by.About),
			SS:     apply(matrix, tile.SS),
			FS:     apply(matrix, tile.FS),
			Slow:   tile.Slow,
			Fast:   tile.Fast,
		}
	})
}

// Centre is the middle of a module: the mean of the middles of its tiles. It panics, as a
// slice does, where there is no such module.
func (g *Geometry) Centre(module int) r3.Vec {
	var sum r3.Vec
	for _, tile := range g.tiles[module] {
		sum = add(sum, tile.Centre())
	}
	n := float64(len(g.tiles[module]))
	return r3.Vec{X: sum.X / n, Y: sum.Y / n, Z: sum.Z / n}
}

func (g *Geometry) changed(change func(m, t int, tile Tile) Tile) (*Geometry, error) {
	tiles := make([][]Tile, len(g.tiles))
	for m := range tiles {
		tiles[m] = g.Tiles(m)
		for t := range tiles[m] {
			tiles[m][t] = change(m, t, tiles[m][t])
		}
	}
	other, err := newGeometry(g.layout, tiles)
	if err != nil {
		return nil, err
	}
	other.header = g.header
	return other, nil
}

type matrix [3]r3.Vec // rows

// rotation is Rx·Ry·Rz.
func rotation(angles r3.Vec) matrix {
	sx, cx := math.Sincos(angles.X)
	sy, cy := math.Sincos(angles.Y)
	sz, cz := math.Sincos(angles.Z)
	x := matrix{{X: 1}, {Y: cx, Z: -sx}, {Y: sx, Z: cx}}
	y := matrix{{X: cy, Z: sy}, {Y: 1}, {X: -sy, Z: cy}}
	z := matrix{{X: cz, Y: -sz}, {X: sz, Y: cz}, {Z: 1}}
	return multiply(multiply(x, y), z)
}

func multiply(a, b matrix) (product matrix) {
	for i, row := range a {
		product[i] = add(add(scale(row.X, b[0]), scale(row.Y, b[1])), scale(row.Z, b[2]))
	}
	return product
}

func apply(m matrix, v r3.Vec) r3.Vec {
	dot := func(row r3.Vec) float64 { return float64(row.X*v.X) + float64(row.Y*v.Y) + float64(row.Z*v.Z) }
	return r3.Vec{X: dot(m[0]), Y: dot(m[1]), Z: dot(m[2])}
}
