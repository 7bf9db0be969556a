package main

import (
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"extrapasha/cmd/internal/cli"
	"extrapasha/internal/npy"
	"extrapasha/internal/pending"
)

func mergeCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "merge PART.npy... --out FILE.npy",
		Short: "Put arrays of parts of a run together",
		Long: `Put the arrays of several .npy files together along their first dimension, in
the order in which they are named: what the tasks of a job array have found of
the parts of a run. All must have the same type, and entries of one shape. The
file appears complete or not at all.`,
		Example: "  extra-data merge part-*.npy --out all.npy",
		Args: cli.Args(func(args []string) error {
			if len(args) == 0 {
				return errors.New("name the parts")
			}
			return nil
		}),
	}
	out := c.Flags().StringP("out", "o", "", "file to write, .npy")
	c.RunE = func(c *cobra.Command, args []string) error {
		if strings.ToLower(filepath.Ext(*out)) != ".npy" {
			return cli.Usagef(c, "--out %q: expected a name that ends with .npy", *out)
		}
		shape, err := merge(args, *out)
		if err == nil {
			cli.Printf(c, "%s: %d files, shape %v\n", *out, len(args), shape)
		}
		return err
	}
	return c
}

// merge writes the arrays one after the other.
func merge(paths []string, out string) (shape []int, err error) {
	var first arrayPart
	rows := 0
	for i, path := range paths {
		p, err := openPart(path)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		p.Close()
		if i == 0 {
			first = p
		}
		if p.kind != first.kind || !slices.Equal(p.shape[1:], first.shape[1:]) {
			return nil, fmt.Errorf("%s: %s of shape %v, expected %s with entries of shape %v as in %s", path, p.kind, p.shape, first.kind, first.shape[1:], paths[0])
		}
		rows += p.shape[0]
	}
	shape = append([]int{rows}, first.shape[1:]...)
	return shape, pending.Write(out, 0o644, func(w io.Writer) error {
		lengths := strings.Trim(strings.ReplaceAll(fmt.Sprint(shape), " ", ", "), "[]") + ","
		if _, err := w.Write(npy.FormatHeader(first.kind, "False", lengths)); err != nil {
			return err
		}
		for _, path := range paths {
			if err := copyPart(w, path); err != nil {
				return fmt.Errorf("%s: %w", path, err)
			}
		}
		return nil
	})
}

// arrayPart is a file whose elements are to be read.
type arrayPart struct {
	*os.File
	kind  string // of elements, as NumPy names it
	shape []int
	bytes int64
}

// openPart opens a file of as many elements as its header says.
func openPart(path string) (p arrayPart, err error) {
	if p.File, err = os.Open(path); err != nil {
		return p, errors.Unwrap(err)
	}
	defer func() {
		if err != nil {
			p.Close()
		}
	}()
	header, err := npy.ReadHeader(p.File)
	if err != nil {
		return p, err
	}
	p.kind, p.shape = header.Descr.Type, header.Descr.Shape
	if _, err := fmt.Sscanf(strings.TrimLeft(p.kind, "<>|=bifuc"), "%d", &p.bytes); err != nil || len(p.shape) == 0 || header.Descr.Fortran {
		return p, fmt.Errorf("%s of shape %v: expected numbers in C order, with a dimension to put them together along", p.kind, p.shape)
	}
	for _, n := range p.shape {
		if n > 0 && p.bytes > math.MaxInt64/int64(n) {
			return p, fmt.Errorf("more elements than there can be: shape %v", p.shape)
		}
		p.bytes *= int64(n)
	}
	at, err := p.Seek(0, io.SeekCurrent)
	if err != nil {
		return p, err
	}
	if info, err := p.Stat(); err != nil || info.Size() != at+p.bytes {
		return p, errors.Join(err, fmt.Errorf("it does not have the %d bytes of elements of shape %v", p.bytes, p.shape))
	}
	return p, nil
}

func copyPart(w io.Writer, path string) error {
	p, err := openPart(path)
	if err != nil {
		return err
	}
	defer p.Close()
	_, err = io.CopyN(w, p, p.bytes)
	return err
}
