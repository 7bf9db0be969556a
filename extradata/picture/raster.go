package picture

import (
	"image"
	"image/color"
	"image/draw"
	"math"
	"slices"

	"gonum.org/v1/plot/palette"
	"gonum.org/v1/plot/palette/moreland"

	psh "extrapasha/pasha"
)

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
			draw.Draw(img, area, image.NewUniform(r.colour(r.At(row, col))), image.Point{}, draw.Src)
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
