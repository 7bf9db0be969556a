package picture

import (
	"fmt"
	"image/color"
	"math"

	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// mostPoints is as many as a line shows one by one; of more, the smallest and the
// largest of each stretch are shown.
const mostPoints = 4000

// blue is the colour of lines and points.
var blue = color.NRGBA{R: 0x1b, G: 0x4f, B: 0x9c, A: 0xff}

// Line draws a value for each train ID, of which there may be several of a train. What
// is not a number is left out.
func Line(trainIDs []uint64, values []float64, labels Labels) (*Picture, error) {
	x := make([]float64, len(trainIDs))
	for i, id := range trainIDs {
		x[i] = float64(id)
	}
	points, err := pointsOf(x, values, labels)
	if err != nil {
		return nil, err
	}
	points = thin(points)
	line, dots, err := plotter.NewLinePoints(points)
	if err != nil {
		return nil, err
	}
	line.Color, dots.Color, dots.Radius, dots.Shape = blue, blue, vg.Points(1.2), draw.CircleGlyph{}
	p := newPlot(labels, "train ID", "")
	p.X.Tick.Marker = labelled(func(x float64) string { return fmt.Sprintf("%.0f", x) })
	p.Add(plotter.NewGrid(), line, dots)
	return &Picture{plot: p, height: Height, raster: pointRaster(points, "over trains %.0f to %.0f")}, nil
}

// pointsOf are the points where both values are numbers.
func pointsOf(x, y []float64, labels Labels) (plotter.XYs, error) {
	if len(x) != len(y) {
		return nil, fmt.Errorf("picture %q: %d values for %d", labels.Title, len(y), len(x))
	}
	var points plotter.XYs
	for i := range x {
		if sum := x[i] + y[i]; !math.IsNaN(sum) && !math.IsInf(sum, 0) {
			points = append(points, plotter.XY{X: x[i], Y: y[i]})
		}
	}
	if len(points) == 0 {
		return nil, nothingTo(labels, "there are no numbers")
	}
	return points, nil
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
