package main

import (
	"cmp"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/dustin/go-humanize"
	"github.com/spf13/cobra"

	"extrapasha/cmd/internal/cli"
	"extrapasha/extradata"
	"extrapasha/run"
)

// proposalDirectories are those with runs, see [cli.RunsIn].
var proposalDirectories = []string{".", "raw", "proc"}

// runLine is a run in a list of runs.
type runLine struct {
	Path     string `json:"path"`
	Name     string `json:"-"`
	Trains   int    `json:"trains"`
	Detector int    `json:"detector_files"`
	Other    int    `json:"other_files"`
	Bytes    int64  `json:"bytes"`
	Error    string `json:"error,omitempty"`
}

func (l runLine) String() string {
	if l.Error != "" {
		return fmt.Sprintf("%s  %s", l.Name, l.Error)
	}
	return fmt.Sprintf("%s  %6d trains  %4d detector files  %4d others  %8s", l.Name, l.Trains, l.Detector, l.Other, humanize.Bytes(uint64(l.Bytes)))
}

// listRuns lists the runs of a proposal, a line each.
func listRuns(c *cobra.Command, dir string, runs []string, o options) error {
	if !o.asJSON {
		cli.Printf(c, "%s: %s\n\n", dir, cli.Plural(len(runs), "run"))
	}
	var lines []runLine
	for _, path := range runs {
		if err := c.Context().Err(); err != nil {
			return err
		}
		line, err := lineOf(path)
		if err != nil {
			line.Error = cli.Reason(err)
		}
		if line.Name, err = filepath.Rel(dir, path); err != nil {
			line.Name = path
		}
		lines = append(lines, line)
		if !o.asJSON {
			cli.Printf(c, "  %s\n", line)
		}
	}
	if o.asJSON {
		return cli.PrintJSON(c, lines)
	}
	return nil
}

// lineOf tells of a run what can be told quickly: the number of trains is that of one
// aggregator, of those with the fewest files.
func lineOf(path string) (runLine, error) {
	line := runLine{Path: path, Name: path}
	files, err := run.DataFiles(path)
	if err != nil {
		return line, err
	}
	segments := map[string][]string{}
	for _, file := range files {
		name := run.ParseName(file)
		segments[name.Aggregator] = append(segments[name.Aggregator], filepath.Base(file))
		if isDetector(name.Aggregator) {
			line.Detector++
		} else {
			line.Other++
		}
		if info, err := os.Stat(file); err == nil {
			line.Bytes += info.Size()
		}
	}
	aggregators := slices.SortedFunc(maps.Keys(segments), func(a, b string) int {
		return cmp.Or(len(segments[a])-len(segments[b]), strings.Compare(a, b))
	})
	fewest := aggregators[0]
	if i := slices.IndexFunc(aggregators, func(a string) bool { return !isDetector(a) }); i >= 0 {
		fewest = aggregators[i] // a module of a detector may miss trains
	}
	opened, err := extradata.RunDirectory(path, extradata.Include("*"+fewest+"*"), extradata.AliasFiles())
	if err != nil {
		return line, err
	}
	defer opened.Close()
	line.Trains = len(opened.TrainIDs())
	return line, nil
}

// isDetector tells it from the name of an aggregator: DA01 and the like are of other
// data.
func isDetector(aggregator string) bool {
	return aggregator != "" && !strings.HasPrefix(aggregator, "DA")
}

// outline is one path, or run by number, of several.
func outline(c *cobra.Command, named []string) (fmt.Stringer, error) {
	if len(named) == 2 {
		paths, err := cli.RunPaths(c, named)
		if err != nil {
			return nil, err
		}
		return lineOf(paths[0])
	}
	path, err := proposalPath(named[0])
	if err != nil {
		return nil, err
	}
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return nil, fmt.Errorf("%s: no such file or directory", path)
	case !info.IsDir():
		opened, err := extradata.H5File(path)
		if err != nil {
			return nil, err
		}
		defer opened.Close()
		return fileLine{path, len(opened.TrainIDs()), len(opened.AllSources())}, nil
	}
	if runs := cli.RunsIn(path, proposalDirectories...); runs != nil {
		return proposalLine{path, len(runs)}, nil
	}
	return lineOf(path)
}

type fileLine struct {
	Path    string `json:"path"`
	Trains  int    `json:"trains"`
	Sources int    `json:"sources"`
}

func (l fileLine) String() string {
	return fmt.Sprintf("%s  %6d trains  %4d sources", l.Path, l.Trains, l.Sources)
}

type proposalLine struct {
	Path string `json:"path"`
	Runs int    `json:"runs"`
}

func (l proposalLine) String() string { return l.Path + "  " + cli.Plural(l.Runs, "run") }
