// Command facility makes a table of all runs of a proposal: what is in each, and how much
// energy its pulses had.
package main

import (
	"crypto/sha256"
	"encoding/binary"
	"flag"
	"fmt"
	"log"
	"math"

	"extrapasha/extradata"
	"extrapasha/extradata/table"
	psh "extrapasha/pasha"
)

func main() {
	psh.Init()
	if err := facility(); err != nil {
		log.Fatal(err)
	}
}

type row struct {
	extradata.RunInfo
	Energy float64
}

type energies struct {
	Source string
	Mean   psh.Array[float64] // runs
}

// measure leaves alone what cannot be opened, which the table tells of, and runs without
// the source.
var measure = psh.Register("facility", func(e energies) psh.Kernel[extradata.ProposalRun] {
	return func(worker, index int, r extradata.ProposalRun) error {
		run, err := r.Open()
		if err != nil {
			return nil
		}
		defer run.Close()
		if has, err := run.Has(e.Source, "pulseEnergy.photonFlux"); !has {
			return err
		}
		e.Mean.Data[index] = psh.Must(psh.Mean(psh.Must(psh.Must(run.Key(e.Source, "pulseEnergy.photonFlux")).ReadFloats()))).Data[0]
		return nil
	}
})

func facility() error {
	defer psh.Close()
	out, source := flag.String("out", "runs.html", "file for the table: .html, .md, .csv or .parquet"), flag.String("source", "SPB_XTD9_XGM/XGM/DOOCS", "gas monitor")
	flag.Parse()
	proposal, err := extradata.OpenProposal(flag.Arg(0))
	if err != nil {
		return err
	}
	runs := psh.Slice(proposal.Runs())
	mean := psh.Must(psh.Alloc[float64](psh.Shape(runs.Len()), psh.Fill(math.NaN())))
	psh.Check(measure.Map(energies{*source, mean}, runs, psh.Progress("energies")))
	rows := make([]row, runs.Len())
	for i, info := range psh.Must(proposal.Describe(nil, psh.Progress("runs"))) {
		rows[i] = row{info, mean.Data[i]}
	}
	digest := sha256.Sum256(psh.Must(binary.Append(nil, binary.LittleEndian, mean.Data)))
	fmt.Printf("runs    %d, in %s\ndigest  %x\n", len(rows), *out, digest[:8])
	return table.Save(*out, psh.Must(table.Of(rows)))
}
