package main

import (
	"fmt"
	"path/filepath"
	"regexp"

	"github.com/spf13/cobra"

	"extrapasha/cmd/internal/cli"
	"extrapasha/extradata"
	"extrapasha/extradata/detector"
	psh "extrapasha/pasha"
)

// makeCXI is what a CXI file is made of.
type makeCXI struct {
	out, name                 string
	minModules, numberModules int
	withoutSuspect            bool
	fill                      fillValues
}

func makeCXICommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "make-virtual-cxi RUN [-o FILE]",
		Short: "Present a detector to CrystFEL, as a virtual CXI file",
		Long: `Write a small CXI file that presents all frames of a detector (AGIPD, DSSC, LPD
or JUNGFRAU) to CrystFEL: it refers to the data in the files of the run,
corrected if there are any, which have to stay where they are. Without --out it
lies in the scratch directory of the proposal, as r0001_proc_detectors_virt.cxi,
or r0001_raw_….

--fill-value says what stands for what modules do not have, for data (else NaN,
or 0 in raw data), gain (0) or mask (0xffffffff): "--fill-value data=-1", or as
in EXtra-data "--fill-value data 0".

` + cli.RunUsage,
		Example: `  extra-data make-virtual-cxi p4200 1 -o run1.cxi
  extra-data make-virtual-cxi ./r0001 -o run1.cxi --min-modules 15 --fill-value data=0 --fill-value gain=1`,
		ValidArgsFunction: cli.CompleteSources,
	}
	m := makeCXI{fill: fillValues{args: c.Flags().NArg}}
	c.Args = cli.Args(func(args []string) error {
		rest, _, err := m.fill.take(args)
		if err != nil {
			return err
		}
		return oneRun(rest)
	})
	cli.OpenFlag(c)
	c.Flags().StringVarP(&m.out, "out", "o", "", "file to write")
	c.Flags().StringVar(&m.out, "output", "", "the same, as in EXtra-data")
	c.Flags().IntVar(&m.minModules, "min-modules", 0, "leave out trains for which fewer modules have data (half of all and one more)")
	c.Flags().IntVar(&m.numberModules, "n-modules", 0, "how many modules a JUNGFRAU has (else as the data have)")
	c.Flags().Var(&m.fill, "fill-value", "what stands for missing data, gain or mask")
	c.Flags().BoolVar(&m.withoutSuspect, "exc-suspect-trains", false, "leave out trains whose ID is suspect")
	c.Flags().StringVar(&m.name, "detector-name", "", "the detector, where there are several")
	c.RunE = func(c *cobra.Command, args []string) error { return m.run(c, args) }
	return c
}

func (m *makeCXI) run(c *cobra.Command, args []string) error {
	named, fill, err := m.fill.take(args)
	if err != nil {
		return err
	}
	opts := []extradata.Option{extradata.WithoutOverview()}
	if m.withoutSuspect {
		opts = append(opts, extradata.WithoutSuspect())
	}
	run, err := cli.OpenRun(c, named, opts...)
	if err != nil {
		return err
	}
	defer run.Close()
	det, err := m.detector(c, run)
	if err != nil {
		return err
	}
	out := m.out
	if out == "" {
		if out, err = usualCXI(det); err != nil {
			return err
		}
	}
	if err := det.WriteCXI(out, fill, psh.Until(c.Context()), psh.Progress("writing")); err != nil {
		return err
	}
	cli.Printf(c, "%s: %s\n", out, det)
	return nil
}

// detector opens the detector, with those trains that enough modules have.
func (m *makeCXI) detector(c *cobra.Command, run *extradata.DataCollection) (*detector.Detector, error) {
	opts := []detector.Option{detector.Name(m.name)}
	det, err := detector.Open(run, opts...)
	if err != nil {
		return nil, err
	}
	places := detector.PlacesOf(det.Class())
	switch given := c.Flags().Changed("n-modules"); {
	case given && places > 0:
		return nil, cli.Usagef(c, "--n-modules is not for %s, which has %d", det.Class(), places)
	case given:
		places = m.numberModules
		opts = append(opts, detector.NumPlaces(places))
	}
	least := places/2 + 1
	if c.Flags().Changed("min-modules") {
		least = m.minModules
	} else if places == 0 {
		least = 1
	}
	kind := detector.Corrected()
	if det.IsRaw() {
		kind = detector.Raw()
	}
	return detector.Open(run, append(opts, kind, detector.Class(det.Class()), detector.Name(det.Name()), detector.MinModules(least))...)
}

var inProposal = regexp.MustCompile(`^(.*)/(raw|proc)/(r[0-9]{4,})$`)

// usualCXI is where the file of a detector lies if nobody says.
func usualCXI(det *detector.Detector) (string, error) {
	files, err := det.Run().Files()
	if err != nil {
		return "", err
	}
	dir := filepath.Dir(files[0].Path)
	found := inProposal.FindStringSubmatch(dir)
	if found == nil {
		return "", fmt.Errorf("%s is not the directory of a run in a proposal: name a file to write with --out", dir)
	}
	return filepath.Join(found[1], "scratch", found[3]+"_"+found[2]+"_detectors_virt.cxi"), nil
}
