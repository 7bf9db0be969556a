package main

import (
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"extrapasha/extradata"
	"extrapasha/extradata/detector"
	"extrapasha/extradata/geometry"
	"extrapasha/extradata/picture"
	psh "extrapasha/pasha"
)

// whole is how a whole detector is shown.
type whole struct {
	pulse    int
	geometry string
	radial   bool
}

// flags adds those for it.
func (w *whole) flags(c *cobra.Command) {
	c.Flags().IntVar(&w.pulse, "pulse", -1, "of a detector: one pulse of each train by its number, from 0")
	c.Flags().StringVar(&w.geometry, "geometry", "", "of a detector: where its modules are, a CrystFEL .geom file or the facility's .h5; else where they usually are")
	c.Flags().BoolVar(&w.radial, "radial", false, "of a detector: the mean intensity by the distance from the beam")
}

// asked is the first of the flags that was given, empty for none.
func (w *whole) asked(c *cobra.Command) string {
	for _, name := range []string{"pulse", "geometry", "radial"} {
		if c.Flags().Changed(name) {
			return name
		}
	}
	return ""
}

// detectorNamed is the detector of a run that has a name or class, nil where none has.
func detectorNamed(run *extradata.DataCollection, name string) (*detector.Detector, error) {
	found, err := detector.Identify(run)
	if err != nil {
		return nil, err
	}
	for _, one := range found {
		if name == one.Name || strings.EqualFold(name, one.Class) {
			return detector.Open(run, detector.Name(one.Name), detector.Class(one.Class))
		}
	}
	return nil, nil
}

// draw draws a key of all modules.
func (w *whole) draw(c *cobra.Command, det *detector.Detector, key string) (*picture.Picture, error) {
	if key == "" {
		key = det.DataKey()
	}
	frames, err := detector.Frames[float32](det, key)
	if err != nil {
		return nil, err
	}
	if w.pulse >= 0 {
		frames = frames.Where(func(p detector.Pulse) bool { return p.Position == w.pulse })
	}
	if frames.Len() == 0 {
		return nil, &extradata.NoDataError{Source: det.Name(), Key: key}
	}
	g, usual, err := w.place(det)
	if err != nil {
		return nil, err
	}
	mean, err := detector.Mean(frames, psh.Until(c.Context()), psh.Progress("modules"))
	if err != nil {
		return nil, err
	}
	title := fmt.Sprintf("%s, %s: mean of %d frames%s", det.Name(), key, frames.Len(), usual)
	if w.radial {
		return radialProfile(g, mean, title)
	}
	image, err := geometry.FrontImage(g, mean)
	if err != nil {
		return nil, err
	}
	drawn, err := picture.Image(image, picture.Labels{Title: title, X: "x in pixels, beam into the picture", Y: "y in pixels"})
	if err != nil {
		return nil, err
	}
	drawn.Aspect(g.PixelAspect())
	return drawn, nil
}

// place is where the modules are, and what to say of that.
func (w *whole) place(det *detector.Detector) (g *geometry.Geometry, usual string, err error) {
	class := geometry.Class(det.Geometry())
	switch {
	case class == "":
		return nil, "", fmt.Errorf("where the modules of %s are is not known: show one of %d sources such as %s", det.Name(), len(det.Modules()), det.Modules()[0].Source)
	case w.geometry == "":
		slog.Warn("modules are shown where those of such detectors usually are; --geometry names a file", "detector", det.Name())
		g, err = geometry.Usual(class, det.NumPlaces())
		return g, " (usual geometry)", err
	case strings.EqualFold(filepath.Ext(w.geometry), ".geom"):
		g, err = geometry.FromCrystFEL(w.geometry, class)
	default:
		var offsets geometry.Offsets
		if offsets, err = detector.ReadOffsets(w.geometry); err == nil {
			g, err = geometry.FromOffsets(class, offsets)
		}
		if err != nil {
			err = fmt.Errorf("%s: %w", w.geometry, err)
		}
	}
	return g, "", err
}

// radialProfile is the mean by the distance from the beam, in steps of a pixel.
func radialProfile(g *geometry.Geometry, mean psh.Array[float64], title string) (*picture.Picture, error) {
	axis := geometry.Axis{Of: geometry.Radius, Width: g.PixelSize()}
	bins, err := geometry.NewBins(g, geometry.Integration{Axes: []geometry.Axis{axis}})
	if err != nil {
		return nil, err
	}
	sums, counts := make([]float64, bins.Len()), make([]float64, bins.Len())
	if err := geometry.Integrate(bins, sums, counts, mean); err != nil {
		return nil, err
	}
	radii := bins.Axes()[0].Middles()
	for i := range sums {
		sums[i] /= counts[i]
		radii[i] *= 1000
	}
	return picture.Curve(radii, sums, nil, picture.Labels{Title: title, X: "distance from the beam in mm", Y: "mean intensity"})
}
