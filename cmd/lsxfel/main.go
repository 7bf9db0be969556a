// Command lsxfel lists what is in data files, runs and proposals of the European XFEL.
package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"extrapasha/extradata"
	"extrapasha/internal/cli"
	"extrapasha/run"
)

func main() { os.Exit(cli.Execute(command())) }

type options struct {
	details     []string
	aggregators bool
	asJSON      bool
}

func command() *cobra.Command {
	var o options
	c := cli.Root(&cobra.Command{
		Use:   "lsxfel [PATH…]",
		Short: "List what is in data files, runs and proposals of the European XFEL",
		Long: `List what is in data files, run directories and proposals, the current directory
without a PATH. A proposal and a run ("p4200 1"), or a proposal alone, are looked for
below /gpfs/exfel/exp, or where the environment variable EXTRA_DATA_DATA_ROOT says.
Sources with similar names are one line: MOTOR/{1-3}. Of several paths each gets a
line.`,
		Example: `  lsxfel p4200 1
  lsxfel /gpfs/exfel/exp/MID/202401/p004200/raw/r0001 --detail '*/XGM/*'
  lsxfel p4200`,
		Args: cobra.ArbitraryArgs,
		RunE: func(c *cobra.Command, args []string) error { return list(c, args, o) },
	})
	c.Flags().StringArrayVar(&o.details, "detail", nil, "show the keys of sources whose names fit this pattern, such as '*/XGM/*'; may be given several times")
	c.Flags().BoolVarP(&o.aggregators, "aggregators", "g", false, "tell which data aggregator has saved each source")
	c.Flags().BoolVar(&o.asJSON, "json", false, "print the same as JSON, all sources one by one")
	return c
}

func list(c *cobra.Command, args []string, o options) error {
	if len(args) == 0 {
		args = []string{"."}
	}
	if _, rest := cli.SplitRun(args); len(args) == 2 && len(rest) == 0 {
		return show(c, args, o)
	}
	if len(args) == 1 {
		return show(c, args, o)
	}
	var lines []any
	var failed error
	for _, path := range args {
		line, err := outline(path)
		if err != nil {
			fmt.Fprintf(c.ErrOrStderr(), "lsxfel: %v\n", err)
			failed = cli.ErrFound
			continue
		}
		if !o.asJSON {
			fmt.Fprintln(c.OutOrStdout(), line)
		}
		lines = append(lines, line)
		if err := c.Context().Err(); err != nil {
			return err
		}
	}
	if o.asJSON {
		if err := cli.PrintJSON(c, lines); err != nil {
			return err
		}
	}
	return failed
}

// show shows one run, file or proposal.
func show(c *cobra.Command, named []string, o options) error {
	if len(named) == 1 {
		path, err := proposalPath(named[0])
		if err != nil {
			return err
		}
		named = []string{path}
		if runs := runsIn(path); runs != nil {
			return listRuns(c, path, runs, o)
		}
	}
	opened, err := cli.OpenRun(named)
	if err != nil {
		return err
	}
	defer opened.Close()
	s, err := summarise(opened, strings.Join(named, " "), o)
	if err != nil {
		return err
	}
	if o.asJSON {
		return cli.PrintJSON(c, s)
	}
	t := text{screen: cli.ScreenOf(c)}
	t.summary(s)
	_, err = c.OutOrStdout().Write(t.Bytes())
	return err
}

// proposalPath is the directory of a proposal that is named by number, or the path as
// it is.
func proposalPath(name string) (string, error) {
	if _, err := os.Stat(name); err == nil || strings.ContainsRune(name, filepath.Separator) {
		return name, nil
	}
	if path, err := run.FindProposal(name); err == nil {
		return path, nil
	} else if cli.IsProposal(name) {
		return "", err
	}
	return "", fmt.Errorf("%s: no such file or directory", name)
}

// summary is what there is in a run or file.
type summary struct {
	Name        string            `json:"name"`
	Trains      int               `json:"trains"`
	First       uint64            `json:"first_train,omitempty"`
	Last        uint64            `json:"last_train,omitempty"`
	Seconds     float64           `json:"seconds,omitempty"`
	Files       int               `json:"files"`
	Detectors   []detector        `json:"detectors"`
	Instruments []source          `json:"instrument_sources"`
	Controls    []source          `json:"control_sources"`
	Legacy      map[string]string `json:"legacy_names,omitempty"`
	Reduction   []string          `json:"reduction_sources,omitempty"`
	Errata      []string          `json:"errata_sources,omitempty"`
}

// detector is the modules of a detector in one.
type detector struct {
	Name    string   `json:"name"`
	Modules []string `json:"modules"`
	Type    string   `json:"type,omitempty"`
	Frame   []int    `json:"frame,omitempty"` // shape
	Most    int      `json:"most_frames,omitempty"`
	Frames  int      `json:"frames,omitempty"` // of the first module
}

