// Package picture draws arrays: images, a row of values for each train, lines, points,
// histograms, and which trains are missing. It knows nothing of runs.
//
//	p, err := picture.Image(mean, picture.Labels{Title: "dark", Units: "ADU"})
//	…
//	err = p.Save("dark.png")
//
// A picture goes into a .png or .svg file ([Picture.Save], and [Save] for several of them
// below each other), into memory ([Picture.PNG], [Picture.SVG]), or onto a terminal that
// can show colours ([Picture.Print]).
package picture

import (
	"bytes"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"
	"gonum.org/v1/plot/vg/vgsvg"

	"extrapasha/internal/pending"
)

// Width and Height are those of a picture, in pixels; one with many lines is higher.
const (
	Width  = 800
	Height = 600
)

// Labels is what is written on a picture. What is empty is left out, but for the axes
// that a picture has names for itself.
type Labels struct {
	Title string
	// X and Y name the axes.
	X, Y string
	// Units are those of the values that colours stand for.
	Units string
}

// Picture is a picture that is drawn.
type Picture struct {
	plot   *plot.Plot
	scale  *plot.Plot // of colours, nil where there is none
	height int
	raster raster // for a terminal
	texts  map[string]string

	rows, cols float64 // of an image
	aside      bool    // it lies on its side
	aspect     float64 // how high its pixels are as drawn against their width
}

// newPlot has the labels, or those that it is given where they are empty.
func newPlot(labels Labels, x, y string) *plot.Plot {
	p := plot.New()
	p.Title.Text, p.X.Label.Text, p.Y.Label.Text = labels.Title, x, y
	if labels.X != "" {
		p.X.Label.Text = labels.X
	}
	if labels.Y != "" {
		p.Y.Label.Text = labels.Y
	}
	return p
}

// nothingTo is the error of a picture without anything in it.
func nothingTo(labels Labels, reason string) error {
	return fmt.Errorf("picture %q: there is nothing to draw: %s", labels.Title, reason)
}

// Save writes the picture to a .png or .svg file, which appears complete or not at all.
func (p *Picture) Save(path string) error { return Save(path, p) }

// PNG is the picture as a PNG file has it.
func (p *Picture) PNG() ([]byte, error) { return encode(".png", p) }

// SVG is the picture as an SVG file has it.
func (p *Picture) SVG() ([]byte, error) { return encode(".svg", p) }

// Save writes pictures to a file, one below the other, as [Picture.Save] does one.
func Save(path string, pictures ...*Picture) error {
	content, err := encode(strings.ToLower(filepath.Ext(path)), pictures...)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return pending.Write(path, 0o644, func(w io.Writer) error {
		_, err := w.Write(content)
		return err
	})
}

func encode(format string, pictures ...*Picture) ([]byte, error) {
	if len(pictures) == 0 {
		return nil, fmt.Errorf("there are no pictures")
	}
	height := 0
	for _, p := range pictures {
		height = max(height, p.height)
	}
	size := [2]vg.Length{vg.Length(Width) * vg.Inch / 96, vg.Length(height) * vg.Inch / 96}
	var canvas interface {
		vg.CanvasSizer
		io.WriterTo
	}
	switch format {
	case ".png":
		canvas = vgimg.PngCanvas{Canvas: vgimg.New(size[0], size[1])}
	case ".svg":
		canvas = vgsvg.New(size[0], size[1])
	default:
		return nil, fmt.Errorf("a picture is a .png or .svg file")
	}
	area := draw.New(canvas)
	part := area.Size().Y / vg.Length(len(pictures))
	for i, p := range pictures {
		p.draw(draw.Crop(area, 0, 0, part*vg.Length(len(pictures)-1-i), -part*vg.Length(i)))
	}
	var content bytes.Buffer
	if _, err := canvas.WriteTo(&content); err != nil {
		return nil, err
	}
	return withTexts(content.Bytes(), format, pictures), nil
}

func (p *Picture) draw(area draw.Canvas) {
	if p.scale == nil {
		p.plot.Draw(draw.Crop(area, 5, -15, 5, -5))
		return
	}
	const room = 70
	if p.rows > 0 { // what is left beside title, labels and ticks
		p.fit(float64(area.Size().X)-room-60, float64(area.Size().Y)-65)
	}
	p.plot.Draw(draw.Crop(area, 5, -room-5, 5, -5))
	p.scale.Draw(draw.Crop(area, area.Size().X-room, -10, 40, -30))
}
