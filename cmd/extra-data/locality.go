package main

import (
	"github.com/spf13/cobra"

	"extrapasha/cmd/internal/cli"
	"extrapasha/run"
)

// Exit codes of locality, as those of extra-data-locality: bits for what is found.
const (
	exitOnTape      = 1
	exitUnavailable = 2
	exitUnknown     = 4
	exitNoLocality  = 255
)

func localityCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "locality RUN",
		Short: "Tell whether the files of a run are on disk or on tape",
		Long: `Tell where the data of each file of a run is, in the facility's archive: on
disk, on tape, from where it is copied when it is read, unavailable, or unknown.
Nothing is read.

The exit code is 0 where all is on disk, else the sum of 1 where a file is on
tape only, 2 where one is unavailable, and 4 where what the archive answers is
unknown. It is 255 where there are no such files, and 2 after a mistake in the
command line.

` + cli.RunsUsage,
		Example: "  extra-data locality p4200 1",
		Args:    cli.Args(oneRun),
	}
	cli.DataFlag(c)
	asJSON := c.Flags().Bool("json", false, "print where each file is as JSON")
	c.RunE = func(c *cobra.Command, args []string) error {
		found, err := tellLocality(c, args, *asJSON)
		if err != nil {
			return cli.Exit(exitNoLocality, err)
		}
		code := 0
		for locality, bit := range map[run.Locality]int{run.OnTape: exitOnTape, run.Unavailable: exitUnavailable, run.Unknown: exitUnknown} {
			if found[locality] {
				code |= bit
			}
		}
		if code != 0 {
			return cli.Exit(code, nil)
		}
		return nil
	}
	return c
}

// tellLocality prints where files are, and returns what there was.
func tellLocality(c *cobra.Command, args []string, asJSON bool) (found map[run.Locality]bool, err error) {
	dirs, err := places(c, args)
	if err != nil {
		return nil, err
	}
	where, found := map[string]string{}, map[run.Locality]bool{}
	for _, dir := range dirs {
		counts := map[run.Locality]int{}
		for _, path := range dir.files {
			locality, err := run.LocalityOf(path)
			if err != nil {
				return nil, err
			}
			name := path
			if len(dirs) == 1 {
				name = below(dir.path, path)
			}
			where[name] = locality.String()
			counts[locality]++
			found[locality] = true
			if locality != run.OnDisk && !asJSON {
				cli.Printf(c, "  %s: %v\n", name, locality)
			}
		}
		if !asJSON {
			cli.Printf(c, "%s of %s: %d on disk, %d on tape, %d unavailable, %d unknown\n", cli.Plural(len(dir.files), "file"), dir.path,
				counts[run.OnDisk], counts[run.OnTape], counts[run.Unavailable], counts[run.Unknown])
		}
		if err := c.Context().Err(); err != nil {
			return nil, err
		}
	}
	if asJSON {
		return found, cli.PrintJSON(c, where)
	}
	return found, nil
}