type source struct {
	Name       string   `json:"name"`
	Aliases    []string `json:"aliases,omitempty"`
	Aggregator string   `json:"aggregator,omitempty"`
	Details    *details `json:"details,omitempty"`
}

type details struct {
	WithData int   `json:"trains_with_data"`
	Most     int   `json:"most_entries"`
	Keys     []key `json:"keys"`
}

type key struct {
	Name    string   `json:"name"`
	Type    string   `json:"type"`
	Entry   []int    `json:"entry,omitempty"` // shape
	Units   string   `json:"units,omitempty"`
	Aliases []string `json:"aliases,omitempty"`
}

// trainSeconds is the time between trains.
const trainSeconds = 0.1

// summarise finds what there is.
func summarise(data *extradata.DataCollection, name string, o options) (s summary, err error) {
	ids := data.TrainIDs()
	s = summary{Name: name, Trains: len(ids), Files: data.Files(), Legacy: data.LegacySources(), Detectors: []detector{}}
	if n := len(ids); n > 0 {
		s.First, s.Last = ids[0], ids[n-1]
		if span := s.Last - s.First + 1; span < 1<<32 { // a suspect train can have any ID
			s.Seconds = float64(span) * trainSeconds
		}
	}
	modules := data.DetectorSources()
	if s.Detectors, err = detectors(data, modules); err != nil {
		return s, err
	}
	wanted, err := run.AnyGlob(o.details)
	if err != nil {
		return s, err
	}
	aliases := byTarget(data.Aliases())
	collect := func(names []string, take func(string) bool) (sources []source, err error) {
		sources = []source{}
		for _, name := range names {
			if _, old := s.Legacy[name]; old || !take(name) {
				continue
			}
			entry := source{Name: name, Aliases: aliases[extradata.Alias{Source: name}]}
			source, err := data.Source(name)
			if err != nil {
				return nil, err
			}
			if o.aggregators {
				if entry.Aggregator, err = source.Aggregator(); err != nil {
					return nil, err
				}
			}
			if wanted(name) {
				if entry.Details, err = detail(source, aliases); err != nil {
					return nil, err
				}
			}
			sources = append(sources, entry)
		}
		return sources, nil
	}
	// A module is part of its detector and left out here, unless it is asked for.
	s.Instruments, err = collect(data.InstrumentSources(), func(name string) bool { return wanted(name) || !slices.Contains(modules, name) })
	if err != nil {
		return s, err
	}
	if s.Controls, err = collect(data.ControlSources(), func(string) bool { return true }); err != nil {
		return s, err
	}
	if s.Reduction, err = data.ReductionSources(); err != nil {
		return s, err
	}
	s.Errata, err = data.ErrataSources()
	return s, err
}

func detectors(run *extradata.DataCollection, modules []string) ([]detector, error) {
	found := []detector{}
	for _, module := range modules {
		name := module[:strings.LastIndex(module, "/")]
		i := slices.IndexFunc(found, func(d detector) bool { return d.Name == name })
		if i >= 0 {
			found[i].Modules = append(found[i].Modules, module)
			continue
		}
		d := detector{Name: name, Modules: []string{module}}
		// Where there are no images it is a detector all the same.
		if key, err := run.Key(module, "image.data"); err == nil {
			counts := key.DataCounts()
			d.Type, d.Frame, d.Most, d.Frames = key.DType().String(), key.EntryShape(), slices.Max(append(counts, 0)), key.Entries()
		}
		found = append(found, d)
	}
	return found, nil
}

func detail(data *extradata.SourceData, aliases map[extradata.Alias][]string) (*details, error) {
	counts, err := data.DataCounts("")
	if err != nil {
		return nil, err
	}
	d := &details{Most: slices.Max(append(counts, 0)), Keys: []key{}}
	for _, count := range counts {
		if count > 0 {
			d.WithData++
		}
	}
	names, err := data.Names()
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		k, err := data.Key(name)
		if err != nil {
			return nil, err
		}
		units, err := k.Units()
		if err != nil {
			return nil, err
		}
		d.Keys = append(d.Keys, key{name, k.DType().String(), k.EntryShape(), units, aliases[extradata.Alias{Source: data.Name(), Key: name}]})
	}
	return d, nil
}

// byTarget are the names of aliases, by what they stand for.
func byTarget(aliases map[string]extradata.Alias) map[extradata.Alias][]string {
	names := map[extradata.Alias][]string{}
	for name, target := range aliases {
		target.Key = strings.TrimSuffix(target.Key, ".value")
		names[target] = append(names[target], name)
	}
	for _, list := range names {
		slices.Sort(list)
	}
	return names
}
