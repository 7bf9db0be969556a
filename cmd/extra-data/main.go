// Command extra-data is the collection of tools for runs of the European XFEL.
package main

import (
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"extrapasha/cmd/internal/cli"
)

func main() { os.Exit(cli.Execute(command())) }

func command() *cobra.Command {
	root := cli.Root(&cobra.Command{
		Use:   "extra-data",
		Short: "Tools for runs of the European XFEL",
		Args: cli.Args(func(args []string) error {
			if len(args) > 0 {
				return fmt.Errorf("no command %q", args[0])
			}
			return nil
		}),
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	})
	root.AddCommand(
		validateCommand(), readableCommand(), tryCommand(), localityCommand(), mapCommand(), getCommand(), showCommand(),
		newCommand(), missingCommand(), sampleCommand(), originCommand(), writeCommand(), overviewCommand(),
		makeCXICommand(), runsCommand(), splitCommand(), mergeCommand(), versionCommand(),
	)
	return root
}

// errNoRun is what is wrong with a command line without a run.
var errNoRun = errors.New("name a run")

// anyRuns makes sure that the arguments name a run, or several.
func anyRuns(args []string) error {
	if len(args) == 0 {
		return errNoRun
	}
	return nil
}

// oneRun makes sure that the arguments name a run and nothing else.
func oneRun(args []string) error {
	named, rest := cli.SplitRun(args)
	switch {
	case len(named) == 0:
		return errNoRun
	case len(rest) > 0:
		return fmt.Errorf("%q is too much: name one run", rest)
	}
	return nil
}

// only makes sure that there is one argument, of which what tells.
func only(what string) func(args []string) error {
	return func(args []string) error {
		if len(args) != 1 {
			return fmt.Errorf("name %s, not %d", what, len(args))
		}
		return nil
	}
}
