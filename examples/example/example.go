// Package example is what the example programs have in common: their command
// line, their end, and where images are in entries.
package example

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"flag"
	"fmt"
	"io"
	"math"
	"os"
	"os/signal"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"syscall"

	"extrapasha/extradata"
	psh "extrapasha/pasha"
)

// Main runs a program until it is done or interrupted, and exits: with 1 after
// an error, also one that [psh.Must] has met, 2 after a mistake in the command line, 130
// when interrupted. In a worker process of the program it serves work.
func Main(name string, program func(ctx context.Context, args []string) error) {
	psh.Init()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(program, ctx)
	interrupted := ctx.Err() != nil
	stop()
	psh.EndWorkers() // so that their time is counted as the program's
	psh.Close()
	switch {
	case err == nil || errors.Is(err, flag.ErrHelp):
		os.Exit(0)
	case interrupted:
		fmt.Fprintf(os.Stderr, "%s: interrupted, nothing written\n", name)
		os.Exit(130)
	}
	fmt.Fprintf(os.Stderr, "%s: %v\n", name, err)
	var usage usageError
	if errors.As(err, &usage) {
		os.Exit(2)
	}
	os.Exit(1)
}

// run makes an error of what psh.Must panics with.
func run(program func(ctx context.Context, args []string) error, ctx context.Context) (err error) {
	defer func() {
		if value := recover(); value != nil {
			met, ok := value.(error)
			var bug runtime.Error
			if !ok || errors.As(met, &bug) {
				panic(value)
			}
			err = met
		}
	}()
	return program(ctx, os.Args[1:])
}

type usageError struct{ error }

// Parse reads the flags, and opens the run that the other arguments name: a
// proposal and a run, or the path of a run directory or of a file. It is closed
// when the program ends.
func Parse(flags *flag.FlagSet, args []string) (*extradata.DataCollection, error) {
	flags.SetOutput(io.Discard) // errors are for Main to print
	err := flags.Parse(args)
	if errors.Is(err, flag.ErrHelp) {
		flags.SetOutput(os.Stdout)
		fmt.Printf("usage: %s [flags] PROPOSAL RUN | PATH\n\nflags:\n", flags.Name())
		flags.PrintDefaults()
		return nil, err
	}
	if err != nil {
		return nil, usageError{fmt.Errorf("%w; see %s -h", err, flags.Name())}
	}
	switch flags.NArg() {
	case 1:
		path := flags.Arg(0)
		if info, err := os.Stat(path); err == nil && !info.IsDir() {
			return extradata.H5File(path)
		}
		return extradata.RunDirectory(path)
	case 2:
		return extradata.OpenRun(flags.Arg(0), flags.Arg(1))
	}
	return nil, usageError{fmt.Errorf("expected a proposal and a run, or a path; got %q; see %s -h", flags.Args(), flags.Name())}
}

// Source returns name, or without one the first of the sources that match.
func Source(run *extradata.DataCollection, name string, pattern *regexp.Regexp, what string) (string, error) {
	if name != "" {
		return name, nil
	}
	for _, source := range run.AllSources() {
		if pattern.MatchString(source) {
			return source, nil
		}
	}
	return "", fmt.Errorf("the run has no %s (a source like %s); name one with -%s", what, pattern, what)
}

// The facility's names for detector modules and for the output of gas monitors.
var (
	DetectorPattern = regexp.MustCompile(`/DET/\d+CH`)
	XGMPattern      = regexp.MustCompile(`XGM.*:output$`)
)

// Output is the path of a result, in a directory that is made if need be.
func Output(dir, name string) (string, error) {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return "", fmt.Errorf("output directory: %w", err)
	}
	return filepath.Join(dir, name), nil
}

// Digest is a short name for numbers: the same if and only if all bits are.
func Digest[T float32 | float64](arrays ...[]T) string {
	hash, bits := sha256.New(), make([]byte, 0, 1<<16)
	for _, array := range arrays {
		for block := range slices.Chunk(array, 1<<13) {
			hash.Write(appendBits(bits, block))
		}
	}
	return fmt.Sprintf("%x", hash.Sum(nil))[:16]
}

func appendBits[T float32 | float64](bits []byte, values []T) []byte {
	for _, value := range values {
		if value != value { // there are many NaN
			value = T(math.NaN())
		}
		switch value := any(value).(type) {
		case float32:
			bits = binary.LittleEndian.AppendUint32(bits, math.Float32bits(value))
		case float64:
			bits = binary.LittleEndian.AppendUint64(bits, math.Float64bits(value))
		}
	}
	return bits
}

// Table prints lines of a name and a value, aligned.
func Table(rows ...[2]string) {
	width := 0
	for _, row := range rows {
		width = max(width, len(row[0]))
	}
	for _, row := range rows {
		fmt.Printf("%s%s  %s\n", row[0], strings.Repeat(" ", width-len(row[0])), row[1])
	}
}

// Image is the image in an entry: its last two dimensions, at the first position
// of those before. In raw data of AGIPD that leaves out the gain.
func Image[T any](entry psh.Array[T]) psh.Array[T] {
	for entry.NDim() > 2 {
		entry = entry.Row(0)
	}
	return entry
}
