package example

import (
	"context"

	"extrapasha/extradata/detector"
	"extrapasha/extradata/draw"
	"extrapasha/extradata/geometry"
	"extrapasha/extradata/picture"
	psh "extrapasha/pasha"
)

// Geometry is where the modules of a detector are: as a CrystFEL file says, or without one
// where such detectors usually are.
func Geometry(det *detector.Detector, path string) (*geometry.Geometry, error) {
	if path == "" {
		return det.UsualGeometry()
	}
	return geometry.FromCrystFEL(path, geometry.Class(det.Geometry()))
}

// Mask is that of a module's image, where the data have one: not 0 for bad pixels.
func Mask[T any](det *detector.Detector, frame detector.Frame[T], place int) (mask psh.Array[uint32], ok bool) {
	if det.IsRaw() {
		return mask, false
	}
	return detector.Other[uint32](frame, det.MaskKey(), place)
}

// Together is the mean of frames, put together as a picture.
func Together(ctx context.Context, frames *detector.FramesOf[float32], g *geometry.Geometry, title string) (*picture.Picture, error) {
	return draw.Detector(frames, g, title, psh.Until(ctx), psh.Progress("modules"))
}
