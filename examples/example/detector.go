package example

import (
	"extrapasha/extradata/detector"
	"extrapasha/extradata/geometry"
	psh "extrapasha/pasha"
)

// Geometry is where the modules of a detector are: as a CrystFEL file says, or without one
// where such detectors usually are.
func Geometry(det *detector.Detector, path string) (*geometry.Geometry, error) {
	if path == "" {
		return det.UsualGeometry()
	}
	return geometry.FromCrystFEL(path, det.GeometryClass())
}

// Mask is that of a module's image, where the data have one: not 0 for bad pixels.
func Mask[T any](det *detector.Detector, frame detector.Frame[T], place int) (mask psh.Array[uint32], ok bool) {
	if det.IsRaw() {
		return mask, false
	}
	return detector.Other[uint32](frame, det.MaskKey(), place)
}
