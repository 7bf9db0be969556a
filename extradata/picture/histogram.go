package picture

import (
	"fmt"
	"math"

	"gonum.org/v1/plot/plotter"

	psh "extrapasha/pasha"
)

// Histogram draws how many values are in each bin. Bin i goes from edges[i] to
// edges[i+1]; edges ascend.
func Histogram[T psh.Number](counts []T, edges []float64, labels Labels) (*Picture, error) {
	if len(counts) == 0 {
		return nil, nothingTo(labels, "there are no bins")
	}
	if len(edges) != len(counts)+1 {
		return nil, fmt.Errorf("picture %q: %d edges of %d bins, expected one more than bins", labels.Title, len(edges), len(counts))
	}
	// A line up and down at each edge, from 0 to 0.
	outline := plotter.XYs{{X: edges[0]}}
	for i, count := range counts {
		if !(edges[i] < edges[i+1]) || math.IsInf(edges[i]-edges[i+1], 0) {
			return nil, fmt.Errorf("picture %q: bin %d goes from %v to %v, expected edges that ascend", labels.Title, i, edges[i], edges[i+1])
		}
		outline = append(outline, plotter.XY{X: edges[i], Y: float64(count)}, plotter.XY{X: edges[i+1], Y: float64(count)})
	}
	outline = append(outline, plotter.XY{X: edges[len(counts)]})
	area, err := plotter.NewLine(outline)
	if err != nil {
		return nil, fmt.Errorf("picture %q: %w", labels.Title, err)
	}
	area.Color, area.FillColor = blue, blue
	p := newPlot(labels, "", "count")
	p.Add(plotter.NewGrid(), area)
	return &Picture{plot: p, height: Height, raster: pointRaster(outline, "over %.4g to %.4g")}, nil
}
