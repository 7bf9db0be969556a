package cli

import (
	"errors"
	"os"
	"regexp"
	"slices"

	"github.com/spf13/cobra"

	"extrapasha/extradata"
	"extrapasha/internal/printable"
	"extrapasha/run"
)

// RunUsage is how runs are named on command lines.
const RunUsage = `RUN is the path of a run directory or of a data file, or a proposal and a run
("p4200 1"), which are looked for below /gpfs/exfel/exp, or where the environment
variable EXTRA_DATA_DATA_ROOT says.`

var proposalName = regexp.MustCompile(`^p?[0-9]+$`)

// SplitRun divides arguments into those that name a run, one or two, and the rest.
func SplitRun(args []string) (named, rest []string) {
	if len(args) == 0 {
		return nil, nil
	}
	if _, err := os.Stat(args[0]); err != nil && len(args) > 1 && proposalName.MatchString(args[0]) {
		return args[:2], args[2:]
	}
	return args[:1], args[1:]
}

// OpenRun opens the run that the arguments name.
func OpenRun(named []string, opts ...extradata.Option) (*extradata.DataCollection, error) {
	if len(named) == 2 {
		return extradata.OpenRun(named[0], named[1], opts...)
	}
	info, err := os.Stat(named[0])
	if err == nil && !info.IsDir() {
		return extradata.H5File(named[0], opts...)
	}
	return extradata.RunDirectory(named[0], opts...)
}

// RunPath is the path of the directory or file that the arguments name; data is the
// directory of the proposal that a run by number is in.
func RunPath(named []string, data string) (string, error) {
	if len(named) == 1 {
		_, err := os.Stat(named[0])
		if errors.Is(err, os.ErrNotExist) {
			return "", &run.RunError{Path: named[0]}
		}
		return named[0], err
	}
	proposal, err := run.FindProposal(named[0])
	if err != nil {
		return "", err
	}
	return run.FindRun(proposal, named[1], data)
}

// DataFlag adds the flag for the directory of a proposal, for commands that work on
// files.
func DataFlag(c *cobra.Command) *string {
	return c.Flags().String("data", "raw", "where in the proposal a run by number is: raw or proc")
}

// Complete completes the arguments of a command that takes a run, a source and a key.
func Complete(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	named, rest := SplitRun(args)
	if len(named) == 0 || len(named) == 1 && len(rest) == 0 && proposalName.MatchString(named[0]) {
		return nil, cobra.ShellCompDirectiveDefault
	}
	opened, err := OpenRun(named)
	if err != nil {
		return nil, cobra.ShellCompDirectiveDefault
	}
	defer opened.Close()
	switch len(rest) {
	case 0:
		return completions(opened.AllSources()), cobra.ShellCompDirectiveNoFileComp
	case 1:
		source, err := opened.Source(Shown(rest[0], opened.AllSources()))
		if err != nil {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		keys, err := source.Names()
		if err != nil {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		return completions(keys), cobra.ShellCompDirectiveNoFileComp
	}
	return nil, cobra.ShellCompDirectiveDefault
}

// completions are names as they are shown: each has to be a line.
func completions(names []string) []string {
	shown := make([]string, len(names))
	for i, name := range names {
		shown[i] = printable.Line(name)
	}
	return shown
}

// Shown is the name of those that is shown so, or else the name as it is.
func Shown(name string, names []string) string {
	if i := slices.IndexFunc(names, func(other string) bool { return printable.Line(other) == name }); i >= 0 {
		return names[i]
	}
	return name
}

// IsProposal tells whether a name can be that of a proposal.
func IsProposal(name string) bool { return proposalName.MatchString(name) }
