package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/dustin/go-humanize"
	"github.com/spf13/cobra"

	"extrapasha/cmd/internal/cli"
	"extrapasha/extradata"
	"extrapasha/extradata/table"
	"extrapasha/internal/printable"
	psh "extrapasha/pasha"
)

func runsCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "runs PROPOSAL",
		Short: "Make a table of the runs of a proposal",
		Long: `Make a table of the runs of a proposal, with raw, corrected and reduced data:
number of trains, duration, size, sources, how many of those miss trains, how
many values of control sources stayed the same but for noise, and how many
moved. A run that cannot be opened is a line that says why. All control sources
are read.

With --value, which may be given several times, there is a column for a key of
one number or text a train: the mean where it changed.

--out writes the table to a file, .csv, .parquet, .arrow, .md or .html, with the
names of the sources that miss trains, and of the values that moved.

PROPOSAL is a number ("p4200"), which is looked for below /gpfs/exfel/exp, or
where the environment variable EXTRA_DATA_DATA_ROOT says, or the path of its
directory. The exit code is 1 where something is wrong with a run, or no run has
a value.`,
		Example: `  extra-data runs p4200
  extra-data runs p4200 --value SPB_EXP_SAM/MOTOR/1:actualPosition -o runs.csv
  extra-data runs /gpfs/exfel/exp/MID/202401/p004200 -o runs.html`,
		Args: cli.Args(only("one proposal")),
	}
	values := c.Flags().StringArray("value", nil, "a column for a value, `SOURCE:KEY`")
	out := c.Flags().StringP("out", "o", "", "file for the table: .csv, .parquet, .arrow, .md or .html")
	c.RunE = func(c *cobra.Command, args []string) error {
		keys, err := sourceKeys(*values)
		if err == nil && *out != "" {
			err = table.CanSave(*out)
		}
		if err != nil {
			return cli.Usagef(c, "%v", err)
		}
		return tableOfRuns(c, args[0], keys, *out)
	}
	return c
}

// sourceKeys understands SOURCE:KEY, of sources that may have colons in their names.
func sourceKeys(values []string) (keys []extradata.SourceKey, err error) {
	for _, value := range values {
		colon := strings.LastIndexByte(value, ':')
		if colon <= 0 || colon == len(value)-1 {
			return nil, fmt.Errorf("--value %q: expected SOURCE:KEY", value)
		}
		keys = append(keys, extradata.SourceKey{Source: value[:colon], Key: value[colon+1:]})
	}
	return keys, nil
}

func tableOfRuns(c *cobra.Command, name string, keys []extradata.SourceKey, out string) error {
	if info, err := os.Stat(name); err == nil && info.IsDir() && filepath.Base(name) == name {
		name = "." + string(filepath.Separator) + name // a path, though it has no separator
	}
	proposal, err := extradata.OpenProposal(name)
	if err != nil {
		return err
	}
	infos, err := proposal.Describe(keys, psh.Until(c.Context()), psh.Progress("runs"))
	if err != nil {
		return err
	}
	if out == "" {
		printRuns(c, infos, keys)
		return wrongWith(c, infos, keys)
	}
	record, err := table.Of(infos)
	if err != nil {
		return err
	}
	defer record.Release()
	if err := table.Save(out, record); err != nil {
		return err
	}
	cli.Printf(c, "%s: %s of %s\n", out, cli.Plural(len(infos), "run"), filepath.Clean(proposal.Dir()))
	return wrongWith(c, infos, keys)
}

// wrongWith is the end of a table in which something is missing: what is wrong with runs
// stands in it.
func wrongWith(c *cobra.Command, infos []extradata.RunInfo, keys []extradata.SourceKey) (failed error) {
	if slices.ContainsFunc(infos, func(i extradata.RunInfo) bool { return i.Err != nil }) {
		failed = cli.ErrFound
	}
	for _, key := range keys {
		if !slices.ContainsFunc(infos, func(i extradata.RunInfo) bool { return i.Values[key.String()] != nil }) {
			cli.Warnf(c, "no run has a value of %s", key)
			failed = cli.ErrFound
		}
	}
	return failed
}

// printRuns prints the table with numbers in place of names.
func printRuns(c *cobra.Command, infos []extradata.RunInfo, keys []extradata.SourceKey) {
	var text strings.Builder
	w := tabwriter.NewWriter(&text, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprint(w, "run\ttrains\tduration\traw\tproc\tred\tsources\tgaps\tconstant\tmoved\t")
	for _, key := range keys {
		fmt.Fprint(w, printable.Line(key.Key), "\t")
	}
	fmt.Fprintln(w)
	for _, i := range infos {
		if i.Trains == 0 && i.Err != nil { // its line is the reason
			fmt.Fprintf(w, "%d\t\n", i.Run)
			continue
		}
		fmt.Fprintf(w, "%d\t%d\t%v\t%s\t%s\t%s\t%d\t%d\t%d\t%d\t", i.Run, i.Trains, i.Duration, bytesOf(i.Raw), bytesOf(i.Proc), bytesOf(i.Red),
			i.Sources, len(i.Incomplete), i.Constant, len(i.Moved))
		for _, key := range keys {
			value := ""
			if v := i.Values[key.String()]; v != nil {
				value = printable.Line(fmt.Sprint(v))
			}
			fmt.Fprint(w, value, "\t")
		}
		fmt.Fprintln(w)
	}
	_ = w.Flush() // to memory
	for at, line := range strings.Split(strings.TrimSuffix(text.String(), "\n"), "\n") {
		line = strings.TrimRight(line, " ")
		if at > 0 && infos[at-1].Err != nil {
			line += "  " + printable.Line(cli.Reason(infos[at-1].Err))
		}
		fmt.Fprintln(c.OutOrStdout(), line)
	}
}

func bytesOf(size int64) string {
	if size == 0 {
		return "-"
	}
	return humanize.Bytes(uint64(size))
}
