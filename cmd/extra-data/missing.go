package main

import (
	"io"
	"math"
	"strings"

	"github.com/muesli/termenv"
	"github.com/spf13/cobra"

	"extrapasha/cmd/internal/cli"
	"extrapasha/extradata/draw"
)

func missingCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "missing RUN",
		Short: "Show which trains sources miss",
		Long: `Show which sources have no data for some of the trains, those that miss most
first: as a picture on the terminal, where that can show colours, or in a file,
and as a list.

` + cli.RunUsage,
		Example: `  extra-data missing p700000 1
  extra-data missing p700000 1 --all -o missing.png`,
		Args: cli.Args(oneRun),
	}
	out := c.Flags().StringP("out", "o", "", "file for a picture: .png or .svg")
	cli.OpenFlag(c)
	all := c.Flags().Bool("all", false, "also sources that miss nothing")
	groups := c.Flags().Bool("groups", false, "each group of keys of an instrument source by itself")
	c.RunE = func(c *cobra.Command, args []string) error {
		if *out != "" {
			if err := picturePossible(c, *out); err != nil {
				return err
			}
		}
		run, err := cli.OpenRun(c, args)
		if err != nil {
			return err
		}
		defer run.Close()
		most := math.Nextafter(1, 0)
		if *all {
			most = 1
		}
		list, err := run.MissingData(most, *groups)
		if err != nil {
			return err
		}
		if len(list) == 0 {
			cli.Printf(c, "no source misses any of %d trains\n", len(run.TrainIDs()))
			return nil
		}
		if *out != "" || cli.ScreenOf(c).Profile != termenv.Ascii {
			p, err := draw.Missing(list, "Missing data: "+strings.Join(args, " "))
			if err == nil && *out != "" {
				err = tell(p, run)
			}
			if err == nil {
				err = give(c, p, *out)
			}
			if err != nil {
				return err
			}
		}
		text, err := run.MissingText(most, *groups)
		if err != nil {
			return err
		}
		_, err = io.WriteString(c.OutOrStdout(), text)
		return err
	}
	return c
}
