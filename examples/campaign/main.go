// Command campaign sums the light in each train of a detector module: of all trains, on
// whatever ranks and threads there are, or in a SLURM job array of its task's part of them.
package main

import (
	"context"
	"flag"
	"fmt"

	"extrapasha/examples/example"
	"extrapasha/extradata"
	psh "extrapasha/pasha"
)

func main() { example.Main("campaign", campaign) }

var light = psh.Register("campaign", func(sums psh.Array[float64]) psh.Kernel[extradata.Entries[float32]] {
	return func(worker, index int, train extradata.Entries[float32]) error {
		for _, entry := range train.All() {
			for _, pixel := range example.Image(entry).Data {
				if pixel == pixel { // bad pixels are not numbers
					sums.Data[index] += float64(pixel)
				}
			}
		}
		return nil
	}
})

func campaign(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("campaign", flag.ContinueOnError)
	source, out := flags.String("source", "", "detector module; the first of the run without it"), flags.String("o", "light.npy", "file for the sums")
	run := psh.Must(example.Parse(flags, args))
	name := psh.Must(example.Source(run, *source, example.DetectorPattern, "source"))
	// #region part
	part, from, err := psh.PartOf(psh.Functor[extradata.Entries[float32]](psh.Must(extradata.KeyAs[float32](run, name, "image.data"))))
	if err != nil {
		return err
	}
	sums := psh.Must(psh.AllocFor[float64](part))
	if err := light.Map(sums, part, psh.Until(ctx), psh.Progress("trains")); err != nil {
		return err
	}
	// #endregion part
	fmt.Printf("trains %d to %d of %d in %s\n", from, from+part.Len()-1, run.Len(), *out)
	return sums.SaveNPY(*out)
}
