package main

import (
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"extrapasha/extradata/validate"
	"extrapasha/internal/cli"
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
		Short: "Look for mistakes in the data files of a run",
		Long: `Look for mistakes in the data files of a run, or in one file. A file that cannot
be read is always one; these are the other checks:

` + about + `
The exit code is 1 where there is a problem.

` + cli.RunUsage,
		Example: `  extra-data validate p4200 1
  extra-data validate /gpfs/exfel/exp/MID/202401/p004200/proc/r0001 --skip timestamps`,
		Args: cli.Args(oneRun),
	}
	data := cli.DataFlag(c)
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
		path, err := cli.RunPath(args, *data)
		if err != nil {
			return err
		}
		return validatePath(c, path, checks, *asJSON)
	}
	return c
}

// validation is what is printed as JSON.
type validation struct {
	Path     string             `json:"path"`
	Files    int                `json:"files"`
	Problems []validate.Problem `json:"problems"`
}

func validatePath(c *cobra.Command, path string, skip []validate.Check, asJSON bool) error {
	v := validation{Path: path, Files: 1, Problems: []validate.Problem{}}
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	var found []validate.Problem
	if info.IsDir() {
		files, err := run.DataFiles(path)
		if err != nil {
			return err
		}
		v.Files = len(files)
		found, err = validate.Run(path, skip, psh.Until(c.Context()), psh.Progress("checking files"))
		if err != nil {
			return err
		}
	} else {
		found = validate.File(path, skip)
	}
	v.Problems = append(v.Problems, found...)
	if err := v.print(c, asJSON); err != nil {
		return err
	}
	if len(found) > 0 {
		return cli.ErrFound
	}
	return nil
}

func (v validation) print(c *cobra.Command, asJSON bool) error {
	if asJSON {
		return cli.PrintJSON(c, v)
	}
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
	what := cli.Plural(v.Files, "file")
	if len(v.Problems) == 0 {
		cli.Printf(c, "no problems in %s of %s\n", what, v.Path)
		return nil
	}
	cli.Printf(c, "%s in %s of %s\n", cli.Plural(len(v.Problems), "problem"), what, v.Path)
	return nil
}
