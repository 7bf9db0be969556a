package picture

import (
	"fmt"
	"image/color"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	psh "extrapasha/pasha"
)

// mostPoints is as many as a line shows one by one; of more, the smallest and the
// largest of each stretch are shown.
const mostPoints = 4000

// Line draws a value for each train ID, of which there may be several of a train.
func Line(trainIDs []uint64, values []float64, title, what string) (*Picture, error) {
	points := plotter.XYs{}
	for i, value := range values {
		if !math.IsNaN(value) && !math.IsInf(value, 0) {
			points = append(points, plotter.XY{X: float64(trainIDs[i]), Y: value})
		}
	}
	if len(points) == 0 {
		return nil, fmt.Errorf("%s: there is nothing to draw", title)
	}
	points = thin(points)
	line, dots, err := plotter.NewLinePoints(points)
	if err != nil {
		return nil, err
	}
	blue := color.NRGBA{R: 0x1b, G: 0x4f, B: 0x9c, A: 0xff}
	line.Color, dots.Color, dots.Radius, dots.Shape = blue, blue, vg.Points(1.2), draw.CircleGlyph{}
	p := plot.New()
	p.Title.Text, p.X.Label.Text, p.Y.Label.Text = title, "train ID", what
	p.X.Tick.Marker = labelled(func(x float64) string { return fmt.Sprintf("%.0f", x) })
	p.Add(plotter.NewGrid(), line, dots)
	return &Picture{plot: p, height: Height, raster: lineRaster(points)}, nil
}

func thin(points plotter.XYs) plotter.XYs {
	if len(points) <= mostPoints {
		return points
	}
	const stretches = mostPoints / 2
	var thinned plotter.XYs
	for i := range stretches {
		part := points[i*len(points)/stretches : (i+1)*len(points)/stretches]
		low, high := part[0], part[0]
		for _, point := range part {
			if point.Y < low.Y {
				low = point
			}
			if point.Y > high.Y {
				high = point
			}
		}
		if low.X <= high.X {
			thinned = append(thinned, low, high)
		} else {
			thinned = append(thinned, high, low)
		}
	}
	return thinned
}

// The terminal shows a line as so many cells.
const lineRows, lineCols = 40, 160

// lineRaster has a cell for each place that the line goes through.
func lineRaster(points plotter.XYs) raster {
	left, right, low, high := plotter.XYRange(points)
	cells, err := psh.NewArray(make([]float64, lineRows*lineCols), lineRows, lineCols)
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
		cells.Set(1, lineRows-1-at(point.Y, low, high, lineRows), at(point.X, left, right, lineCols))
	}
	return raster{cells, 0, 1, []color.Color{color.Black, color.White},
		fmt.Sprintf("%.4g to %.4g over trains %.0f to %.0f", low, high, left, right)}
}
