package main

import (
	"fmt"
	"math"
	"slices"

	"github.com/google/renameio/v2"
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/palette/moreland"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"

	"extrapasha/examples/internal/example"
	"extrapasha/extradata"
	psh "extrapasha/pasha"
)

// save writes the arrays and the picture and returns where they are.
func save(r result, key *extradata.KeyData, dir string) (npz, png string, err error) {
	if npz, err = example.Output(dir, "trainmean.npz"); err != nil {
		return "", "", err
	}
	ids, err := psh.NewArray(key.TrainIDs())
	if err != nil {
		return "", "", err
	}
	if err := psh.SaveNPZ(npz, map[string]psh.NPY{"mean": r.mean, "intensity": r.intensity, "trainId": ids}); err != nil {
		return "", "", err
	}
	if png, err = example.Output(dir, "trainmean.png"); err != nil {
		return "", "", err
	}
	return npz, png, picture(png, r, key)
}

// grid shows an image with its rows from left to right.
type grid struct {
	psh.Array[float64]
	low, high float64
}

func (g grid) Dims() (cols, rows int) { return g.Shape()[0], g.Shape()[1] }
func (g grid) X(col int) float64      { return float64(col) }
func (g grid) Y(row int) float64      { return float64(row) }

// Z is cut off at the ends of the colour scale.
func (g grid) Z(col, row int) float64 {
	value := g.At(col, row)
	if math.IsNaN(value) {
		return value
	}
	return min(max(value, g.low), g.high)
}

// bounds are the values that all but one in a hundred pixels lie between, so that
// a few hot pixels do not take all the colours.
func bounds(a psh.Array[float64]) (low, high float64) {
	values := slices.DeleteFunc(slices.Clone(a.Data), math.IsNaN)
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

// picture draws the mean image above the intensity of the trains.
func picture(path string, r result, key *extradata.KeyData) error {
	image := plot.New()
	image.Title.Text = fmt.Sprintf("Mean of %d entries: %s, %s", key.Shape()[0], key.Source(), key.Key())
	image.X.Label.Text, image.Y.Label.Text = "row", "column"
	low, high := bounds(r.mean)
	colours := moreland.ExtendedBlackBody()
	colours.SetMin(low)
	colours.SetMax(high)
	heat := plotter.NewHeatMap(grid{r.mean, low, high}, colours.Palette(255))
	heat.Min, heat.Max = low, high
	heat.Rasterized = true
	image.Add(heat)

	scale := plot.New()
	scale.HideX()
	scale.Y.Padding = 0
	scale.Add(&plotter.ColorBar{ColorMap: colours, Vertical: true})

	line := plot.New()
	line.X.Label.Text, line.Y.Label.Text = "train", "mean intensity"
	points := plotter.XYs{}
	for i, value := range r.intensity.Data {
		if !math.IsNaN(value) {
			points = append(points, plotter.XY{X: float64(i), Y: value})
		}
	}
	if len(points) > 0 {
		trains, err := plotter.NewScatter(points)
		if err != nil {
			return err
		}
		trains.Radius = vg.Points(1.5)
		line.Add(trains, plotter.NewGrid())
	}

	canvas := vgimg.New(800*vg.Inch/96, 600*vg.Inch/96)
	area := draw.New(canvas)
	half := area.Size().Y * 0.4
	image.Draw(draw.Crop(area, 0, -70, half, 0))
	scale.Draw(draw.Crop(area, area.Size().X-65, -10, half+35, -20))
	line.Draw(draw.Crop(area, 0, -10, 0, -area.Size().Y+half))

	file, err := renameio.NewPendingFile(path, renameio.WithPermissions(0o644))
	if err != nil {
		return fmt.Errorf("cannot write %s: %w", path, err)
	}
	defer file.Cleanup()
	if _, err := (vgimg.PngCanvas{Canvas: canvas}).WriteTo(file); err != nil {
		return fmt.Errorf("cannot write %s: %w", path, err)
	}
	return file.CloseAtomicallyReplace()
}
