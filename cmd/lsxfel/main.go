// Command lsxfel lists what is in data files, runs and proposals of the European XFEL.
package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"extrapasha/cmd/internal/cli"
	"extrapasha/extradata"
	"extrapasha/internal/glob"
	"extrapasha/run"
)

func main() { os.Exit(cli.Execute(command())) }

type options struct {
	sources, details             []string
	counts, aggregators, noGroup bool
	asJSON                       bool
}

func command() *cobra.Command {
	var o options
	c := cli.Root(&cobra.Command{
		Use:   "lsxfel [PATH…]",
		Short: "List what is in data files, runs and proposals of the European XFEL",
		Long: `List what is in data files, run directories and proposals, the current directory
without a PATH. A proposal and a run ("p4200 1"), or a proposal alone, are
looked for below /gpfs/exfel/exp, or where the environment variable
EXTRA_DATA_DATA_ROOT says. Sources with similar names are one line: MOTOR/{1-3}.
Of several paths each gets a line.

--source and --detail take a pattern such as '*/XGM/*', or without * ? [ a part
of names; each may be given several times. Sources that fit none of them are not
listed. The exit code is 1 where nothing fits one of them.`,
		Example: `  lsxfel p4200 1
  lsxfel p4200 1 --data raw --source MOTOR --counts
  lsxfel /gpfs/exfel/exp/MID/202401/p004200/raw/r0001 --detail '*/XGM/*'
  lsxfel p4200`,
		Args: cobra.ArbitraryArgs,
		RunE: func(c *cobra.Command, args []string) error { return list(c, args, o) },
	})
	flags := c.Flags()
	flags.StringArrayVarP(&o.sources, "source", "s", nil, "list the sources whose names fit this `pattern`")
	flags.StringArrayVarP(&o.details, "detail", "d", nil, "show the keys of sources whose names fit this `pattern`")
	flags.BoolVarP(&o.counts, "counts", "c", false, "tell of each source for how many trains it has data, and how many entries")
	flags.BoolVarP(&o.aggregators, "aggregators", "g", false, "tell which data aggregator has saved each source")
	flags.BoolVar(&o.noGroup, "no-group", false, "each source by itself, also where names are similar")
	flags.BoolVar(&o.asJSON, "json", false, "print the same as JSON, all sources one by one")
	cli.OpenFlag(c)
	return c
}

func list(c *cobra.Command, args []string, o options) error {
	if len(args) == 0 {
		args = []string{"."}
	}
	named := cli.SplitRuns(args)
	if numbered := func(name []string) bool { return len(name) == 2 }; c.Flags().Changed("data") && !slices.ContainsFunc(named, numbered) {
		return cli.Usagef(c, "--data is for runs by number, such as p4200 1")
	}
	if len(named) == 1 {
		return show(c, named[0], o)
	}
	if err := aboutOne(c); err != nil {
		return err
	}
	var lines []any
	var failed error
	for _, path := range named {
		line, err := outline(c, path)
		if err != nil {
			cli.Warnf(c, "%s", cli.Reason(err))
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

// aboutOne makes sure that nothing is asked about sources where there is no one run.
func aboutOne(c *cobra.Command) error {
	for _, name := range []string{"source", "detail", "counts", "aggregators", "no-group"} {
		if c.Flags().Changed(name) {
			return cli.Usagef(c, "--%s is for one run or file", name)
		}
	}
	return nil
}

// show shows one run, file or proposal.
func show(c *cobra.Command, named []string, o options) error {
	if len(named) == 1 {
		path, err := proposalPath(named[0])
		if err != nil {
			return err
		}
		named = []string{path}
		if runs := cli.RunsIn(path, proposalDirectories...); runs != nil {
			if err := aboutOne(c); err != nil {
				return err
			}
			return listRuns(c, path, runs, o)
		}
	}
	opened, err := cli.OpenRun(c, named)
	if err != nil {
		return err
	}
	defer opened.Close()
	sources, details := patterns(o.sources), patterns(o.details)
	summary, err := opened.Summary(extradata.Asked{
		Sources: slices.Concat(sources, details), Keys: details, Counts: o.counts, Aggregators: o.aggregators,
	})
	if err != nil {
		return err
	}
	s, err := classify(opened, summary)
	if err != nil {
		return err
	}
	if err := print(c, strings.Join(named, " "), s, o); err != nil {
		return err
	}
	return unused(c, s, o)
}

// print prints what there is in a run or file.
func print(c *cobra.Command, name string, s whole, o options) error {
	if o.asJSON {
		return cli.PrintJSON(c, struct {
			Name string `json:"name"`
			whole
		}{name, s})
	}
	t := text{screen: cli.ScreenOf(c), group: group}
	if o.noGroup {
		t.group = func(names []string) []string { return slices.Clone(names) }
	}
	t.summary(name, s)
	_, err := c.OutOrStdout().Write(t.Bytes())
	return err
}

// patterns are glob patterns for what may be parts of names.
func patterns(given []string) (patterns []string) {
	for _, pattern := range given {
		if !glob.HasWildcards(pattern) {
			pattern = "*" + pattern + "*"
		}
		patterns = append(patterns, pattern)
	}
	return patterns
}

// unused tells of patterns that nothing fits.
func unused(c *cobra.Command, s whole, o options) (failed error) {
	names := listed(s)
	for _, pattern := range slices.Concat(o.sources, o.details) {
		fits, err := glob.Any(patterns([]string{pattern}))
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(names, fits) {
			cli.Warnf(c, "nothing matches %q", pattern)
			failed = cli.ErrFound
		}
	}
	return failed
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
