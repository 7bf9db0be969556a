package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"extrapasha/internal/cli"
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
				cli.Printf(c, "  %s: %s (%s)\n", trials[i].File, trials[i].State, trials[i].Reason)
			}
		}
		if *asJSON {
			if err := cli.PrintJSON(c, trials); err != nil {
				return err
			}
		} else {
			cli.Printf(c, "%d of %s of %s can be read\n", len(paths)-bad, cli.Plural(len(paths), "file"), dir)
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
