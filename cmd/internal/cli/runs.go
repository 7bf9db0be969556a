package cli

import (
	"os"
	"regexp"

	"github.com/spf13/cobra"

	"extrapasha/extradata"
)

// RunUsage is how runs are named on command lines.
const RunUsage = `RUN is the path of a run directory or of a data file, or a proposal and a run
("p4200 1"), which are looked for below /gpfs/exfel/exp, or where the
environment variable EXTRA_DATA_DATA_ROOT says.`

// RunsUsage is how runs are named on command lines of commands that take proposals too.
const RunsUsage = `RUN is the path of a run directory or of a data file, or a proposal and a run
("p4200 1"), which are looked for below /gpfs/exfel/exp, or where the
environment variable EXTRA_DATA_DATA_ROOT says. A proposal alone ("p4200", or
its path) stands for all its runs.`

var (
	proposalName = regexp.MustCompile(`^p?[0-9]+$`)
	runNumber    = regexp.MustCompile(`^r?[0-9]+$`)
)

// IsProposal tells whether a name can be that of a proposal.
func IsProposal(name string) bool { return proposalName.MatchString(name) }

// byNumber tells whether a name is that of a proposal, and not of a file.
func byNumber(name string) bool {
	if !IsProposal(name) {
		return false
	}
	_, err := os.Stat(name)
	return err != nil
}

// SplitRun divides arguments into those that name a run, one or two, and the rest.
func SplitRun(args []string) (named, rest []string) {
	if len(args) == 0 {
		return nil, nil
	}
	if len(args) > 1 && byNumber(args[0]) {
		return args[:2], args[2:]
	}
	return args[:1], args[1:]
}

// SplitRuns divides arguments into those that name a run each, a proposal and a run, or
// a file or directory.
func SplitRuns(args []string) (named [][]string) {
	for len(args) > 0 {
		n := 1
		if len(args) > 1 && byNumber(args[0]) && runNumber.MatchString(args[1]) {
			n = 2
		}
		named, args = append(named, args[:n]), args[n:]
	}
	return named
}

// OpenFlag adds the flag for where the data of a run by number comes from, for commands
// that open runs.
func OpenFlag(c *cobra.Command) {
	c.Flags().String("data", "default", "data of a run by number: raw, proc, all (proc replaces raw), or default (raw, and what only proc has)")
}

// DataFlag adds the flag for commands that work on files.
func DataFlag(c *cobra.Command) {
	c.Flags().String("data", "raw", "where in the proposal a run by number is: raw, proc, or all for both")
}

// dataOf is what the flag says. That it is given for what is no run by number is a
// mistake.
func dataOf(c *cobra.Command, named string, numbered bool) (data string, err error) {
	flag := c.Flags().Lookup("data")
	if flag.Changed && !numbered {
		return "", Usagef(c, "--data %s is for runs by number, and %s is none", flag.Value, named)
	}
	return flag.Value.String(), nil
}

// OpenRun opens the run that the arguments name, with the data that [OpenFlag] says.
func OpenRun(c *cobra.Command, named []string, opts ...extradata.Option) (*extradata.DataCollection, error) {
	data, err := dataOf(c, named[0], len(named) == 2)
	if err != nil {
		return nil, err
	}
	if len(named) == 2 {
		return extradata.OpenRun(named[0], named[1], append(opts, extradata.Data(data))...)
	}
	info, err := os.Stat(named[0])
	if err == nil && !info.IsDir() {
		return extradata.H5File(named[0], opts...)
	}
	return extradata.RunDirectory(named[0], opts...)
}
