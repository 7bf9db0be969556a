// Package cli is what the commands have in common: how they end, and how runs are
// named on their command lines.
package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log"
	"os"
	"os/signal"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"extrapasha/internal/pending"
	"extrapasha/internal/printable"
)

// Exit codes, as users of the facility's other tools know them.
const (
	exitFailed      = 1
	exitUsage       = 2
	exitInterrupted = 130
	exitTerminated  = 143
)

// ErrFound ends a command that has looked for problems and has told of some: it exits
// with 1 and says no more.
var ErrFound = Exit(exitFailed, nil)

// exitError is an error with the code to exit with.
type exitError struct {
	code int
	err  error // nil where the command has told all
}

func (e exitError) Error() string {
	if e.err == nil {
		return fmt.Sprintf("exit code %d", e.code)
	}
	return e.err.Error()
}

func (e exitError) Unwrap() error { return e.err }

// Exit ends a command with an exit code and an error, or without one where it has told
// all. A mistake in the command line keeps its own code.
func Exit(code int, err error) error {
	if known := (exitError{}); errors.As(err, &known) {
		return err
	}
	return exitError{code, err}
}

// Usagef is a mistake in the command line, for which the command exits with 2.
func Usagef(c *cobra.Command, format string, args ...any) error {
	return Exit(exitUsage, fmt.Errorf("%s; see %s --help", fmt.Sprintf(format, args...), c.CommandPath()))
}

// columns is how wide help is, as the texts of commands are.
const columns = 80

// Root makes a command the root of a program: its mistakes are for [Execute] to tell.
func Root(c *cobra.Command) *cobra.Command {
	c.SilenceErrors, c.SilenceUsage = true, true
	c.SetUsageTemplate(strings.ReplaceAll(c.UsageTemplate(), "FlagUsages ", fmt.Sprintf("FlagUsagesWrapped %d ", columns)))
	c.SetFlagErrorFunc(func(c *cobra.Command, err error) error { return Usagef(c, "%v", err) })
	return c
}

// Execute runs a command with the arguments of the program until it is done or is ended
// from outside, and returns the exit code: 0, 1 where it failed or found problems, 2
// after a mistake in the command line, 130 when interrupted, 143 when terminated, or
// what it asked for with [Exit]. An error is one line on standard error. Where nobody
// reads what the command prints any more, it ends without one.
func Execute(root *cobra.Command) int {
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	signal.Ignore(syscall.SIGPIPE)
	log.SetOutput(onePerWrite{os.Stderr})
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	out := &output{to: os.Stdout, end: cancel}
	root.SetOut(out)
	strict(root)
	done := make(chan error, 1)
	go func() { done <- root.ExecuteContext(ctx) }()
	select {
	case err := <-done:
		return out.tell(root, err)
	case caught := <-signals:
		cancel()
		return ended(root, caught, signals, done)
	}
}

// tell tells of the error that a command has ended with, and returns the exit code.
func (o *output) tell(root *cobra.Command, err error) int {
	o.mutex.Lock()
	defer o.mutex.Unlock()
	switch {
	case errors.Is(o.failed, syscall.EPIPE):
		return 0
	case o.failed != nil:
		err = o.failed
	}
	if exit := (exitError{}); err != nil && (!errors.As(err, &exit) || exit.err != nil) {
		fmt.Fprintf(os.Stderr, "%s: %s\n", root.Name(), printable.Line(Reason(err)))
	}
	return ExitCode(err)
}

// What a command has time for after a signal, and what is left then.
const (
	timeToEnd    = 500 * time.Millisecond
	timeToRemove = 200 * time.Millisecond
)

// ended waits until a command has ended after a signal, though not for one that waits
// itself, such as for a disk that does not answer, nor after another signal.
func ended(root *cobra.Command, caught os.Signal, signals <-chan os.Signal, done <-chan error) int {
	select {
	case err := <-done:
		if err == nil { // it was done before
			return 0
		}
	case <-signals:
	case <-time.After(timeToEnd):
	}
	how, code := "interrupted", exitInterrupted
	if caught == syscall.SIGTERM {
		how, code = "terminated", exitTerminated
	}
	told := make(chan struct{})
	go func() {
		pending.End()
		fmt.Fprintf(os.Stderr, "%s: %s\n", root.Name(), how)
		close(told)
	}()
	select {
	case <-told:
	case <-time.After(timeToRemove): // the disk, or standard error, may be what does not answer
	}
	return code
}

// ExitCode is what a command exits with that has ended with an error.
func ExitCode(err error) int {
	exit := exitError{}
	switch {
	case err == nil:
		return 0
	case errors.As(err, &exit):
		return exit.code
	}
	return exitFailed
}

// packages are the names that errors of packages start with.
var packages = regexp.MustCompile(`^(?:(?:detector|export|extradata|geometry|keydata|mockrun|pasha|picture|pulses|scan|table|xgm): )+`)

// Reason is what an error says but for the names of packages in front: who reads it
// knows the command.
func Reason(err error) string { return packages.ReplaceAllString(err.Error(), "") }

// output is standard output until its reader has gone: that ends the command.
type output struct {
	to     *os.File
	end    func()
	mutex  sync.Mutex
	failed error // the first error
}

func (o *output) Write(text []byte) (int, error) {
	n, err := o.to.Write(text)
	if err != nil {
		o.mutex.Lock()
		defer o.mutex.Unlock()
		o.failed = cmp.Or(o.failed, err)
	}
	if errors.Is(err, syscall.EPIPE) {
		o.end()
	}
	return n, err
}

// Args makes the check of a command's arguments a mistake in the command line.
func Args(check func(args []string) error) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if err := check(args); err != nil {
			return Usagef(c, "%v", err)
		}
		return nil
	}
}

// NoArgs makes sure that there are no arguments.
var NoArgs = Args(func(args []string) error {
	if len(args) > 0 {
		return fmt.Errorf("%q is too much", args)
	}
	return nil
})
