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
	Offset, Noise psh.Array[float32] // module, cell, slow scan, fast scan
	Bad           psh.Array[bool]
}

// characterise makes the constants of one module after the other: of all at once the sums
// would be too large to have them once a worker. Those of integers are exact, up to 65537
// frames of a cell.
var characterise = psh.Register("dark", func(c constants) psh.Kernel[detector.ModuleData[uint16]] {
	return func(worker, index int, module detector.ModuleData[uint16]) error {
		offset, noise, bad := c.Offset.Row(index).Data, c.Noise.Row(index).Data, c.Bad.Row(index).Data
		cells, size := c.Offset.Shape()[1], c.Offset.Row(0).Row(0).Size()
		sums, squares, frames := make([]uint32, len(offset)), make([]uint64, len(offset)), make([]float64, cells)
		err := module.Walk(func(pulse detector.Pulse, entry psh.Array[uint16]) error {
			frames[pulse.CellID]++
			pixels := example.Image(entry).Data
			sums, squares := sums[pulse.CellID*size:][:len(pixels)], squares[pulse.CellID*size:][:len(pixels)]
			for i, x := range pixels {
				sums[i] += uint32(x)
				squares[i] += uint64(x) * uint64(x)
			}
			return nil
		})
		for cell, n := range frames {
			for i := cell * size; i < (cell+1)*size; i++ {
				mean := float64(sums[i]) / n
				offset[i], noise[i] = float32(mean), float32(math.Sqrt(max(float64(squares[i])/n-mean*mean, 0)))
			}
		}
		typical := psh.Must(psh.NaNMedian(c.Noise.Row(index))).Data[0]
		for i, x := range noise {
			bad[i] = !(float64(x) < 5*typical) || x == 0
		}
		return err
	}
})

func dark(ctx context.Context, args []string) error {
	flags, cells := flag.NewFlagSet("dark", flag.ContinueOnError), 0
	dir := flags.String("out", ".", "directory for the results")
	det := psh.Must(detector.Open(psh.Must(example.Parse(flags, args)), detector.Raw()))
	frames := psh.Must(detector.Frames[uint16](det, det.DataKey()))
	for _, pulse := range frames.All() {
		cells = max(cells, pulse.CellID+1)
	}
	modules, shape, nan := frames.PerModule(), append([]int{cells}, psh.Must(det.ModuleShape())...), float32(math.NaN())
	c := constants{psh.Must(psh.AllocFor[float32](modules, shape...)), psh.Must(psh.AllocFor[float32](modules, shape...)), psh.Must(psh.AllocFor[bool](modules, shape...))}
	psh.Check(characterise.Map(c, modules, psh.Until(ctx), psh.Progress("modules")))
	c = constants{psh.Must(detector.ByPlace(det, c.Offset, nan)), psh.Must(detector.ByPlace(det, c.Noise, nan)), psh.Must(detector.ByPlace(det, c.Bad, false))}
	npz := psh.Must(example.Output(*dir, "dark.npz"))
	psh.Check(psh.SaveNPZ(npz, map[string]psh.NPY{"offset": c.Offset, "noise": c.Noise, "bad": c.Bad}))
	example.Table([2]string{"detector", det.String()}, [2]string{"offset", c.Offset.String()}, [2]string{"constants", npz})
	return nil
}
