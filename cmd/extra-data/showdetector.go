package main

import (
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"extrapasha/extradata"
	"extrapasha/extradata/detector"
	"extrapasha/extradata/draw"
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
	made := draw.Detector[float32]
	if w.radial {
		made = draw.Radial[float32]
	}
	title := fmt.Sprintf("%s, %s: mean of %d frames%s", det.Name(), key, frames.Len(), usual)
	return made(frames, g, title, psh.Until(c.Context()), psh.Progress("modules"))
}

// place is where the modules are, and what to say of that.
func (w *whole) place(det *detector.Detector) (g *geometry.Geometry, usual string, err error) {
	class := det.GeometryClass()
	switch {
	case class == "" || w.geometry == "":
		if g, err = det.UsualGeometry(); err != nil {
			return nil, "", err
		}
		slog.Warn("modules are shown where those of such detectors usually are; --geometry names a file", "detector", det.Name())
		return g, " (usual geometry)", nil
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
