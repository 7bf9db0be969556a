package example

import (
	"context"

	"extrapasha/extradata/detector"
	"extrapasha/extradata/geometry"
	psh "extrapasha/pasha"
)

// Geometry is where the modules of a detector are: as a CrystFEL file says, or without one
// where such detectors usually are.
func Geometry(det *detector.Detector, path string) (*geometry.Geometry, error) {
	class := geometry.Class(det.Geometry())
	if path == "" {
		return geometry.Usual(class, det.NumPlaces())
	}
	return geometry.FromCrystFEL(path, class)
}

// Mask is that of a module's image, where the data have one: not 0 for bad pixels.
func Mask[T any](det *detector.Detector, frame detector.Frame[T], place int) (mask psh.Array[uint32], ok bool) {
	if det.IsRaw() {
		return mask, false
	}
	return detector.Other[uint32](frame, det.MaskKey(), place)
}

// Together is the mean of frames, put together.
func Together(ctx context.Context, frames *detector.FramesOf[float32], g *geometry.Geometry) (image psh.Array[float64], err error) {
	mean, err := detector.Mean(frames, psh.Until(ctx), psh.Progress("modules"))
	if err != nil {
		return image, err
	}
	return geometry.FrontImage(g, mean)
}
