package picture

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"github.com/muesli/termenv"

	"extrapasha/internal/printable"
)

// String tells the title, and from where to where values go.
func (p *Picture) String() string {
	return strings.Trim(printable.Line(p.plot.Title.Text)+": "+printable.Line(strings.TrimSpace(p.raster.caption)), ": ")
}

// Print shows the picture on a terminal of so many columns, two pixels to a character.
func (p *Picture) Print(w io.Writer, columns int, profile termenv.Profile) error {
	out := bufio.NewWriter(w)
	fmt.Fprintln(out, printable.Line(p.plot.Title.Text))
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
	fmt.Fprintln(out, printable.Line(r.caption))
	return out.Flush()
}

// shrunk has at most so many columns and rows, in the same proportion.
func (r raster) shrunk(columns, rows int) raster {
	height, width := r.Shape()[0], r.Shape()[1]
	factor := max(float64(width)/float64(columns), float64(height)/float64(rows), 1)
	return r.resampled(max(int(float64(height)/factor), 1), max(int(float64(width)/factor), 1))
}
