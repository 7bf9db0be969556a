// Command facility makes a table of all runs of a proposal: what is in each, and how much
// energy its pulses had.
package main

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"flag"
	"fmt"
	"os"
	"os/signal"

	"extrapasha/extradata"
	"extrapasha/extradata/table"
	psh "extrapasha/pasha"
)

func main() {
	psh.Init()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := facility(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "facility:", err)
		os.Exit(1)
	}
}

type row struct {
	extradata.RunInfo
	Energy, Spread float64
}

type energies struct {
	Of  extradata.SourceKey
	Out psh.Array[float64] // runs, mean and spread
}

// measure leaves 0 where a run cannot be opened, or has no energies: the table tells why.
var measure = psh.Register("facility", func(e energies) psh.Kernel[extradata.ProposalRun] {
	return func(worker, index int, r extradata.ProposalRun) error {
		run, err := r.Open()
		if err != nil {
			return nil
		}
		defer run.Close()
		if has, err := run.Has(e.Of.Source, e.Of.Key); !has {
			return err
		}
		var m psh.Moments
		for _, x := range psh.Must(psh.Must(run.Key(e.Of.Source, e.Of.Key)).ReadFloats()).All() {
			m.Add(x)
		}
		copy(e.Out.Row(index).Data, []float64{m.Mean(), m.Std(0)})
		return nil
	}
})

func facility(ctx context.Context) error {
	out, source := flag.String("out", "runs.html", "file for the table: .html, .md, .csv or .parquet"), flag.String("source", "SPB_XTD9_XGM/XGM/DOOCS", "gas monitor")
	flag.Parse()
	proposal, err := extradata.OpenProposal(flag.Arg(0))
	if err != nil {
		return err
	}
	runs := psh.Slice(proposal.Runs())
	found := psh.Must(psh.AllocFor[float64](runs, 2))
	if err := measure.Map(energies{extradata.SourceKey{Source: *source, Key: "pulseEnergy.photonFlux"}, found}, runs, psh.Until(ctx), psh.Progress("energies")); err != nil {
		return err
	}
	infos, err := proposal.Describe(nil, psh.Until(ctx), psh.Progress("runs"))
	if err != nil {
		return err
	}
	rows, digest := []row{}, sha256.New()
	for i, info := range infos {
		rows = append(rows, row{info, found.At(i, 0), found.At(i, 1)})
	}
	fmt.Printf("table   %s, %d runs\n", *out, len(rows))
	if err := binary.Write(digest, binary.LittleEndian, found.Data); err != nil {
		return err
	}
	fmt.Printf("digest  %x\n", digest.Sum(nil)[:8])
	return table.Save(*out, psh.Must(table.Of(rows)))
}
