// Package picture draws data of a run: images, lines over trains, heat maps, and which
// trains sources miss. A picture goes into a file, or onto a terminal that can show
// colours.
package picture

import (
	"fmt"
	"image"
	"image/color"
	draw2d "image/draw"
	"io"
	"math"
	"path/filepath"
	"slices"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/palette"
	"gonum.org/v1/plot/palette/moreland"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"
	"gonum.org/v1/plot/vg/vgsvg"

	"extrapasha/internal/pending"
	psh "extrapasha/pasha"
)

// Width and Height are those of a picture, in pixels; one with many lines is higher.
const (
	Width  = 800
	Height = 600
)

// Picture is a picture that is drawn.
type Picture struct {
	plot   *plot.Plot
	scale  *plot.Plot // of colours, nil where there is none
	height int
	raster raster // for a terminal

	rows, cols float64 // of an image
}

// raster is the values of a picture in rows, the first on top.
type raster struct {
	psh.Array[float64]
	low, high float64
	colours   []color.Color
	caption   string
}

// shades is how many colours a map of colours is divided into.
const shades = 255

// colour maps that are even to the eye: as much lighter as the value is larger.
func heatColours(low, high float64) palette.ColorMap {
	colours := moreland.ExtendedBlackBody()
	colours.SetMin(low)
	colours.SetMax(high)
	return colours
}

// nothing is the colour of what is not a number.
var nothing = color.NRGBA{R: 0x90, G: 0xa0, B: 0xb0, A: 0xff}

// colour is that of a value.
func (r raster) colour(value float64) color.Color {
	if math.IsNaN(value) {
		return nothing
	}
	part := (value - r.low) / (r.high - r.low)
	return r.colours[int(min(max(part, 0), 1)*float64(len(r.colours)-1)+0.5)]
}

// sharp is how many pixels a raster has at least on each side when it is drawn, since
// the canvas smooths what it enlarges; it has at most twice as many.
const sharp = 1000

// image is the raster with so many pixels for each value that it stays sharp.
func (r raster) image() image.Image {
	r = r.resampled(min(r.Shape()[0], 2*sharp), min(r.Shape()[1], 2*sharp))
	rows, cols := r.Shape()[0], r.Shape()[1]
	tall, wide := (sharp+rows-1)/rows, (sharp+cols-1)/cols
	img := image.NewNRGBA(image.Rect(0, 0, cols*wide, rows*tall))
	for row := range rows {
		for col := range cols {
			area := image.Rect(col*wide, row*tall, (col+1)*wide, (row+1)*tall)
			draw2d.Draw(img, area, image.NewUniform(r.colour(r.At(row, col))), image.Point{}, draw2d.Src)
		}
	}
	return img
}

// resampled has so many rows and columns, not more than there are, each cell the mean
// of the values that it stands for.
func (r raster) resampled(rows, cols int) raster {
	height, width := r.Shape()[0], r.Shape()[1]
	if rows == height && cols == width {
		return r
	}
	small := r
	small.Array, _ = psh.NewArray(make([]float64, rows*cols), rows, cols)
	for i := range rows {
		for j := range cols {
			small.Set(r.mean(i*height/rows, (i+1)*height/rows, j*width/cols, (j+1)*width/cols), i, j)
		}
	}
	return small
}

// mean is that of the numbers in some rows and columns.
func (r raster) mean(top, bottom, left, right int) float64 {
	sum, count := 0.0, 0
	for row := top; row < bottom; row++ {
		for col := left; col < right; col++ {
			if value := r.At(row, col); !math.IsNaN(value) {
				sum, count = sum+value, count+1
			}
		}
	}
	return sum / float64(count)
}

// bounds are the values that all but one in a hundred lie between, so that a few hot
// pixels do not take all the colours.
func bounds(data []float64) (low, high float64) {
	values := slices.DeleteFunc(slices.Clone(data), func(v float64) bool { return math.IsNaN(v) || math.IsInf(v, 0) })
	if len(values) == 0 {
		return 0, 1
	}
	slices.Sort(values)
	low, high = values[len(values)/200], values[len(values)-1-len(values)/200]
	if low == high {
		high = low + 1
	}
	return low, high
}

