// Command scan finds the steps of a motor, and what something else was in each of them:
// a number, or the pixels of an image. They go into a table and a picture.
package main

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"flag"
	"fmt"
	"log"
	"os"
	"path/filepath"

	"extrapasha/extradata"
	"extrapasha/extradata/scan"
	"extrapasha/extradata/table"
	psh "extrapasha/pasha"
)

func init() { psh.RegisterItems[extradata.Entry[float64]]() } // for worker processes

func main() {
	psh.Init()
	err := program()
	psh.Close()
	if err != nil {
		log.Fatal(err)
	}
}

type step struct {
	Position     float64
	Trains       int
	Mean, Spread float64
}

func program() error {
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
	bins, err := scan.Bin(steps, key, psh.Progress("entries"))
	if err != nil || len(steps.Steps) == 0 {
		return cmp.Or(err, fmt.Errorf("%s has no steps", *motor))
	}
	var rows []step
	for i, all := range bins.Overall() {
		rows = append(rows, step{steps.Steps[i].Position, bins.Trains[i], all.Mean(), all.Std(0)})
	}
	digest := sha256.Sum256(psh.Must(binary.Append(nil, binary.LittleEndian, bins.Mean().Data)))
	fmt.Printf("%v\ndigest  %x\n", steps, digest[:8])
	csv, png := filepath.Join(*dir, "scan.csv"), filepath.Join(*dir, "scan.png")
	return cmp.Or(os.MkdirAll(*dir, 0o777), table.Save(csv, psh.Must(table.Of(rows))), psh.Must(bins.Picture()).Save(png))
}
