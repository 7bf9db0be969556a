package draw

import (
	"extrapasha/extradata"
	"extrapasha/extradata/detector"
	"extrapasha/extradata/geometry"
	"extrapasha/extradata/picture"
	psh "extrapasha/pasha"
)

// Detector draws the mean of frames, put together as seen along the beam. Options are those
// of the map that makes the mean, which reads all frames. The error is a
// [*extradata.NoDataError] where there are none.
func Detector[T psh.Number](frames *detector.FramesOf[T], g *geometry.Geometry, title string, options ...psh.MapOption) (*picture.Picture, error) {
	mean, err := meanOf(frames, options)
	if err != nil {
		return nil, err
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

// Radial draws the mean intensity of frames by the distance from the beam, in steps of a
// pixel, else as [Detector].
func Radial[T psh.Number](frames *detector.FramesOf[T], g *geometry.Geometry, title string, options ...psh.MapOption) (*picture.Picture, error) {
	mean, err := meanOf(frames, options)
	if err != nil {
		return nil, err
	}
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

func meanOf[T psh.Number](frames *detector.FramesOf[T], options []psh.MapOption) (psh.Array[float64], error) {
	if frames.Len() == 0 {
		det := frames.Detector()
		return psh.Array[float64]{}, &extradata.NoDataError{Source: det.Name(), Key: det.DataKey()}
	}
	return detector.Mean(frames, options...)
}
