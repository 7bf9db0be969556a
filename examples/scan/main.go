// Command scan finds the steps of a motor, and what something else was in each of them:
// a number, or the pixels of an image. They go into a table and a picture.
package main

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"

	"extrapasha/extradata"
	"extrapasha/extradata/scan"
	"extrapasha/extradata/table"
	psh "extrapasha/pasha"
)

func main() {
	psh.Init()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := program(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "scan:", err)
		os.Exit(1)
	}
}

type step struct {
	Position     float64
	Trains       int
	Mean, Spread float64
}

func program(ctx context.Context) error {
	dir, motor := flag.String("out", ".", "directory for the results"), flag.String("motor", "SPB_EXP_STAGE/MOTOR/1", "what is scanned")
	source, name := flag.String("source", "SPB_XTD9_XGM/XGM/DOOCS", "what is measured"), flag.String("key", "pulseEnergy.photonFlux", "its key")
	flag.Parse()
	run, err := extradata.OpenRun(flag.Arg(0), flag.Arg(1))
	if err != nil {
		return err
	}
	defer run.Close()
	steps, err := scan.Motor(run, *motor, scan.Settings{})
	if err != nil {
		return err
	}
	key, err := extradata.KeyAs[float64](run, *source, *name)
	if err != nil {
		return err
	}
	bins, err := scan.Bin(steps, key, psh.Until(ctx), psh.Progress("entries"))
	if err != nil {
		return err
	}
	rows, digest := []step{}, sha256.New()
	for i, s := range steps.Steps {
		var all psh.Moments
		for _, m := range bins.Moments.Row(i).All() {
			all.Merge(m)
		}
		rows = append(rows, step{s.Position, bins.Trains[i], all.Mean(), all.Std(0)})
	}
	if err := binary.Write(digest, binary.LittleEndian, bins.Mean().Data); err != nil {
		return err
	}
	fmt.Printf("%v\ndigest  %x\n", steps, digest.Sum(nil)[:8])
	found, err := table.Of(rows)
	if err != nil {
		return err
	}
	picture, err := bins.Picture()
	if err != nil {
		return err
	}
	return cmp.Or(table.Save(filepath.Join(*dir, "scan.csv"), found), picture.Save(filepath.Join(*dir, "scan.png")))
}
