package geometry

import (
	"fmt"

	"gonum.org/v1/gonum/spatial/r3"
)

// Arrow tells that a corner of a tile is elsewhere in another geometry. It is in pixels,
// along x and y.
type Arrow struct {
	Module, Tile int
	X, Y         float64 // where the corner is
	DX, DY       float64 // how far away the other one is
}

// Compare is an arrow for every tile's first and opposite corner that is elsewhere in
// another geometry of the same layout.
func (g *Geometry) Compare(other *Geometry) ([]Arrow, error) {
	if g.layout != other.layout {
		return nil, fmt.Errorf("geometry: %w: %s %v cannot be compared to %s %v", ErrGeometry, g.Class(), g.Shape(), other.Class(), other.Shape())
	}
	var arrows []Arrow
	perMetre := 1 / g.pixel
	for m, tiles := range g.tiles {
		for t, tile := range tiles {
			here, there := tile.Corners(), other.tiles[m][t].Corners()
			for _, corner := range []int{0, 2} {
				by := r3.Sub(there[corner], here[corner])
				if by.X != 0 || by.Y != 0 {
					arrows = append(arrows, Arrow{m, t, here[corner].X * perMetre, here[corner].Y * perMetre, by.X * perMetre, by.Y * perMetre})
				}
			}
		}
	}
	return arrows, nil
}
