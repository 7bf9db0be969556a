// Command powder puts the mean of all frames of a detector together.
package main

import (
	"cmp"
	"context"
	"flag"

	"extrapasha/examples/example"
	"extrapasha/extradata/detector"
	"extrapasha/extradata/geometry"
	"extrapasha/extradata/picture"
	psh "extrapasha/pasha"
)

func main() { example.Main("powder", powder) }

func powder(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("powder", flag.ContinueOnError)
	dir, where := flags.String("out", ".", "directory for the results"), flags.String("geometry", "", "CrystFEL file")
	det := psh.Must(detector.Open(psh.Must(example.Parse(flags, args))))
	frames := psh.Must(detector.Frames[float32](det, det.DataKey()))
	g := psh.Must(example.Geometry(det, *where))
	image := psh.Must(geometry.FrontImage(g, psh.Must(detector.Mean(frames, psh.Until(ctx), psh.Progress("modules")))))
	npy, png := psh.Must(example.Output(*dir, "powder.npy")), psh.Must(example.Output(*dir, "powder.png"))
	example.Table([2]string{"detector", det.String()}, [2]string{"array", npy}, [2]string{"picture", png})
	mean := psh.Must(picture.Image(image, picture.Labels{Title: "Mean of all frames of " + det.Name()}))
	mean.Aspect(g.PixelAspect())
	return cmp.Or(image.SaveNPY(npy), mean.Save(png))
}
