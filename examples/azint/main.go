// Command azint integrates every frame of a detector about the beam: the intensity by
// radius of each pulse, and a picture of the mean.
package main

import (
	"cmp"
	"context"
	"flag"
	"math"

	"extrapasha/examples/example"
	"extrapasha/extradata/detector"
	"extrapasha/extradata/geometry"
	"extrapasha/extradata/picture"
	psh "extrapasha/pasha"
)

func main() { example.Main("azint", azint) }

type integration struct {
	Detector *detector.Detector
	Geometry *geometry.Geometry
	Profiles psh.Array[float64] // frames, radii
}

// radii is which pixels are how far from the beam, in steps of two pixels.
func radii(g *geometry.Geometry) *geometry.Bins {
	return psh.Must(geometry.NewBins(g, geometry.Integration{Axes: []geometry.Axis{{Of: geometry.Radius, Width: 2 * g.PixelSize()}}}))
}

var integrate = psh.Register("azint", func(a integration) psh.Kernel[detector.Frame[float32]] {
	bins := radii(a.Geometry)
	return func(worker, index int, frame detector.Frame[float32]) error {
		sums, counts := a.Profiles.Row(index).Data, make([]float64, bins.Len())
		for place, entry := range frame.Modules() {
			image := example.Image(entry)
			if mask, ok := example.Mask(a.Detector, frame, place); ok {
				for i, bad := range mask.Data {
					if bad != 0 {
						image.Data[i] = float32(math.NaN())
					}
				}
			}
			if err := geometry.IntegrateModule(bins, sums, counts, place, image); err != nil {
				return err
			}
		}
		for i := range sums {
			sums[i] /= counts[i]
		}
		return nil
	}
})

func azint(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("azint", flag.ContinueOnError)
	dir, where := flags.String("out", ".", "directory for the results"), flags.String("geometry", "", "CrystFEL file")
	det := psh.Must(detector.Open(psh.Must(example.Parse(flags, args))))
	g := psh.Must(example.Geometry(det, *where))
	frames := psh.Must(detector.Frames[float32](det, det.DataKey()))
	profiles := psh.Must(psh.AllocFor[float64](frames, radii(g).Len()))
	if err := integrate.Map(integration{det, g, profiles}, frames, psh.Until(ctx), psh.Progress("frames")); err != nil {
		return err
	}
	axis, mean := radii(g).Axes()[0], psh.Must(psh.NaNMean(profiles, 0))
	curve := psh.Must(picture.Curve(axis.Middles(), mean.Data, nil, picture.Labels{Title: det.Name(), X: "radius in m", Y: "mean intensity"}))
	npy, png := psh.Must(example.Output(*dir, "azint.npy")), psh.Must(example.Output(*dir, "azint.png"))
	example.Table([2]string{"frames", profiles.String()}, [2]string{"profiles", npy}, [2]string{"picture", png}, [2]string{"digest", example.Digest(profiles.Data)})
	return cmp.Or(profiles.SaveNPY(npy), curve.Save(png))
}
