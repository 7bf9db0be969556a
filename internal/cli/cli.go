// Package cli is what the commands have in common: how they end, and how runs are
// named on their command lines.
package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/spf13/cobra"
)

// Exit codes, as users of the facility's other tools know them.
const (
	exitFailed      = 1
	exitUsage       = 2
	exitInterrupted = 130
)

// ErrFound ends a command that has looked for problems and has told of some: it exits
// with 1 and says no more.
var ErrFound = errors.New("problems were found")

// usageError is a mistake in the command line.
type usageError struct{ error }

// Usagef is a mistake in the command line, for which the command exits with 2.
func Usagef(c *cobra.Command, format string, args ...any) error {
	return usageError{fmt.Errorf("%s; see %s --help", fmt.Sprintf(format, args...), c.CommandPath())}
}

// Root makes a command the root of a program: its mistakes are for [Execute] to tell.
func Root(c *cobra.Command) *cobra.Command {
	c.SilenceErrors, c.SilenceUsage = true, true
	c.SetFlagErrorFunc(func(c *cobra.Command, err error) error { return Usagef(c, "%v", err) })
	return c
}

// Execute runs a command with the arguments of the program until it is done or
// interrupted, and returns the exit code: 0, 1 where it failed or found problems, 2
// after a mistake in the command line, 130 when interrupted. An error is one line on
// standard error. Where nobody reads what the command prints any more, it ends without
// one.
func Execute(root *cobra.Command) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	signal.Ignore(syscall.SIGPIPE)
	work, end := context.WithCancel(ctx)
	defer end()
	out := &output{to: os.Stdout, end: end}
	root.SetOut(out)
	err := root.ExecuteContext(work)
	switch code := ExitCode(err, ctx.Err() != nil); {
	case out.closed:
		return 0
	case code == exitInterrupted:
		fmt.Fprintf(os.Stderr, "%s: interrupted\n", root.Name())
		return code
	case err != nil && !errors.Is(err, ErrFound):
		fmt.Fprintf(os.Stderr, "%s: %s\n", root.Name(), strings.ReplaceAll(err.Error(), "\n", " "))
		return code
	default:
		return code
	}
}

// ExitCode is what a command exits with that has ended with an error.
func ExitCode(err error, interrupted bool) int {
	var usage usageError
	switch {
	case err == nil:
		return 0
	case interrupted:
		return exitInterrupted
	case errors.As(err, &usage):
		return exitUsage
	}
	return exitFailed
}

// output is standard output until its reader has gone: that ends the command.
type output struct {
	to     *os.File
	end    func()
	closed bool
}

func (o *output) Write(text []byte) (int, error) {
	n, err := o.to.Write(text)
	if errors.Is(err, syscall.EPIPE) {
		o.closed = true
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

// PrintJSON prints a value for programs.
func PrintJSON(c *cobra.Command, value any) error {
	encoder := json.NewEncoder(c.OutOrStdout())
	encoder.SetIndent("", "  ")
	return encoder.Encode(value)
}
