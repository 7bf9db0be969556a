package picture

import (
	"fmt"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"

	psh "extrapasha/pasha"
)

// coloured is a picture of a raster that fills x from left to right and y from bottom to
// top.
func coloured(values psh.Array[float64], labels Labels, x, y string, left, right, bottom, top float64) *Picture {
	low, high := bounds(values.Data)
	colours := heatColours(low, high)
	r := raster{values, low, high, colours.Palette(shades).Colors(), fmt.Sprintf("%.4g to %.4g %s", low, high, labels.Units)}
	p := newPlot(labels, x, y)
	p.Add(plotter.NewImage(r.image(), left, bottom, right, top))
	scale := plot.New()
	scale.HideX()
	scale.Y.Label.Text = labels.Units
	scale.Add(&plotter.ColorBar{ColorMap: colours, Vertical: true})
	return &Picture{plot: p, scale: scale, height: Height, raster: r}
}

// floats are the values of rows and columns.
func floats[T psh.Number](values psh.Array[T], labels Labels, what string) (psh.Array[float64], error) {
	shape := values.Shape()
	if len(shape) != 2 {
		return psh.Array[float64]{}, fmt.Errorf("picture %q: an array of shape %v, expected %s", labels.Title, shape, what)
	}
	if values.Size() == 0 {
		return psh.Array[float64]{}, nothingTo(labels, fmt.Sprintf("its shape is %v", shape))
	}
	out, err := psh.NewArray(make([]float64, values.Size()), shape...)
	if err != nil {
		return out, err
	}
	i := 0
	for row := range shape[0] {
		for col := range shape[1] {
			out.Data[i] = float64(values.At(row, col))
			i++
		}
	}
	return out, nil
}

// Image draws an image, rows and columns, with the first row on top. Its pixels are
// square, but see [Picture.Aspect]. One that is more than twice as high as wide, such as a module of AGIPD, lies
// on its side: the first row is at the left, the first column on top. All but one in a
// hundred of the values share the colours; what is not a number is grey.
func Image[T psh.Number](values psh.Array[T], labels Labels) (*Picture, error) {
	image, err := floats(values, labels, "rows and columns")
	if err != nil {
		return nil, err
	}
	across, down := "column", "row"
	aside := image.Shape()[0] > 2*image.Shape()[1]
	if aside {
		image, across, down = image.T(), down, across
		labels.X, labels.Y = labels.Y, labels.X
	}
	rows, cols := float64(image.Shape()[0]), float64(image.Shape()[1])
	p := coloured(image, labels, across, down, -0.5, cols-0.5, -rows+0.5, 0.5)
	p.rows, p.cols, p.aside, p.aspect = rows, cols, aside, 1
	p.plot.X.Tick.Marker, p.plot.Y.Tick.Marker = along{cols, 1}, along{rows, -1}
	return p, nil
}

// Heat draws a row of values for each train, trains from left to right, the first value
// at the bottom. Colours are as those of [Image].
func Heat[T psh.Number](values psh.Array[T], trainIDs []uint64, labels Labels) (*Picture, error) {
	all, err := floats(values, labels, "a row for each train")
	if err != nil {
		return nil, err
	}
	trains, length := all.Shape()[0], all.Shape()[1]
	if trains != len(trainIDs) {
		return nil, fmt.Errorf("picture %q: %d rows for %d trains", labels.Title, trains, len(trainIDs))
	}
	upright, err := psh.NewArray(make([]float64, trains*length), length, trains)
	if err != nil {
		return nil, err
	}
	for i := range trains {
		for j := range length {
			upright.Set(all.At(i, j), length-1-j, i)
		}
	}
	p := coloured(upright, labels, "train ID", "", -0.5, float64(trains)-0.5, -0.5, float64(length)-0.5)
	p.plot.X.Tick.Marker = trainTicks(trainIDs)
	return p, nil
}

// along is the ticks of positions along a side, which go up or down with the axis.
type along struct{ length, direction float64 }

func (a along) Ticks(float64, float64) []plot.Tick {
	ticks := plot.DefaultTicks{}.Ticks(0, a.length-1)
	for i := range ticks {
		if ticks[i].Label != "" {
			ticks[i].Label = fmt.Sprint(int(ticks[i].Value))
		}
		ticks[i].Value *= a.direction
	}
	return ticks
}

// Aspect says how high the pixels of an image are against their width, more than 0: less
// than 1 for a detector whose rows are nearer to each other than its columns.
func (p *Picture) Aspect(aspect float64) {
	if p.aside {
		aspect = 1 / aspect
	}
	p.aspect = aspect
}

// fit makes room beside an image, or above and below, so that in an area of that size its
// pixels have the aspect that they are to have.
func (p *Picture) fit(width, height float64) {
	height /= p.aspect
	wide, tall := max(p.cols, p.rows*width/height), max(p.rows, p.cols*height/width)
	p.plot.X.Min, p.plot.X.Max = (p.cols-1-wide)/2, (p.cols-1+wide)/2
	p.plot.Y.Min, p.plot.Y.Max = -(p.rows-1+tall)/2, -(p.rows-1-tall)/2
}

// trainTicks labels positions of trains with their IDs.
func trainTicks(trainIDs []uint64) plot.Ticker {
	return labelled(func(x float64) string {
		if i := int(x); float64(i) == x && i >= 0 && i < len(trainIDs) {
			return fmt.Sprint(trainIDs[i])
		}
		return ""
	})
}

// labelled has the default ticks with other labels.
type labelled func(value float64) string

func (l labelled) Ticks(low, high float64) []plot.Tick {
	ticks := plot.DefaultTicks{}.Ticks(low, high)
	for i := range ticks {
		if ticks[i].Label != "" {
			ticks[i].Label = l(ticks[i].Value)
		}
	}
	return ticks
}
