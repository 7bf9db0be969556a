// Command start is a program to start from: the mean of all pixels of a detector module in
// each train of a run, as an array and as a picture.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"math"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"extrapasha/extradata"
	"extrapasha/extradata/picture"
	"extrapasha/keydata"
	psh "extrapasha/pasha"
)

// results is what the kernel writes, or reads. It crosses to worker processes, so its
// fields begin with a capital.
type results struct {
	Intensity psh.Array[float64] // trains
}

// intensity is called for each train, on all workers, and writes what it found at the
// train's index.
var intensity = psh.Register("intensity", func(r results) psh.Kernel[extradata.Entries[float32]] {
	return func(worker, index int, train extradata.Entries[float32]) error {
		sum, n := 0.0, 0
		for _, entry := range train.All() {
			for entry.NDim() > 2 { // in raw data of AGIPD the image comes before its gain
				entry = entry.Row(0)
			}
			for _, pixel := range entry.Data {
				if pixel == pixel { // bad pixels are not numbers
					sum += float64(pixel)
					n++
				}
			}
		}
		r.Intensity.Data[index] = sum / float64(n)
		return nil
	}
})

func main() {
	psh.Init() // a worker process or another rank serves work from here on
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := start(ctx)
	interrupted := ctx.Err() != nil
	stop()
	psh.EndWorkers() // so that their time is counted as the program's
	psh.Close()      // ends the other ranks, where srun or mpirun has started several
	if err != nil && interrupted {
		err = errors.New("interrupted")
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "start:", err)
		os.Exit(1)
	}
}

func start(ctx context.Context) error {
	source := flag.String("source", "SPB_DET_AGIPD1M-1/DET/0CH0:xtdf", "detector module or camera")
	name := flag.String("key", "image.data", "key of the images")
	out := flag.String("out", ".", "directory for the results")
	flag.Parse()
	run, err := open(flag.Args())
	if err != nil {
		return err
	}
	defer run.Close()
	key, err := run.Key(*source, *name)
	if err != nil {
		return err
	}
	images, err := keydata.Convert[float32](key) // any type of pixels
	if err != nil {
		return err
	}
	means, err := psh.Alloc[float64](psh.Shape(images.Len()), psh.Fill(math.NaN()))
	if err != nil {
		return err
	}
	if err := intensity.Map(results{means}, images, psh.Until(ctx), psh.Progress("trains")); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	fmt.Printf("%v\n%v\n", run, key)
	return save(*out, run.TrainIDs(), means, picture.Labels{Title: key.Source(), Y: "mean intensity"})
}

// open opens a run by proposal and number, or by its path.
func open(args []string) (*extradata.DataCollection, error) {
	switch len(args) {
	case 1:
		return extradata.RunDirectory(args[0])
	case 2:
		return extradata.OpenRun(args[0], args[1])
	}
	return nil, fmt.Errorf("expected a proposal and a run, or a path; got %q", args)
}

// save writes the array and a picture of it.
func save(dir string, trainIDs []uint64, means psh.Array[float64], labels picture.Labels) error {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	npy, png := filepath.Join(dir, "intensity.npy"), filepath.Join(dir, "intensity.png")
	if err := means.SaveNPY(npy); err != nil {
		return err
	}
	line, err := picture.Line(trainIDs, means.Data, labels)
	if err != nil {
		return err
	}
	fmt.Println(npy, png)
	return line.Save(png)
}
