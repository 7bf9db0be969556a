// Command dark makes the calibration constants of a run without light: mean and standard
// deviation of each pixel in each memory cell, and which pixels are bad.
package main

import (
	"context"
	"flag"
	"math"

	"extrapasha/examples/example"
	"extrapasha/extradata/detector"
	psh "extrapasha/pasha"
)

func main() { example.Main("dark", dark) }

type constants struct {
	Offset, Noise psh.Array[float32] // place, cell, slow scan, fast scan
	Bad           psh.Array[bool]
}

// characterise makes the constants of one module after the other: of all at once they
// would be too large to have them once a worker.
var characterise = psh.Register("dark", func(c constants) psh.Kernel[detector.ModuleData[float32]] {
	return func(worker, index int, module detector.ModuleData[float32]) error {
		offset, noise, bad := c.Offset.Row(module.Place).Data, c.Noise.Row(module.Place).Data, c.Bad.Row(module.Place).Data
		moments := make([]psh.Moments, len(offset))
		size := c.Offset.Row(0).Row(0).Size()
		err := module.Walk(func(pulse detector.Pulse, entry psh.Array[float32]) error {
			of := moments[pulse.CellID*size:][:size]
			for i, x := range example.Image(entry).Data {
				of[i].Add(float64(x))
			}
			return nil
		})
		for i, m := range moments {
			offset[i], noise[i] = float32(m.Mean()), float32(m.Std(0))
		}
		typical := psh.Must(psh.NaNMedian(c.Noise.Row(module.Place))).Data[0]
		for i, x := range noise {
			bad[i] = !(float64(x) < 5*typical) || x == 0
		}
		return err
	}
})

func dark(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("dark", flag.ContinueOnError)
	dir := flags.String("out", ".", "directory for the results")
	det := psh.Must(detector.Open(psh.Must(example.Parse(flags, args)), detector.Raw()))
	frames := psh.Must(detector.Frames[float32](det, det.DataKey()))
	cells := 0
	for _, pulse := range frames.All() {
		cells = max(cells, pulse.CellID+1)
	}
	shape := psh.Shape(append([]int{det.NumPlaces(), cells}, psh.Must(det.ModuleShape())...)...)
	c := constants{psh.Must(psh.Alloc[float32](shape, psh.Fill(math.NaN()))), psh.Must(psh.Alloc[float32](shape, psh.Fill(math.NaN()))), psh.Must(psh.Alloc[bool](shape))}
	if err := characterise.Map(c, frames.PerModule(), psh.Until(ctx), psh.Progress("modules")); err != nil {
		return err
	}
	npz := psh.Must(example.Output(*dir, "dark.npz"))
	example.Table([2]string{"detector", det.String()}, [2]string{"offset", c.Offset.String()}, [2]string{"constants", npz}, [2]string{"digest", example.Digest(floats(c.Offset), floats(c.Noise))})
	return psh.SaveNPZ(npz, map[string]psh.NPY{"offset": c.Offset, "noise": c.Noise, "bad": c.Bad})
}

func floats(a psh.Array[float32]) []float64 {
	return psh.Each(a, func(x float32) float64 { return float64(x) }).Data
}
