package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"extrapasha/cmd/internal/cli"
	"extrapasha/keydata"
)

func splitCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "split RUN --parts N",
		Short: "Divide the trains of a run between the tasks of a job array",
		Long: `Divide the trains of a run into parts of about equal size, in order, for the
tasks of a job array: print a line for each part, or with --part that of one
part, from 0. A line is what --trains of other commands takes. A run of fewer
trains than parts has parts without trains, which are of no use to them: that is
an error.

` + cli.RunUsage,
		Example: `  extra-data split p4200 1 --parts 10
  extra-data split p4200 1 --parts $SLURM_ARRAY_TASK_COUNT --part $SLURM_ARRAY_TASK_ID`,
		Args: cli.Args(oneRun),
	}
	parts, part := c.Flags().Int("parts", 0, "number of parts"), c.Flags().Int("part", 0, "the part to print, from 0; all without it")
	cli.OpenFlag(c)
	c.RunE = func(c *cobra.Command, args []string) error {
		one := c.Flags().Changed("part")
		switch {
		case *parts < 1:
			return cli.Usagef(c, "--parts %d: expected 1 or more", *parts)
		case one && (*part < 0 || *part >= *parts):
			return cli.Usagef(c, "--part %d: expected 0 to %d", *part, *parts-1)
		}
		run, err := cli.OpenRun(c, args)
		if err != nil {
			return err
		}
		defer run.Close()
		if n := run.Len(); n < *parts {
			return fmt.Errorf("the run has %d trains, too few for %d parts", n, *parts)
		}
		shares, err := keydata.Split(run.Len(), *parts, 0)
		if one && err == nil {
			shares = shares[*part : *part+1]
		}
		for _, share := range shares {
			cli.Printf(c, "%d:%d\n", share.Start, share.Stop)
		}
		return err
	}
	return c
}
