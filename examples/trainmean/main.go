// Command trainmean makes the mean image of a detector module or camera over
// all pulses of a run, and the mean intensity of each train. Workers add up in
// slabs of their own; the sums are of integers, so that the result is the same
// to the bit however the work was shared.
package main

import (
	"context"
	"flag"
	"fmt"
	"math"
	"time"

	"extrapasha/examples/internal/example"
	"extrapasha/extradata"
	"extrapasha/keydata"
	psh "extrapasha/pasha"
)

func main() { example.Main("trainmean", trainmean) }

// result is what is worked out: where there is no data it is not a number.
type result struct {
	mean      psh.Array[float64] // rows, columns
	intensity psh.Array[float64] // one per train
	bytes     int64              // read
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
	start := time.Now()
	r, err := mean(ctx, key)
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
		[2]string{"speed", fmt.Sprintf("%.2f GB/s (%.1f MB in %.3f s)", float64(r.bytes)/1e9/elapsed.Seconds(), float64(r.bytes)/1e6, elapsed.Seconds())},
		[2]string{"arrays", npz},
		[2]string{"picture", png},
		[2]string{"digest", example.Digest(r.mean.Data, r.intensity.Data)},
	)
	return nil
}

// mean chooses the code for the type of the pixels.
func mean(ctx context.Context, key *extradata.KeyData) (result, error) {
	switch key.DType() {
	case keydata.Uint8:
		return meanOf[uint8](ctx, key)
	case keydata.Uint16:
		return meanOf[uint16](ctx, key)
	case keydata.Uint32:
		return meanOf[uint32](ctx, key)
	case keydata.Int16:
		return meanOf[int16](ctx, key)
	case keydata.Int32:
		return meanOf[int32](ctx, key)
	case keydata.Float32:
		return meanOf[float32](ctx, key)
	case keydata.Float64:
		return meanOf[float64](ctx, key)
	}
	return result{}, fmt.Errorf("%v: expected images of integers or floats", key)
}

func meanOf[T example.Number](ctx context.Context, key *extradata.KeyData) (result, error) {
	images, err := keydata.As[T](key)
	if err != nil {
		return result{}, err
	}
	shape := key.EntryShape()
	if len(shape) < 2 {
		return result{}, fmt.Errorf("%v: expected images, with rows and columns", key)
	}
	shape = shape[len(shape)-2:]
	sums, err := psh.Alloc[int64](psh.Shape(shape...), psh.PerWorker())
	if err != nil {
		return result{}, err
	}
	counts, err := psh.Alloc[int64](psh.Like(sums))
	if err != nil {
		return result{}, err
	}
	bytes, err := psh.Alloc[int64](psh.PerWorker())
	if err != nil {
		return result{}, err
	}
	intensity, err := psh.Alloc[float64](psh.Shape(images.Len()), psh.Fill(math.NaN()))
	if err != nil {
		return result{}, err
	}
	scale := example.Scale[T]()
	err = psh.Map(func(worker, index int, train extradata.Entries[T]) error {
		var total, pixels int64
		for _, entry := range train.Rows() {
			sum, count, err := example.Add(sums.Row(worker).Data, counts.Row(worker).Data, example.Image(entry).Data)
			if err != nil {
				return fmt.Errorf("train %d: %w", train.TrainID, err)
			}
			total, pixels = total+sum, pixels+count
		}
		intensity.Data[index] = float64(total) / scale / float64(pixels)
		bytes.Data[worker] += int64(train.Size()) * int64(key.DType().Go().Size())
		return nil
	}, images, psh.Until(ctx), psh.Progress("adding up"))
	if err != nil {
		return result{}, err
	}
	r := result{intensity: intensity, mean: combine(sums, counts, scale)}
	for _, n := range bytes.All() {
		r.bytes += n
	}
	return r, nil
}

// combine makes the mean of the slabs that the workers have added up.
func combine(sums, counts psh.Array[int64], scale float64) psh.Array[float64] {
	mean, err := psh.NewArray(make([]float64, sums.Row(0).Size()), sums.Shape()[1:]...)
	if err != nil {
		panic(err) // the shape is that of a slab
	}
	for i := range mean.Data {
		var sum, count int64
		for worker := range sums.Len() {
			sum += sums.Row(worker).Data[i]
			count += counts.Row(worker).Data[i]
		}
		mean.Data[i] = float64(sum) / scale / float64(count)
	}
	return mean
}
