package picture

import (
	"fmt"
	"image/color"

	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	psh "extrapasha/pasha"
)

// Scatter draws a point for each pair of values. Pairs with what is not a number are left
// out.
func Scatter(x, y []float64, labels Labels) (*Picture, error) {
	points, err := pointsOf(x, y, labels)
	if err != nil {
		return nil, err
	}
	dots, err := plotter.NewScatter(points)
	if err != nil {
		return nil, err
	}
	dots.Color, dots.Shape, dots.Radius = blue, draw.CircleGlyph{}, vg.Points(2)
	p := newPlot(labels, "", "")
	p.Add(plotter.NewGrid(), dots)
	return &Picture{plot: p, height: Height, raster: pointRaster(points, "over %.4g to %.4g")}, nil
}

// The terminal shows points as so many cells.
const pointRows, pointCols = 40, 160

// pointRaster has a cell for each place where there is a point. over tells from where to
// where they go.
func pointRaster(points plotter.XYs, over string) raster {
	left, right, low, high := plotter.XYRange(points)
	cells, err := psh.NewArray(make([]float64, pointRows*pointCols), pointRows, pointCols)
	if err != nil {
		panic(err) // the size is that of the shape
	}
	at := func(value, from, to float64, n int) int {
		if to == from {
			return n / 2
		}
		return int((value - from) / (to - from) * float64(n-1))
	}
	for _, point := range points {
		cells.Set(1, pointRows-1-at(point.Y, low, high, pointRows), at(point.X, left, right, pointCols))
	}
	return raster{cells, 0, 1, []color.Color{color.Black, color.White},
		fmt.Sprintf("%.4g to %.4g "+over, low, high, left, right)}
}
