package picture

import (
	"fmt"
	"image/color"

	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"

	psh "extrapasha/pasha"
)

// lineHeight is what each source takes, in pixels, where there are many.
const lineHeight = 22

// Missing draws which trains each of some sources has, a line for each, trains from left
// to right: present has for each name whether there is data for each train.
func Missing(names []string, present [][]bool, trainIDs []uint64, labels Labels) (*Picture, error) {
	if len(names) == 0 || len(trainIDs) == 0 {
		return nil, nothingTo(labels, fmt.Sprintf("%d sources, %d trains", len(names), len(trainIDs)))
	}
	if len(present) != len(names) {
		return nil, fmt.Errorf("picture %q: data of %d sources for %d names", labels.Title, len(present), len(names))
	}
	cells, err := psh.NewArray(make([]float64, len(names)*len(trainIDs)), len(names), len(trainIDs))
	if err != nil {
		return nil, err
	}
	upwards := make([]string, len(names))
	for i, trains := range present {
		if len(trains) != len(trainIDs) {
			return nil, fmt.Errorf("picture %q: %d trains of %s, expected %d", labels.Title, len(trains), names[i], len(trainIDs))
		}
		n := 0
		for j, there := range trains {
			if there {
				cells.Set(1, i, j)
				n++
			}
		}
		upwards[len(names)-1-i] = fmt.Sprintf("%s  %.0f %%", names[i], 100*float64(n)/float64(len(trainIDs)))
	}
	r := raster{cells, 0, 1, []color.Color{color.NRGBA{R: 0xe8, G: 0xb0, B: 0xa0, A: 0xff}, color.NRGBA{R: 0x20, G: 0x50, B: 0x80, A: 0xff}},
		fmt.Sprintf("%d sources, blue where there is data, trains %d to %d", len(names), trainIDs[0], trainIDs[len(trainIDs)-1])}
	p := newPlot(labels, "train ID (blue: there is data)", "")
	p.Add(plotter.NewImage(lines(r).image(), -0.5, -0.5, float64(len(trainIDs))-0.5, float64(len(names))-0.5))
	p.NominalY(upwards...)
	p.Y.Tick.Label.Font.Size = vg.Points(8)
	p.X.Tick.Marker = trainTicks(trainIDs)
	return &Picture{plot: p, height: max(Height, lineHeight*len(names)+100), raster: r}, nil
}

// lines puts room between the rows of a raster.
func lines(r raster) raster {
	const rows = 4 // for each
	r = r.resampled(r.Shape()[0], min(r.Shape()[1], 2*sharp))
	apart := r
	shape := r.Shape()
	apart.Array, _ = psh.NewArray(make([]float64, rows*shape[0]*shape[1]), rows*shape[0], shape[1])
	for i := range rows * shape[0] {
		for j := range shape[1] {
			value := r.At(i/rows, j)
			if i%rows == 0 {
				value = 0.5
			}
			apart.Set(value, i, j)
		}
	}
	apart.colours = []color.Color{r.colours[0], color.White, r.colours[1]}
	return apart
}
