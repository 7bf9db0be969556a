package main

import (
	"strings"

	"github.com/dustin/go-humanize"
	"github.com/spf13/cobra"

	"extrapasha/cmd/internal/cli"
	"extrapasha/internal/mockrun"
	psh "extrapasha/pasha"
	"extrapasha/run"
)

func sampleCommand() *cobra.Command {
	config := mockrun.Default()
	var size, detector string
	c := &cobra.Command{
		Use:   "sample DIR",
		Short: "Make a sample run in the facility's format",
		Long: `Make a run with a detector, an X-ray gas monitor, motors that jump, scan or
stand still, a temperature that drifts, and cameras, below DIR, which is laid
out as the facility's data root. The same flags make the same run, byte for
byte.`,
		Example: `  extra-data sample ./data
  EXTRA_DATA_DATA_ROOT=./data go run ./examples/trainmean 700000 1

  extra-data sample ./data --size 20GB --modules 16 --corrected
  extra-data sample ./data --detector JUNGFRAU --trains 10 --pulses 16 --without 3,5`,
		Args: cli.Args(only("one directory")),
		RunE: func(c *cobra.Command, args []string) error {
			if detector != "" {
				whole, err := mockrun.For(detector)
				if err != nil {
					return cli.Usagef(c, "--detector %q: expected one of %s", detector, strings.Join(mockrun.Detectors(), ", "))
				}
				config.Detector = detector
				for name, of := range map[string][2]*int{"modules": {&config.Modules, &whole.Modules}, "rows": {&config.Rows, &whole.Rows}, "cols": {&config.Cols, &whole.Cols}} {
					if !c.Flags().Changed(name) {
						*of[0] = *of[1]
					}
				}
			}
			return makeSample(c, args[0], config, size)
		},
	}
	flags := c.Flags()
	flags.IntVar(&config.Proposal, "proposal", config.Proposal, "proposal number")
	flags.IntVar(&config.Run, "run", config.Run, "run number")
	flags.IntVar(&config.Trains, "trains", config.Trains, "number of trains")
	flags.StringVar(&size, "size", "", "size of the raw detector data, such as 2GB, instead of --trains")
	flags.IntVar(&config.Pulses, "pulses", config.Pulses, "pulses per train")
	flags.StringVar(&detector, "detector", "", "all modules of a detector: "+strings.Join(mockrun.Detectors(), ", ")+"; without it two of AGIPD1M")
	flags.IntVar(&config.Modules, "modules", config.Modules, "number of detector modules")
	flags.IntSliceVar(&config.Without, "without", nil, "modules that are missing, counted from 0")
	flags.IntVar(&config.Rows, "rows", config.Rows, "rows of a module")
	flags.IntVar(&config.Cols, "cols", config.Cols, "columns of a module")
	flags.IntVar(&config.TrainsPerFile, "trains-per-file", config.TrainsPerFile, "trains in a sequence file")
	flags.IntVar(&config.Motors, "motors", config.Motors, "motors that jump to another place every ten trains")
	flags.IntVar(&config.Stages, "stages", config.Stages, "motors that scan, in steps of 16 trains")
	flags.IntVar(&config.Fixed, "fixed", config.Fixed, "motors that stand still")
	flags.IntVar(&config.Drifting, "drifting", config.Drifting, "thermometers that drift")
	flags.IntVar(&config.Cameras, "cameras", config.Cameras, "cameras")
	flags.IntVar(&config.Aggregators, "aggregators", config.Aggregators, "data aggregators that devices are spread over")
	flags.BoolVar(&config.Corrected, "corrected", config.Corrected, "also make corrected detector data")
	flags.BoolVar(&config.Laser, "laser", config.Laser, "a pump laser with every second pulse, which dims the rings, and a time server with the pulses")
	flags.IntVar(&config.Deflate, "deflate", config.Deflate, "level that raw frames are compressed with, 1 to 9; 0 for not at all")
	flags.Float64Var(&config.MissingTrains, "missing-trains", 0, "part of the trains that each source misses, 0 to 1")
	flags.Float64Var(&config.MissingPulses, "missing-pulses", 0, "part of the pulses that each module misses, 0 to 1")
	flags.StringVar(&config.Version, "format", config.Version, "version of the data format: "+strings.Join(mockrun.Versions, ", "))
	flags.Uint64Var(&config.FirstTrain, "first-train", config.FirstTrain, "ID of the first train")
	flags.Uint64Var(&config.Seed, "seed", config.Seed, "what the random numbers start from")
	return c
}

func makeSample(c *cobra.Command, dir string, config mockrun.Config, size string) error {
	if size != "" {
		bytes, err := humanize.ParseBytes(size)
		if err != nil || bytes > 1<<50 {
			return cli.Usagef(c, "--size %q: expected a size such as 500MB or 20GB", size)
		}
		config = config.ForSize(int64(bytes))
	}
	if err := config.Write(c.Context(), dir, psh.Progress("writing files")); err != nil {
		return err
	}
	modules := config.Modules - len(config.Without)
	frames := int64(config.Trains) * int64(config.Pulses) * int64(modules)
	cli.Printf(c, "run %d of proposal %d: %s of %s, %s, %s of raw frames\n%s\n",
		config.Run, config.Proposal, cli.Plural(config.Trains, "train"), cli.Plural(config.Pulses, "pulse"), cli.Plural(modules, "module"),
		humanize.Bytes(uint64(frames*config.FrameBytes())), config.RunDir(dir, "raw"))
	cli.Printf(c, "open it with %s=%s\n", run.RootVariable, dir)
	return nil
}