// coloured is a picture of a raster that fills x from left to right and y from bottom to
// top.
func coloured(values psh.Array[float64], title, units string, left, right, bottom, top float64) *Picture {
	low, high := bounds(values.Data)
	colours := heatColours(low, high)
	r := raster{values, low, high, colours.Palette(shades).Colors(), fmt.Sprintf("%.4g to %.4g %s", low, high, units)}
	p := plot.New()
	p.Title.Text = title
	p.Add(plotter.NewImage(r.image(), left, bottom, right, top))
	scale := plot.New()
	scale.HideX()
	scale.Y.Label.Text = units
	scale.Add(&plotter.ColorBar{ColorMap: colours, Vertical: true})
	return &Picture{plot: p, scale: scale, height: Height, raster: r}
}

// Image draws an image, rows and columns, with the first row on top. Its pixels are
// square. One that is more than twice as high as wide, such as a module of AGIPD, lies
// on its side: the first row is at the left, the first column on top.
func Image(values psh.Array[float64], title, units string) *Picture {
	across, down := "column", "row"
	if shape := values.Shape(); shape[0] > 2*shape[1] {
		values, across, down = values.T(), down, across
	}
	rows, cols := float64(values.Shape()[0]), float64(values.Shape()[1])
	p := coloured(values, title, units, -0.5, cols-0.5, -rows+0.5, 0.5)
	p.rows, p.cols = rows, cols
	p.plot.X.Label.Text, p.plot.Y.Label.Text = across, down
	p.plot.X.Tick.Marker, p.plot.Y.Tick.Marker = along{cols, 1}, along{rows, -1}
	return p
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

// square makes room beside an image, or above and below, so that in an area of that
// size its pixels are square.
func (p *Picture) square(width, height float64) {
	wide, tall := max(p.cols, p.rows*width/height), max(p.rows, p.cols*height/width)
	p.plot.X.Min, p.plot.X.Max = (p.cols-1-wide)/2, (p.cols-1+wide)/2
	p.plot.Y.Min, p.plot.Y.Max = -(p.rows-1+tall)/2, -(p.rows-1-tall)/2
}

// Heat draws a row of values for each train, trains from left to right, the first value
// at the bottom.
func Heat(values psh.Array[float64], trainIDs []uint64, title, what, units string) *Picture {
	trains, length := values.Shape()[0], values.Shape()[1]
	upright, _ := psh.NewArray(make([]float64, trains*length), length, trains)
	for i := range trains {
		for j := range length {
			upright.Set(values.At(i, j), length-1-j, i)
		}
	}
	p := coloured(upright, title, units, -0.5, float64(trains)-0.5, -0.5, float64(length)-0.5)
	p.plot.X.Label.Text, p.plot.Y.Label.Text = "train ID", what
	p.plot.X.Tick.Marker = trainTicks(trainIDs)
	return p
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

// Save writes the picture to a .png or .svg file, which appears complete or not at all.
func (p *Picture) Save(path string) error { return Save(path, p) }

// Save writes pictures to a file, one below the other, as [Picture.Save] does one.
func Save(path string, pictures ...*Picture) error {
	height := 0
	for _, p := range pictures {
		height = max(height, p.height)
	}
	size := [2]vg.Length{vg.Length(Width) * vg.Inch / 96, vg.Length(height) * vg.Inch / 96}
	var canvas interface {
		vg.CanvasSizer
		io.WriterTo
	}
	switch strings.ToLower(filepath.Ext(path)) {
	case ".png":
		canvas = vgimg.PngCanvas{Canvas: vgimg.New(size[0], size[1])}
	case ".svg":
		canvas = vgsvg.New(size[0], size[1])
	default:
		return fmt.Errorf("%s: a picture is a .png or .svg file", path)
	}
	area := draw.New(canvas)
	part := area.Size().Y / vg.Length(len(pictures))
	for i, p := range pictures {
		p.draw(draw.Crop(area, 0, 0, part*vg.Length(len(pictures)-1-i), -part*vg.Length(i)))
	}
	return pending.Write(path, 0o644, func(w io.Writer) error {
		_, err := canvas.WriteTo(w)
		return err
	})
}

func (p *Picture) draw(area draw.Canvas) {
	if p.scale == nil {
		p.plot.Draw(draw.Crop(area, 5, -15, 5, -5))
		return
	}
	const room = 70
	if p.rows > 0 { // what is left beside title, labels and ticks
		p.square(float64(area.Size().X)-room-60, float64(area.Size().Y)-65)
	}
	p.plot.Draw(draw.Crop(area, 5, -room-5, 5, -5))
	p.scale.Draw(draw.Crop(area, area.Size().X-room, -10, 40, -30))
}
