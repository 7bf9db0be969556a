// Command trainmean makes the mean image of a detector module or camera over
// all pulses of a run, and the mean intensity of each train. Pixels of any type are
// read as float32; the reduction gives the same bits however the work was shared.
package main

import (
	"context"
	"flag"
	"fmt"
	"math"
	"time"

	"extrapasha/examples/example"
	"extrapasha/extradata"
	"extrapasha/keydata"
	psh "extrapasha/pasha"
)

func main() { example.Main("trainmean", trainmean) }

// result is what is worked out: where there is no data it is not a number.
type result struct {
	mean      psh.Array[float64] // rows, columns
	intensity psh.Array[float64] // one per train
}

func trainmean(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("trainmean", flag.ContinueOnError)
	source := flags.String("source", "", "detector module or camera; the first module of the run without it")
	keyName := flags.String("key", "image.data", "key of the images")
	dir := flags.String("out", ".", "directory for the results")
	run, err := example.Parse(flags, args)
	if err != nil {
		return err
	}
	defer run.Close()
	name, err := example.Source(run, *source, example.DetectorPattern, "source")
	if err != nil {
		return err
	}
	key, err := run.Key(name, *keyName)
	if err != nil {
		return err
	}
	images, err := keydata.Convert[float32](key)
	if err != nil {
		return err
	}
	start := time.Now()
	r, err := mean(ctx, images)
	if err != nil {
		return err
	}
	elapsed := time.Since(start)
	if err := context.Cause(ctx); err != nil {
		return err
	}
	npz, png, err := save(r, key, *dir)
	if err != nil {
		return err
	}
	example.Table(
		[2]string{"run", run.String()},
		[2]string{"key", key.String()},
		[2]string{"speed", fmt.Sprintf("%.2f GB/s (%.1f MB in %.3f s)", float64(key.Bytes())/1e9/elapsed.Seconds(), float64(key.Bytes())/1e6, elapsed.Seconds())},
		[2]string{"arrays", npz},
		[2]string{"picture", png},
		[2]string{"digest", example.Digest(r.mean.Data, r.intensity.Data)},
	)
	return nil
}

// sums is what the images are folded into, and where the intensities go.
type sums struct {
	Image     []int              // rows and columns
	Intensity psh.Array[float64] // trains
}

// addUp folds the images of all trains into two: the sum of each pixel, and how often
// it was not a number, as bad pixels of corrected images are.
var addUp = psh.RegisterFold("trainmean", func(s sums) psh.Fold[extradata.Entries[float32], float64] {
	return psh.Fold[extradata.Entries[float32], float64]{
		Shape: append([]int{2}, s.Image...),
		Kernel: func(part psh.Array[float64]) psh.Kernel[extradata.Entries[float32]] {
			sum, missing := part.Row(0).Data, part.Row(1).Data
			return func(worker, index int, train extradata.Entries[float32]) error {
				total, bad := 0.0, 0
				for _, entry := range train.All() {
					image := example.Image(entry).Data
					sum, missing := sum[:len(image)], missing[:len(image)]
					for i, pixel := range image {
						if value := float64(pixel); value == value {
							sum[i] += value
							total += value
						} else {
							missing[i]++
							bad++
						}
					}
				}
				s.Intensity.Data[index] = total / float64(train.Len()*len(sum)-bad)
				return nil
			}
		},
		Merge: func(part, next psh.Array[float64]) {
			for i, x := range next.Data {
				part.Data[i] += x
			}
		},
	}
})

func mean(ctx context.Context, images *extradata.TypedKey[float32]) (r result, err error) {
	shape := images.EntryShape()
	if len(shape) < 2 {
		return r, fmt.Errorf("%v: expected images, with rows and columns", images)
	}
	if r.intensity, err = psh.Alloc[float64](psh.Shape(images.Len()), psh.Fill(math.NaN())); err != nil {
		return r, err
	}
	both, err := addUp.Reduce(sums{shape[len(shape)-2:], r.intensity}, images, psh.Until(ctx), psh.Progress("adding up"))
	if err != nil {
		return r, err
	}
	r.mean = both.Row(0)
	for i, missing := range both.Row(1).Data {
		r.mean.Data[i] /= float64(images.Entries()) - missing
	}
	return r, nil
}
