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

// viridis is the colour map that matplotlib has by default: even to the eye, as much
// lighter as the value is larger, for those who see no red or green too.
var viridis = []color.Color{
	color.NRGBA{R: 0x44, G: 0x01, B: 0x54, A: 0xff}, color.NRGBA{R: 0x48, G: 0x28, B: 0x78, A: 0xff},
	color.NRGBA{R: 0x3e, G: 0x49, B: 0x89, A: 0xff}, color.NRGBA{R: 0x31, G: 0x68, B: 0x8e, A: 0xff},
	color.NRGBA{R: 0x26, G: 0x82, B: 0x8e, A: 0xff}, color.NRGBA{R: 0x1f, G: 0x9e, B: 0x89, A: 0xff},
	color.NRGBA{R: 0x35, G: 0xb7, B: 0x79, A: 0xff}, color.NRGBA{R: 0x6e, G: 0xce, B: 0x58, A: 0xff},
	color.NRGBA{R: 0xb5, G: 0xde, B: 0x2b, A: 0xff}, color.NRGBA{R: 0xfd, G: 0xe7, B: 0x25, A: 0xff},
}

func heatColours(low, high float64) palette.ColorMap {
	colours, err := moreland.NewLuminance(viridis)
	if err != nil {
		panic(err) // they get lighter
	}
	colours.SetMin(low)
	colours.SetMax(high)
	return colours
}

// nothing is the colour of what is not a number.
var nothing = color.NRGBA{R: 0xd8, G: 0xd8, B: 0xd8, A: 0xff}

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
