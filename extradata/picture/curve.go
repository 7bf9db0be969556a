package picture

import (
	"fmt"
	"image/color"
	"math"

	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Curve draws values, in the order that they have, with bars as long as they are off at
// either side; no errors are no bars. Points that are not numbers are left out.
func Curve(x, y, errors []float64, labels Labels) (*Picture, error) {
	if errors != nil && len(errors) != len(y) {
		return nil, fmt.Errorf("picture %q: %d errors of %d values", labels.Title, len(errors), len(y))
	}
	points, err := pointsOf(x, y, labels)
	if err != nil {
		return nil, err
	}
	line, dots, err := plotter.NewLinePoints(points)
	if err != nil {
		return nil, err
	}
	line.Color, dots.Color, dots.Radius, dots.Shape = blue, blue, vg.Points(2), draw.CircleGlyph{}
	p := newPlot(labels, "", "")
	p.Add(plotter.NewGrid())
	if bars := barsOf(x, y, errors); len(bars.XYs) > 0 {
		plotted, err := plotter.NewYErrorBars(bars)
		if err != nil {
			return nil, err
		}
		plotted.Color = blue
		p.Add(plotted)
	}
	p.Add(line, dots)
	return &Picture{plot: p, height: Height, raster: pointRaster(points, "over %.4g to %.4g")}, nil
}

// bars are points with what they are off by.
type bars struct {
	plotter.XYs
	plotter.YErrors
}

func barsOf(x, y, errors []float64) (b bars) {
	for i, off := range errors {
		if sum := x[i] + y[i] + off; !math.IsNaN(sum) && !math.IsInf(sum, 0) {
			b.XYs = append(b.XYs, plotter.XY{X: x[i], Y: y[i]})
			b.YErrors = append(b.YErrors, struct{ Low, High float64 }{off, off})
		}
	}
	return b
}

// Mark draws a line on a picture of points or lines, at a height from one place to
// another, such as the step of a scan.
func (p *Picture) Mark(from, to, y float64) {
	mark, err := plotter.NewLine(plotter.XYs{{X: from, Y: y}, {X: to, Y: y}})
	if err != nil {
		return // it is not a number
	}
	mark.Color, mark.Width = color.NRGBA{R: 0xd0, G: 0x50, B: 0x10, A: 0xff}, vg.Points(3)
	p.plot.Add(mark)
}
