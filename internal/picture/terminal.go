package picture

import (
	"bufio"
	"fmt"
	"io"
	"math"

	"github.com/muesli/termenv"

	psh "extrapasha/pasha"
)

// Print shows the picture on a terminal of so many columns, two pixels to a character.
func (p *Picture) Print(w io.Writer, columns int, profile termenv.Profile) error {
	out := bufio.NewWriter(w)
	fmt.Fprintln(out, p.plot.Title.Text)
	r := p.raster.shrunk(columns, 2*max(columns/3, 10))
	rows, cols := r.Shape()[0], r.Shape()[1]
	for row := 0; row < rows; row += 2 {
		for col := range cols {
			cell := termenv.String("▀").Foreground(profile.FromColor(r.colour(r.At(row, col))))
			if row+1 < rows {
				cell = cell.Background(profile.FromColor(r.colour(r.At(row+1, col))))
			}
			fmt.Fprint(out, cell)
		}
		fmt.Fprintln(out)
	}
	fmt.Fprintln(out, r.caption)
	return out.Flush()
}

// shrunk has at most so many columns and rows, each cell the mean of the values that it
// stands for, in the same proportion; one that is small enough is as it is.
func (r raster) shrunk(columns, rows int) raster {
	height, width := r.Shape()[0], r.Shape()[1]
	factor := math.Max(float64(width)/float64(columns), float64(height)/float64(rows))
	if factor <= 1 {
		return r
	}
	small := r
	h, w := max(int(float64(height)/factor), 1), max(int(float64(width)/factor), 1)
	small.Array, _ = psh.NewArray(make([]float64, h*w), h, w)
	for i := range h {
		for j := range w {
			small.Set(r.mean(i*height/h, max((i+1)*height/h, i*height/h+1), j*width/w, max((j+1)*width/w, j*width/w+1)), i, j)
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
