package main

import (
	"github.com/spf13/cobra"

	"extrapasha/internal/cli"
	"extrapasha/run"
)

func localityCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "locality RUN",
		Short: "Tell whether the files of a run are on disk or on tape",
		Long: `Tell where the data of each file of a run is, in the facility's archive: on disk,
on tape, from where it is copied when it is read, or unavailable. Nothing is read. The
exit code is 1 where not all is on disk.

` + cli.RunUsage,
		Example: "  extra-data locality p4200 1",
		Args:    cli.Args(oneRun),
	}
	data := cli.DataFlag(c)
	asJSON := c.Flags().Bool("json", false, "print where each file is as JSON")
	c.RunE = func(c *cobra.Command, args []string) error {
		dir, paths, err := dataFiles(args, *data)
		if err != nil {
			return err
		}
		where, counts := map[string]string{}, map[run.Locality]int{}
		for _, path := range paths {
			locality, err := run.LocalityOf(path)
			if err != nil {
				return err
			}
			where[below(dir, path)] = locality.String()
			counts[locality]++
			if locality != run.OnDisk && !*asJSON {
				cli.Printf(c, "  %s: %v\n", below(dir, path), locality)
			}
		}
		if *asJSON {
			if err := cli.PrintJSON(c, where); err != nil {
				return err
			}
		} else {
			cli.Printf(c, "%s of %s: %d on disk, %d on tape, %d unavailable\n",
				cli.Plural(len(paths), "file"), dir, counts[run.OnDisk], counts[run.OnTape], counts[run.Unavailable])
		}
		if counts[run.OnDisk] < len(paths) {
			return cli.ErrFound
		}
		return nil
	}
	return c
}
