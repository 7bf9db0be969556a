package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"extrapasha/cmd/internal/cli"
	"extrapasha/extradata"
	"extrapasha/extradata/export"
	"extrapasha/extradata/picture"
	"extrapasha/extradata/table"
)

func originCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "origin FILE",
		Short: "Tell what a result was made of",
		Long: `Tell what a file of results was made of, by which program, and when: a file of
HDF5, NetCDF, NumPy (.npz), Parquet or Arrow, a picture, .png or .svg, or what
the commands write and make-virtual-cxi have made. With --check also whether the
data files are still there and have the size and the trains that they had; if
not the command fails.`,
		Example: `  extra-data get p4200 1 SA2_XTD1_XGM/XGM/DOOCS pulseEnergy.photonFlux -o energy.nc
  extra-data origin energy.nc
  extra-data origin --check energy.nc`,
		Args: cli.Args(only("one file")),
	}
	check := c.Flags().Bool("check", false, "whether the data files are still what they were")
	asJSON := c.Flags().Bool("json", false, "as JSON, for programs")
	c.RunE = func(c *cobra.Command, args []string) error {
		origin, err := readOrigin(args[0])
		if err != nil {
			return err
		}
		text := originText(origin)
		if *asJSON {
			text = origin.Text() + "\n"
		}
		if _, err := io.WriteString(c.OutOrStdout(), text); err != nil || !*check {
			return err
		}
		if err := origin.Check(); err != nil {
			return fmt.Errorf("%s: %w", args[0], err)
		}
		cli.Printf(c, "all %d files are there as they were\n", len(origin.Files))
		return nil
	}
	return c
}

// readOrigin reads the origin of a file by what the file begins with.
func readOrigin(path string) (extradata.Origin, error) {
	f, err := os.Open(path)
	if err != nil {
		return extradata.Origin{}, err
	}
	defer f.Close()
	head := make([]byte, 8)
	n, err := io.ReadFull(f, head)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && err != io.EOF {
		return extradata.Origin{}, err
	}
	begins := func(magic string) bool { return bytes.HasPrefix(head[:n], []byte(magic)) }
	switch {
	case begins("PAR1"), begins("ARROW1"):
		return table.ReadOrigin(path)
	case begins("\x89HDF"):
		return export.ReadOrigin(path)
	case begins("PK\x03\x04"):
		return export.ReadNPZOrigin(path)
	case begins("\x89PNG"), begins("<"):
		text, err := picture.ReadText(path, extradata.OriginName)
		if err != nil {
			return extradata.Origin{}, err
		}
		return extradata.ParseOrigin(text)
	}
	return extradata.Origin{}, fmt.Errorf("%s: expected a file of HDF5, NetCDF 4, NumPy (.npz), Parquet, Arrow, PNG or SVG", path)
}

// originText is an origin for people.
func originText(o extradata.Origin) string {
	var out strings.Builder
	line := func(name, format string, args ...any) {
		fmt.Fprintf(&out, "%-9s %s\n", name, fmt.Sprintf(format, args...))
	}
	line("program", "%s (%s)", strings.Join(slices.Concat([]string{o.Program}, o.Arguments), " "), o.Version)
	line("context", "%s", o.Context)
	line("date", "%s", o.Date.Format("2006-01-02 15:04:05 MST"))
	if o.Run != 0 {
		line("run", "proposal %d, run %d", o.Proposal, o.Run)
	}
	for _, source := range slices.Sorted(maps.Keys(o.Sources)) {
		line("source", "%s", strings.TrimSpace(source+" "+strings.Join(o.Sources[source], " ")))
	}
	for _, r := range o.Trains {
		if r[0] == r[1] {
			line("train", "%d", r[0])
			continue
		}
		line("trains", "%d to %d", r[0], r[1])
	}
	for _, file := range o.Files {
		line("file", "%s, %d bytes, index %.12s", file.Path, file.Size, file.Index)
	}
	return out.String()
}
