package main

import (
	"cmp"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"extrapasha/cmd/internal/cli"
	"extrapasha/run"
)

func mapCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "map RUN",
		Short: "Make or check the files map of a run",
		Long: `Make the files map of a run, karabo_data_map.json, which tells what is in each
file: with it a run of many files is opened at once. It is the one of EXtra-data
in Python. It lies in the run directory, or where that cannot be written in the
proposal's scratch directory. With --check the map is compared to the files; the
exit code is 1 where it is not right or does not know all files.

` + cli.RunsUsage,
		Example: `  extra-data map p4200 1
  extra-data map p4200 1 --check`,
		Args: cli.Args(oneRun),
	}
	cli.DataFlag(c)
	check := c.Flags().Bool("check", false, "check the map that is there, and change nothing")
	c.RunE = func(c *cobra.Command, args []string) error {
		dirs, err := cli.RunPaths(c, args)
		if err != nil {
			return err
		}
		var failed error
		for _, dir := range dirs {
			err := oneMap(c, dir, *check)
			if err != nil && !errors.Is(err, cli.ErrFound) {
				return err
			}
			failed = cmp.Or(failed, err)
		}
		return failed
	}
	return c
}

// oneMap makes or checks the map of a run.
func oneMap(c *cobra.Command, dir string, check bool) error {
	if !isDirectory(dir) {
		return fmt.Errorf("%s is a file: name the directory of a run", dir)
	}
	if check {
		return checkMap(c, dir)
	}
	path, files, err := run.WriteFilesMap(dir)
	if err != nil {
		return err
	}
	cli.Printf(c, "%s: %s\n", path, cli.Plural(files, "file"))
	return nil
}

func checkMap(c *cobra.Command, dir string) error {
	paths, err := run.DataFiles(dir)
	if err != nil {
		return err
	}
	var files []*run.File
	for _, path := range paths {
		if err := c.Context().Err(); err != nil {
			return err
		}
		file, err := run.Open(path)
		if err != nil {
			cli.Warnf(c, "%s cannot be read and is left out: %s", below(dir, path), cli.Reason(err))
			continue
		}
		file.Close()
		files = append(files, file)
	}
	path, wrong, unknown := run.CheckFilesMap(dir, files)
	if path == "" {
		cli.Printf(c, "%s has no files map\n", dir)
		return cli.ErrFound
	}
	for _, file := range wrong {
		cli.Printf(c, "  %s: the map tells something else of it than is in it\n", file)
	}
	for _, file := range unknown {
		cli.Printf(c, "  %s: not in the map as it is now\n", file)
	}
	cli.Printf(c, "%s: right for %d of %s\n", path, len(files)-len(wrong)-len(unknown), cli.Plural(len(files), "file"))
	if len(wrong)+len(unknown) > 0 {
		return cli.ErrFound
	}
	return nil
}
