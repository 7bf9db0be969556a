package picture

import (
	"fmt"
	"image/color"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"

	"extrapasha/extradata"
	psh "extrapasha/pasha"
)

// lineHeight is what each source takes, in pixels, where there are many.
const lineHeight = 22

// Missing draws which trains sources have, a line for each, trains from left to right.
func Missing(list []extradata.Missing, trainIDs []uint64, title string) (*Picture, error) {
	if len(list) == 0 || len(trainIDs) == 0 {
		return nil, fmt.Errorf("%s: there is nothing to draw", title)
	}
	cells, err := psh.NewArray(make([]float64, len(list)*len(trainIDs)), len(list), len(trainIDs))
	if err != nil {
		return nil, err
	}
	names := make([]string, len(list))
	for i, m := range list {
		for j, present := range m.Present {
			if present {
				cells.Set(1, i, j)
			}
		}
		names[len(list)-1-i] = fmt.Sprintf("%s  %.0f %%", m.Name(), 100*m.Part())
	}
	r := raster{cells, 0, 1, []color.Color{color.NRGBA{R: 0xe8, G: 0xb0, B: 0xa0, A: 0xff}, color.NRGBA{R: 0x20, G: 0x50, B: 0x80, A: 0xff}},
		fmt.Sprintf("%d sources, blue where there is data, trains %d to %d", len(list), trainIDs[0], trainIDs[len(trainIDs)-1])}
	p := plot.New()
	p.Title.Text = title
	p.Add(plotter.NewImage(lines(r).image(), -0.5, -0.5, float64(len(trainIDs))-0.5, float64(len(list))-0.5))
	p.NominalY(names...)
	p.Y.Tick.Label.Font.Size = vg.Points(8)
	p.X.Label.Text = "train ID (blue: there is data)"
	p.X.Tick.Marker = trainTicks(trainIDs)
	return &Picture{plot: p, height: max(Height, lineHeight*len(list)+100), raster: r}, nil
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
