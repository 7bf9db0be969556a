// Command quickstart is the quick guide: it maps a kernel over a slice, and
// another over the trains of a detector module.
package main

import (
	"context"
	"flag"
	"fmt"

	"extrapasha/examples/example"
	"extrapasha/extradata"
	psh "extrapasha/pasha"
)

func main() { example.Main("quickstart", quickstart) }

// A kernel that is to run in worker processes, too, is declared as a function from
// its arguments to the kernel.
var triple = psh.Register("triple", func(out psh.Array[float64]) psh.Kernel[float64] {
	return func(worker, index int, value float64) error {
		out.Data[index] = 3 * value
		return nil
	}
})

var meanImages = psh.Register("mean images", func(mean psh.Array[float64]) psh.Kernel[extradata.Entries[uint16]] {
	return func(worker, index int, train extradata.Entries[uint16]) error {
		row := mean.Row(index)
		for _, entry := range train.All() {
			for i, pixel := range example.Image(entry).Data {
				row.Data[i] += float64(pixel)
			}
		}
		for i := range row.Data {
			row.Data[i] /= float64(train.Len())
		}
		return nil
	}
})

func quickstart(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("quickstart", flag.ContinueOnError)
	source := flags.String("source", "", "detector module, with raw data; the first of the run without it")
	run, err := example.Parse(flags, args)
	if err != nil {
		return err
	}
	defer run.Close()

	in := make([]float64, 100) // some data
	for i := range in {
		in[i] = float64(i)
	}
	out, err := psh.Alloc[float64](psh.Like(in))
	if err != nil {
		return err
	}
	err = triple.Map(out, psh.Slice(in), psh.Until(ctx))
	if err != nil {
		return err
	}

	name, err := example.Source(run, *source, example.DetectorPattern, "source")
	if err != nil {
		return err
	}
	images, err := extradata.Key[uint16](run, name, "image.data")
	if err != nil {
		return err
	}
	// A raw entry is the image and its gain: (2, rows, columns).
	shape := images.EntryShape()
	mean, err := psh.AllocFor[float64](images, shape[len(shape)-2:]...) // one row per train
	if err != nil {
		return err
	}
	err = meanImages.Map(mean, images, psh.Until(ctx), psh.Progress("mean images"))
	if err != nil {
		return err
	}
	example.Table(
		[2]string{"run", run.String()},
		[2]string{"key", images.String()},
		[2]string{"3 × 33", fmt.Sprint(out.Data[33])},
		[2]string{"mean image of each train", mean.String()},
		[2]string{"digest", example.Digest(out.Data, mean.Data)},
	)
	return nil
}
