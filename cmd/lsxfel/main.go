// Command lsxfel lists what is in data files, runs and proposals of the European XFEL.
package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"extrapasha/extradata"
	"extrapasha/internal/cli"
	"extrapasha/run"
)

func main() { os.Exit(cli.Execute(command())) }

type options struct {
	details     []string
	aggregators bool
	asJSON      bool
}

func command() *cobra.Command {
	var o options
	c := cli.Root(&cobra.Command{
		Use:   "lsxfel [PATH…]",
		Short: "List what is in data files, runs and proposals of the European XFEL",
		Long: `List what is in data files, run directories and proposals, the current directory
without a PATH. A proposal and a run ("p4200 1"), or a proposal alone, are looked for
below /gpfs/exfel/exp, or where the environment variable EXTRA_DATA_DATA_ROOT says.
Sources with similar names are one line: MOTOR/{1-3}. Of several paths each gets a
line.`,
		Example: `  lsxfel p4200 1
  lsxfel /gpfs/exfel/exp/MID/202401/p004200/raw/r0001 --detail '*/XGM/*'
  lsxfel p4200`,
		Args: cobra.ArbitraryArgs,
		RunE: func(c *cobra.Command, args []string) error { return list(c, args, o) },
	})
	c.Flags().StringArrayVar(&o.details, "detail", nil, "show the keys of sources whose names fit this pattern, such as '*/XGM/*'; may be given several times")
	c.Flags().BoolVarP(&o.aggregators, "aggregators", "g", false, "tell which data aggregator has saved each source")
	c.Flags().BoolVar(&o.asJSON, "json", false, "print the same as JSON, all sources one by one")
	return c
}

func list(c *cobra.Command, args []string, o options) error {
	if len(args) == 0 {
		args = []string{"."}
	}
	if _, rest := cli.SplitRun(args); len(rest) == 0 {
		return show(c, args, o)
	}
	var lines []any
	var failed error
	for _, path := range args {
		line, err := outline(path)
		if err != nil {
			cli.Warnf(c, "%v", err)
			failed = cli.ErrFound
			continue
		}
		if !o.asJSON {
			cli.Printf(c, "%s\n", line)
		}
		lines = append(lines, line)
		if err := c.Context().Err(); err != nil {
			return err
		}
	}
	if o.asJSON {
		if err := cli.PrintJSON(c, lines); err != nil {
			return err
		}
	}
	return failed
}

// show shows one run, file or proposal.
func show(c *cobra.Command, named []string, o options) error {
	if len(named) == 1 {
		path, err := proposalPath(named[0])
		if err != nil {
			return err
		}
		named = []string{path}
		if runs := runsIn(path); runs != nil {
			return listRuns(c, path, runs, o)
		}
	}
	opened, err := cli.OpenRun(named)
	if err != nil {
		return err
	}
	defer opened.Close()
	s, err := opened.Summary(o.details, o.aggregators)
	if err != nil {
		return err
	}
	name := strings.Join(named, " ")
	if o.asJSON {
		return cli.PrintJSON(c, struct {
			Name string `json:"name"`
			extradata.Summary
		}{name, s})
	}
	t := text{screen: cli.ScreenOf(c)}
	t.summary(name, s)
	_, err = c.OutOrStdout().Write(t.Bytes())
	return err
}

// proposalPath is the directory of a proposal that is named by number, or the path as
// it is.
func proposalPath(name string) (string, error) {
	if _, err := os.Stat(name); err == nil || strings.ContainsRune(name, filepath.Separator) {
		return name, nil
	}
	if path, err := run.FindProposal(name); err == nil {
		return path, nil
	} else if cli.IsProposal(name) {
		return "", err
	}
	return "", fmt.Errorf("%s: no such file or directory", name)
}
