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
	"reflect"
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

// sums are what the workers add to, in steps of 1/Scale.
type sums struct {
	Pixels, Counts psh.Array[int64]   // workers, rows, columns
	Bytes          psh.Array[int64]   // workers
	Intensity      psh.Array[float64] // trains
	Scale          float64
}

// The types of pixels there are.
var (
	addUint8   = psh.Register("trainmean of uint8", add[uint8])
	addUint16  = psh.Register("trainmean of uint16", add[uint16])
	addUint32  = psh.Register("trainmean of uint32", add[uint32])
	addInt16   = psh.Register("trainmean of int16", add[int16])
	addInt32   = psh.Register("trainmean of int32", add[int32])
	addFloat32 = psh.Register("trainmean of float32", add[float32])
	addFloat64 = psh.Register("trainmean of float64", add[float64])
)

// add is the kernel that adds up the images of a train.
func add[T example.Number](s sums) psh.Kernel[extradata.Entries[T]] {
	return func(worker, index int, train extradata.Entries[T]) error {
		var total, pixels, values int64
		for _, entry := range train.All() {
			sum, count, err := example.Add(s.Pixels.Row(worker).Data, s.Counts.Row(worker).Data, example.Image(entry).Data)
			if err != nil {
				return fmt.Errorf("train %d: %w", train.TrainID, err)
			}
			total, pixels, values = total+sum, pixels+count, values+int64(entry.Size())
		}
		s.Intensity.Data[index] = float64(total) / s.Scale / float64(pixels)
		s.Bytes.Data[worker] += values * int64(reflect.TypeFor[T]().Size())
		return nil
	}
}

// mean chooses the code for the type of the pixels.
func mean(ctx context.Context, key *extradata.KeyData) (result, error) {
	switch key.DType() {
	case keydata.Uint8:
		return meanOf(ctx, key, addUint8)
	case keydata.Uint16:
		return meanOf(ctx, key, addUint16)
	case keydata.Uint32:
		return meanOf(ctx, key, addUint32)
	case keydata.Int16:
		return meanOf(ctx, key, addInt16)
	case keydata.Int32:
		return meanOf(ctx, key, addInt32)
	case keydata.Float32:
		return meanOf(ctx, key, addFloat32)
	case keydata.Float64:
		return meanOf(ctx, key, addFloat64)
	}
	return result{}, fmt.Errorf("%v: expected images of integers or floats", key)
}

func meanOf[T example.Number](ctx context.Context, key *extradata.KeyData, add *psh.Recipe[sums, extradata.Entries[T]]) (result, error) {
	images, err := keydata.As[T](key)
	if err != nil {
		return result{}, err
	}
	shape := key.EntryShape()
	if len(shape) < 2 {
		return result{}, fmt.Errorf("%v: expected images, with rows and columns", key)
	}
	s, err := newSums(shape[len(shape)-2:], images.Len(), example.Scale[T]())
	if err != nil {
		return result{}, err
	}
	if err := add.Map(s, images, psh.Until(ctx), psh.Progress("adding up")); err != nil {
		return result{}, err
	}
	r := result{intensity: s.Intensity, mean: combine(s.Pixels, s.Counts, s.Scale)}
	for _, n := range s.Bytes.All() {
		r.bytes += n
	}
	return r, nil
}

func newSums(image []int, trains int, scale float64) (s sums, err error) {
	s.Scale = scale
	if s.Pixels, err = psh.Alloc[int64](psh.Shape(image...), psh.PerWorker()); err != nil {
		return s, err
	}
	if s.Counts, err = psh.Alloc[int64](psh.Shape(image...), psh.PerWorker()); err != nil {
		return s, err
	}
	if s.Bytes, err = psh.Alloc[int64](psh.PerWorker()); err != nil {
		return s, err
	}
	s.Intensity, err = psh.Alloc[float64](psh.Shape(trains), psh.Fill(math.NaN()))
	return s, err
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
