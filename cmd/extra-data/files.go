package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"extrapasha/internal/cli"
	"extrapasha/run"
)

// dataFiles are the paths of the files of a run, or of the one that is named.
func dataFiles(args []string, data string) (dir string, paths []string, err error) {
	path, err := cli.RunPath(args, data)
	if err != nil {
		return "", nil, err
	}
	if info, err := os.Stat(path); err == nil && !info.IsDir() {
		return path, []string{path}, nil
	}
	paths, err = run.DataFiles(path)
	return path, paths, err
}

func localityCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "locality RUN",
		Short: "Tell whether the files of a run are on disk or on tape",
		Long: `Tell where the data of each file of a run is, in the facility's archive: on disk,
on tape, from where it is copied when it is read, or unavailable. Nothing is read. The
exit code is 1 where not all is on disk.

` + cli.RunUsage,
		Example: "  extra-data locality p4200 1",
		Args:    cli.Args(oneRun),
	}
	data := cli.DataFlag(c)
	asJSON := c.Flags().Bool("json", false, "print where each file is as JSON")
	c.RunE = func(c *cobra.Command, args []string) error {
		dir, paths, err := dataFiles(args, *data)
		if err != nil {
			return err
		}
		where, counts := map[string]string{}, map[run.Locality]int{}
		for _, path := range paths {
			locality, err := run.LocalityOf(path)
			if err != nil {
				return err
			}
			where[below(dir, path)] = locality.String()
			counts[locality]++
			if locality != run.OnDisk && !*asJSON {
				fmt.Fprintf(c.OutOrStdout(), "  %s: %v\n", below(dir, path), locality)
			}
		}
		if *asJSON {
			if err := cli.PrintJSON(c, where); err != nil {
				return err
			}
		} else {
			fmt.Fprintf(c.OutOrStdout(), "%s of %s: %d on disk, %d on tape, %d unavailable\n",
				cli.Plural(len(paths), "file"), dir, counts[run.OnDisk], counts[run.OnTape], counts[run.Unavailable])
		}
		if counts[run.OnDisk] < len(paths) {
			return cli.ErrFound
		}
		return nil
	}
	return c
}

func mapCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "map RUN",
		Short: "Make or check the files map of a run",
		Long: `Make the files map of a run, karabo_data_map.json, which tells what is in each file:
with it a run of many files is opened at once. It is the one of EXtra-data in Python.
It lies in the run directory, or where that cannot be written in the proposal's
scratch directory. With --check the map is compared to the files; the exit code is 1
where it is not right or does not know all files.

` + cli.RunUsage,
		Example: `  extra-data map p4200 1
  extra-data map p4200 1 --check`,
		Args: cli.Args(oneRun),
	}
	data := cli.DataFlag(c)
	check := c.Flags().Bool("check", false, "check the map that is there, and change nothing")
	c.RunE = func(c *cobra.Command, args []string) error {
		dir, err := cli.RunPath(args, *data)
		if err != nil {
			return err
		}
		if info, err := os.Stat(dir); err == nil && !info.IsDir() {
			return fmt.Errorf("%s is a file: name the directory of a run", dir)
		}
		if *check {
			return checkMap(c, dir)
		}
		path, files, err := run.WriteFilesMap(dir)
		if err == nil {
			fmt.Fprintf(c.OutOrStdout(), "%s: %s\n", path, cli.Plural(files, "file"))
		}
		return err
	}
	return c
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
			fmt.Fprintf(c.ErrOrStderr(), "%s cannot be read and is left out: %v\n", below(dir, path), err)
			continue
		}
		file.Close()
		files = append(files, file)
	}
	path, wrong, unknown := run.CheckFilesMap(dir, files)
	out := c.OutOrStdout()
	if path == "" {
		fmt.Fprintf(out, "%s has no files map\n", dir)
		return cli.ErrFound
	}
	for _, file := range wrong {
		fmt.Fprintf(out, "  %s: the map tells something else of it than is in it\n", file)
	}
	for _, file := range unknown {
		fmt.Fprintf(out, "  %s: not in the map as it is now\n", file)
	}
	fmt.Fprintf(out, "%s: right for %d of %s\n", path, len(files)-len(wrong)-len(unknown), cli.Plural(len(files), "file"))
	if len(wrong)+len(unknown) > 0 {
		return cli.ErrFound
	}
	return nil
}

// trial is how the try of a file has ended.
type trial struct {
	File   string  `json:"file"`
	State  string  `json:"state"` // readable, unreadable or no answer
	Reason string  `json:"reason,omitempty"`
	Second float64 `json:"seconds"`
}

func readableCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "readable RUN",
		Short: "Try whether the files of a run can be read",
		Long: `Open each file of a run and read what it has, in a process of its own with a limit
of time: a file that is on tape, or on a disk that does not answer, can make a program
wait for days. The exit code is 1 where a file cannot be read.

` + cli.RunUsage,
		Example: "  extra-data readable p4200 1 --timeout 20s",
		Args:    cli.Args(oneRun),
	}
	data := cli.DataFlag(c)
	limit := c.Flags().Duration("timeout", time.Minute, "how long a file may take")
	atOnce := c.Flags().Int("at-once", 10, "how many files are tried at the same time")
	asJSON := c.Flags().Bool("json", false, "print how each file did as JSON")
	c.RunE = func(c *cobra.Command, args []string) error {
		if *atOnce < 1 || *limit <= 0 {
			return cli.Usagef(c, "--at-once %d and --timeout %v must be above 0", *atOnce, *limit)
		}
		dir, paths, err := dataFiles(args, *data)
		if err != nil {
			return err
		}
		trials, err := tryAll(c.Context(), paths, *limit, *atOnce)
		if err != nil {
			return err
		}
		bad := 0
		for i := range trials {
			trials[i].File = below(dir, paths[i])
			if trials[i].State == readable {
				continue
			}
			bad++
			if !*asJSON {
				fmt.Fprintf(c.OutOrStdout(), "  %s: %s (%s)\n", trials[i].File, trials[i].State, trials[i].Reason)
			}
		}
		if *asJSON {
			if err := cli.PrintJSON(c, trials); err != nil {
				return err
			}
		} else {
			fmt.Fprintf(c.OutOrStdout(), "%d of %s of %s can be read\n", len(paths)-bad, cli.Plural(len(paths), "file"), dir)
		}
		if bad > 0 {
			return cli.ErrFound
		}
		return nil
	}
	return c
}

const readable = "readable"

func tryAll(ctx context.Context, paths []string, limit time.Duration, atOnce int) ([]trial, error) {
	trials := make([]trial, len(paths))
	slots := make(chan struct{}, atOnce)
	var group sync.WaitGroup
	for i, path := range paths {
		slots <- struct{}{}
		if ctx.Err() != nil {
			break
		}
		group.Go(func() {
			defer func() { <-slots }()
			start := time.Now()
			trials[i] = try(ctx, path, limit)
			trials[i].Second = time.Since(start).Seconds()
		})
	}
	group.Wait()
	return trials, context.Cause(ctx)
}

// try opens a file in another process. One that waits for a device cannot be killed
// before that answers: it is left behind, to end then.
func try(ctx context.Context, path string, limit time.Duration) trial {
	command := exec.Command("/proc/self/exe", tryName, path)
	command.Args[0] = os.Args[0]
	var said bytes.Buffer
	command.Stderr = &said
	if err := command.Start(); err != nil {
		return trial{State: "unreadable", Reason: err.Error()}
	}
	ended := make(chan error, 1)
	go func() { ended <- command.Wait() }()
	select {
	case err := <-ended:
		if err == nil {
			return trial{State: readable}
		}
		reason := strings.TrimSpace(strings.TrimPrefix(said.String(), "extra-data: "))
		if absolute, err := filepath.Abs(path); err == nil {
			reason = strings.ReplaceAll(reason, absolute+": ", "")
		}
		if exit := (*exec.ExitError)(nil); reason == "" && errors.As(err, &exit) {
			reason = exit.String()
		}
		return trial{State: "unreadable", Reason: reason}
	case <-ctx.Done():
		_ = command.Process.Kill()
		return trial{State: "no answer", Reason: "interrupted"}
	case <-time.After(limit):
		_ = command.Process.Kill()
		return trial{State: "no answer", Reason: fmt.Sprintf("within %v", limit)}
	}
}

const tryName = "try-file"

// tryCommand is what the other process does.
func tryCommand() *cobra.Command {
	return &cobra.Command{
		Use:    tryName + " FILE",
		Hidden: true,
		Args:   cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			file, err := run.Open(args[0])
			if err != nil {
				return err
			}
			defer file.Close()
			for source, section := range file.Sources() {
				keys, err := file.Keys(section, source)
				if err != nil {
					return err
				}
				if i := slices.IndexFunc(keys, func(key string) bool { return key != "" }); i >= 0 {
					if _, err := file.Rows(run.Dataset(section, source, keys[i])); err != nil {
						return err
					}
				}
			}
			return nil
		},
	}
}
