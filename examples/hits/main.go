// Command hits finds the frames of a detector in which the sample was hit: those whose
// light in bright pixels stands out. They go into a list, the brightest first, and the
// mean of the ten best into a picture.
package main

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"

	"extrapasha/examples/example"
	"extrapasha/extradata/detector"
	"extrapasha/extradata/draw"
	psh "extrapasha/pasha"
)

func main() { example.Main("hits", hits) }

type search struct {
	Detector *detector.Detector
	Bright   float32            // pixels count from here on
	Light    psh.Array[float64] // frames
}

var find = psh.Register("hits", func(s search) psh.Kernel[detector.Frame[float32]] {
	return func(worker, index int, frame detector.Frame[float32]) error {
		for place, entry := range frame.Modules() {
			image := example.Image(entry)
			mask, masked := example.Mask(s.Detector, frame, place)
			for i, x := range image.Data {
				if x > s.Bright && !(masked && mask.Data[i] != 0) {
					s.Light.Data[index] += float64(x)
				}
			}
		}
		return nil
	}
})

func hits(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("hits", flag.ContinueOnError)
	dir, where := flags.String("out", ".", "directory for the results"), flags.String("geometry", "", "CrystFEL file")
	bright, above := flags.Float64("bright", 10, "pixels count from this value on"), flags.Float64("above", 1.1, "a hit has so many times the light of the median frame")
	det := psh.Must(detector.Open(psh.Must(example.Parse(flags, args))))
	frames := psh.Must(detector.Frames[float32](det, det.DataKey()))
	light := psh.Must(psh.AllocFor[float64](frames))
	if err := find.Map(search{det, float32(*bright), light}, frames, psh.Until(ctx), psh.Progress("frames")); err != nil {
		return err
	}
	pulses, least := maps.Collect(frames.All()), *above*psh.Must(psh.Median(light)).Data[0]
	order := slices.SortedFunc(maps.Keys(pulses), func(a, b int) int { return cmp.Or(cmp.Compare(light.Data[b], light.Data[a]), a-b) })
	hits, list := 0, "trainId,pulseId,light\n"
	for _, i := range order {
		if light.Data[i] > least {
			hits++
			list += fmt.Sprintf("%d,%d,%v\n", pulses[i].TrainID, pulses[i].PulseID, light.Data[i])
		}
	}
	path, png := psh.Must(example.Output(*dir, "hits.csv")), psh.Must(example.Output(*dir, "hits.png"))
	best := psh.Must(frames.Indices(order[:min(10, len(order))]...))
	g := psh.Must(example.Geometry(det, *where))
	mean := psh.Must(draw.Detector(best, g, "The ten brightest frames", psh.Until(ctx), psh.Progress("modules")))
	example.Table([2]string{"hits", fmt.Sprintf("%d of %d frames", hits, frames.Len())}, [2]string{"list", path}, [2]string{"picture", png}, [2]string{"digest", example.Digest(light.Data)})
	return cmp.Or(os.WriteFile(path, []byte(list), 0o644), mean.Save(png))
}
