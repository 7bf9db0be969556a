package main

import (
	"errors"
	"os"
	"strings"

	"github.com/dustin/go-humanize"
	"github.com/spf13/cobra"

	"extrapasha/cmd/internal/cli"
	"extrapasha/extradata"
	"extrapasha/extradata/write"
	psh "extrapasha/pasha"
)

func writeCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "write RUN [SOURCE[=KEY,...]...] -o FILE",
		Short: "Write a part of a run to a file of the facility's format",
		Long: `Write the selected trains, sources and keys to one file of the facility's
format, which opens like a run. Chunks are copied as they are stored where whole
ones are selected. With --virtual the file holds no data but refers to that of
the run.

A source is a name, or a pattern such as "*XGM*". Behind it and "=" there may be
keys or patterns of keys, separated by commas:
"*/MOTOR/*=actualPosition,targetPosition". Without any source all is written.

` + cli.RunUsage,
		Example: `  extra-data write p4200 1 "*XGM*" "*/MOTOR/*=actualPosition" -o small.h5
  extra-data write p4200 1 --trains :100 --virtual -o first.h5`,
		Args: cli.Args(func(args []string) error {
			if len(args) == 0 {
				return errNoRun
			}
			return nil
		}),
		ValidArgsFunction: cli.CompleteSources,
	}
	trains := cli.TrainFlags(c)
	cli.OpenFlag(c)
	out := c.Flags().StringP("out", "o", "", "file to write")
	virtual := c.Flags().Bool("virtual", false, "refer to the data in the files of the run, and copy none")
	c.RunE = func(c *cobra.Command, args []string) error {
		if *out == "" {
			return cli.Usagef(c, "name a file to write with --out")
		}
		return writeRun(c, args, trains, *out, *virtual)
	}
	return c
}

func writeRun(c *cobra.Command, args []string, trains *cli.Selected, out string, virtual bool) error {
	named, rest := cli.SplitRun(args)
	run, err := cli.OpenRun(c, named, extradata.WithoutOverview())
	if err != nil {
		return err
	}
	defer run.Close()
	some := run
	if len(rest) > 0 {
		some, err = run.Select(sourceSelections(run, rest)...)
	}
	if err == nil {
		some, err = cli.TrainsOf(c, trains, some)
	}
	if err != nil {
		return err
	}
	how := write.Write
	if virtual {
		how = write.WriteVirtual
	}
	if err := how(out, some, psh.Until(c.Context()), psh.Progress("writing")); err != nil {
		return err
	}
	info, err := os.Stat(out)
	if err != nil {
		return err
	}
	cli.Printf(c, "%s: %s, %s, %s\n", out, cli.Plural(len(some.TrainIDs()), "train"), cli.Plural(len(some.AllSources()), "source"), humanize.Bytes(uint64(info.Size())))
	return nil
}

// sourceSelections are what the arguments select: sources, with keys where they name any.
func sourceSelections(run *extradata.DataCollection, args []string) (selections []extradata.Selection) {
	for _, arg := range args {
		source, keys, some := strings.Cut(arg, "=")
		source = cli.Shown(source, run.AllSources())
		if !some {
			keys = "*"
		}
		for key := range strings.SplitSeq(keys, ",") {
			selections = append(selections, extradata.Glob(source, key))
		}
	}
	return selections
}

func overviewCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "overview RUN",
		Short: "Make the overview file of a run",
		Long: `Make the overview file of a run, which refers to the data of all its files: it
is opened instead of them, as long as they stay as they are. It lies in the run
directory, or where that cannot be written in usr/.extra_data of the proposal,
where EXtra-data in Python looks for it, too.

` + cli.RunUsage,
		Example: `  extra-data overview p4200 1
  extra-data overview ./r0001 -o overview.h5`,
		Args: cli.Args(oneRun),
	}
	cli.DataFlag(c)
	out := c.Flags().StringP("out", "o", "", "file to write, instead of where it is looked for")
	c.RunE = func(c *cobra.Command, args []string) error {
		dirs, err := cli.RunPaths(c, args)
		if err != nil {
			return err
		}
		if *out != "" && len(dirs) > 1 {
			return errors.New("--out is for one directory, and there are several: use --data")
		}
		for _, dir := range dirs {
			if !isDirectory(dir) {
				return errors.New(dir + " is a file: name the directory of a run")
			}
			path, err := write.Overview(*out, dir, psh.Until(c.Context()), psh.Progress("writing"))
			if err != nil {
				return err
			}
			cli.Printf(c, "%s\n", path)
		}
		return nil
	}
	return c
}
