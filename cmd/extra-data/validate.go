package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"extrapasha/cmd/internal/cli"
	"extrapasha/extradata/validate"
	psh "extrapasha/pasha"
	"extrapasha/run"
)

func validateCommand() *cobra.Command {
	about := ""
	var names []string
	for _, check := range validate.Checks {
		about += fmt.Sprintf("  %-11s %s\n", check.Check, check.About)
		names = append(names, string(check.Check))
	}
	c := &cobra.Command{
		Use:   "validate RUN",
		Short: "Look for mistakes in the data files of runs",
		Long: `Look for mistakes in the data files of a run, or in one file. A file that cannot
be read is always one; these are the other checks:

` + about + `
The exit code is 1 where there is a problem.

` + cli.RunsUsage,
		Example: `  extra-data validate p4200 1
  extra-data validate p4200 --data all
  extra-data validate /gpfs/exfel/exp/MID/202401/p004200/proc/r0001 --skip timestamps`,
		Args: cli.Args(oneRun),
	}
	cli.DataFlag(c)
	skip := c.Flags().StringSlice("skip", nil, "checks to leave out: "+strings.Join(names, ", "))
	_ = c.RegisterFlagCompletionFunc("skip", cobra.FixedCompletions(names, cobra.ShellCompDirectiveNoFileComp)) // the flag is there
	asJSON := c.Flags().Bool("json", false, "print what is found as JSON")
	c.RunE = func(c *cobra.Command, args []string) error {
		var checks []validate.Check
		for _, name := range *skip {
			if !slices.Contains(names, name) {
				return cli.Usagef(c, "no check %q to skip, there are %s", name, strings.Join(names, ", "))
			}
			checks = append(checks, validate.Check(name))
		}
		paths, err := cli.RunPaths(c, args)
		if err != nil {
			return err
		}
		return validateAll(c, paths, checks, *asJSON)
	}
	return c
}

// validation is what is printed as JSON.
type validation struct {
	Path     string             `json:"path"`
	Files    int                `json:"files"`
	Problems []validate.Problem `json:"problems"`
}

// validateAll looks at one run or file, or at all runs of a proposal: where one of those
// cannot be looked at it goes on with the others.
func validateAll(c *cobra.Command, paths []string, skip []validate.Check, asJSON bool) (failed error) {
	all := []validation{}
	for _, path := range paths {
		v, err := validatePath(c, path, skip)
		if err != nil && (len(paths) == 1 || c.Context().Err() != nil) {
			return err
		}
		if err != nil {
			cli.Warnf(c, "%s", cli.Reason(err))
			failed = cli.ErrFound
			continue
		}
		if len(v.Problems) > 0 {
			failed = cli.ErrFound
		}
		if !asJSON {
			v.print(c)
		}
		all = append(all, v)
	}
	if !asJSON {
		return failed
	}
	var what any = all
	if len(paths) == 1 {
		what = all[0]
	}
	if err := cli.PrintJSON(c, what); err != nil {
		return err
	}
	return failed
}

func validatePath(c *cobra.Command, path string, skip []validate.Check) (validation, error) {
	v := validation{Path: path, Files: 1, Problems: []validate.Problem{}}
	if !isDirectory(path) {
		v.Problems = append(v.Problems, validate.File(path, skip)...)
		return v, nil
	}
	files, err := run.DataFiles(path)
	if err != nil {
		return v, err
	}
	v.Files = len(files)
	found, err := validate.Run(path, skip, psh.Until(c.Context()), psh.Progress("checking files"))
	v.Problems = append(v.Problems, found...)
	return v, err
}

func (v validation) print(c *cobra.Command) {
	for i, p := range v.Problems {
		if i == 0 || p.Path != v.Problems[i-1].Path {
			cli.Printf(c, "%s\n", below(v.Path, p.Path))
		}
		where := ""
		if p.Dataset != "" {
			where = p.Dataset + ": "
		}
		cli.Printf(c, "  %s%s (%s)\n", where, p.Message, string(p.Check))
	}
	found := "no problems"
	if len(v.Problems) > 0 {
		found = cli.Plural(len(v.Problems), "problem")
	}
	cli.Printf(c, "%s in %s of %s\n", found, cli.Plural(v.Files, "file"), v.Path)
}
