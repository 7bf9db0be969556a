package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"extrapasha/cmd/internal/cli"
	"extrapasha/internal/printable"
	"extrapasha/run"
)

// trial is how the try of a file has ended.
type trial struct {
	File   string  `json:"file"`
	State  string  `json:"state"` // readable, unreadable or no answer
	Reason string  `json:"reason,omitempty"`
	Second float64 `json:"seconds"`
}

func (t trial) String() string {
	if t.State == readable {
		return fmt.Sprintf("%s: %s in %.2g s", t.File, t.State, t.Second)
	}
	return fmt.Sprintf("%s: %s (%s)", t.File, t.State, t.Reason)
}

func readableCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "readable RUN…",
		Short: "Try whether data files can be read",
		Long: `Open each data file of runs, directories or proposals, or those that are named,
and read what it has, in a process of its own with a limit of time: a file on a
disk that does not answer can make a program wait for days. A file that is on
tape only, or that the archive calls unavailable, is not touched. The exit code
is 1 where a file cannot be read.

` + cli.RunsUsage,
		Example: `  extra-data readable p4200 1 --timeout 20s
  extra-data readable --recursive /gpfs/exfel/exp/MID/202401 /gpfs/exfel/exp/SPB/202401
  extra-data readable --all run/*.h5`,
		Args: cli.Args(anyRuns),
	}
	cli.DataFlag(c)
	limit := c.Flags().Duration("timeout", time.Minute, "how long a file may take")
	atOnce := c.Flags().Int("at-once", 10, "how many files are tried at the same time")
	all := c.Flags().BoolP("all", "a", false, "tell of files that can be read too")
	recursive := c.Flags().BoolP("recursive", "r", false, "also files in directories below those named")
	asJSON := c.Flags().Bool("json", false, "print how each file did as JSON")
	c.RunE = func(c *cobra.Command, args []string) error {
		if *atOnce < 1 || *limit <= 0 {
			return cli.Usagef(c, "--at-once %d and --timeout %v must be above 0", *atOnce, *limit)
		}
		inputs, err := inputs(c, args, *recursive)
		if err != nil {
			return err
		}
		dir, paths := together(inputs)
		trials, err := tryAll(c.Context(), paths, *limit, *atOnce)
		if err != nil {
			return err
		}
		bad := 0
		for i := range trials {
			trials[i].File = below(dir, paths[i])
			if trials[i].State != readable {
				bad++
			} else if !*all {
				continue
			}
			if !*asJSON {
				cli.Printf(c, "  %s\n", trials[i])
			}
		}
		if *asJSON {
			if err := cli.PrintJSON(c, trials); err != nil {
				return err
			}
		} else {
			cli.Printf(c, "%d of %s can be read\n", len(paths)-bad, ofWhat(len(paths), dir))
		}
		if bad > 0 {
			return cli.ErrFound
		}
		return nil
	}
	return c
}

// ofWhat is so many files of a directory, or of several.
func ofWhat(files int, dir string) string {
	if dir == "" {
		return cli.Plural(files, "file")
	}
	return cli.Plural(files, "file") + " of " + dir
}

// inputs are the runs, directories and files that the arguments name.
func inputs(c *cobra.Command, args []string, recursive bool) (found []place, err error) {
	for _, named := range cli.SplitRuns(args) {
		var here []place
		if len(named) == 1 && recursive && isDirectory(named[0]) {
			here, err = filesBelow(named[0])
		} else {
			here, err = places(c, named)
		}
		if err != nil {
			return nil, err
		}
		found = append(found, here...)
	}
	return found, nil
}

// filesBelow are the data files below a directory.
func filesBelow(dir string) ([]place, error) {
	below := place{path: dir}
	err := filepath.WalkDir(dir+"/", func(path string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() && strings.HasSuffix(path, ".h5") {
			below.files = append(below.files, path)
		}
		return err
	})
	if err == nil && len(below.files) == 0 {
		err = fmt.Errorf("no HDF5 files below %s", dir)
	}
	return []place{below}, err
}

// together are the files of all places, each once, and where they are if that is one.
func together(inputs []place) (dir string, paths []string) {
	if len(inputs) == 1 {
		return inputs[0].path, inputs[0].files
	}
	seen := map[string]bool{}
	for _, input := range inputs {
		for _, path := range input.files {
			if clean := filepath.Clean(path); !seen[clean] {
				seen[clean] = true
				paths = append(paths, path)
			}
		}
	}
	return "", paths
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
			reason = strings.ReplaceAll(reason, printable.Line(absolute)+": ", "")
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
			if where, err := run.LocalityOf(args[0]); err == nil && (where == run.OnTape || where == run.Unavailable) {
				return errors.New(where.String())
			}
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
				if len(keys) == 0 { // it has values of the run only
					continue
				}
				if _, err := file.Rows(run.Dataset(section, source, keys[0])); err != nil {
					return err
				}
			}
			return nil
		},
	}
}
