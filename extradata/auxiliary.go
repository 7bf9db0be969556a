package extradata

import (
	"fmt"
	"slices"
	"strings"

	"extrapasha/internal/trains"
	"extrapasha/run"
)

// ReductionSources are the names of the sources that tell what data reduction did
// to others, sorted. Those that several data aggregators have, or that are not named
// after a source in the same files, are named after the aggregator as well:
// "AGIPD00@SPB_IRU_AGIPD1M1/REDU/LITFRM:daqFilter". Only the files that the selection
// is of are looked at.
func (c *DataCollection) ReductionSources() ([]string, error) { return c.auxiliaryIn(run.Reduction) }

// ErrataSources are the names of the sources that tell what went wrong with the
// data, sorted: "AGIPD00@TRAINS_OUTSIDE_BUFFER_RANGE", see
// [DataCollection.ReductionSources].
func (c *DataCollection) ErrataSources() ([]string, error) { return c.auxiliaryIn(run.Errata) }

func (c *DataCollection) auxiliaryIn(section run.Section) ([]string, error) {
	sources, err := c.auxiliary()
	if err != nil {
		return nil, err
	}
	var names []string
	for name, s := range sources {
		if s.section == section {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names, nil
}

// AuxiliarySource is one of the reduction or errata sources. The error is a
// [*SourceNameError], with the names that come close: also where a name without the
// aggregator stands for several.
func (c *DataCollection) AuxiliarySource(name string) (*SourceData, error) {
	sources, err := c.auxiliary()
	if err != nil {
		return nil, err
	}
	return c.with(c.trainIDs, sources).Source(name)
}

// auxiliary are the auxiliary sources by name.
func (c *DataCollection) auxiliary() (map[string]selected, error) {
	files, err := c.filesBehind()
	if err != nil {
		return nil, fmt.Errorf("extradata: auxiliary sources: %w", err)
	}
	having := map[run.Auxiliary]map[string][]*run.File{} // files by aggregator
	for _, file := range files {
		list, err := file.Auxiliary()
		if err != nil {
			return nil, fmt.Errorf("extradata: auxiliary sources: %w", err)
		}
		for _, a := range list {
			if having[a] == nil {
				having[a] = map[string][]*run.File{}
			}
			aggregator := file.Name().Aggregator
			having[a][aggregator] = append(having[a][aggregator], file)
		}
	}
	sources := map[string]selected{}
	for a, aggregators := range having {
		for aggregator, files := range aggregators {
			name := a.Source
			if aggregator != "" && (len(aggregators) > 1 || !namedAfter(a.Source, files)) {
				name = aggregator + "@" + name
			}
			sources[name] = selected{source: &source{name: name, inFile: a.Source, canonical: name, section: a.Section, files: files}}
		}
	}
	return sources, nil
}

// namedAfter tells whether the name of an auxiliary source ends with that of a source in
// the same files, as "PULSE_REDUCTION/SPB_DET_AGIPD1M-1/DET/0CH0:xtdf" does.
func namedAfter(name string, files []*run.File) bool {
	for _, file := range files {
		for source := range file.Sources() {
			if strings.HasSuffix(name, source) {
				return true
			}
		}
	}
	return false
}

// filesBehind are the files that have any of the selected trains of any of the selected
// sources, and those without sources. Of a source without any of the trains one file is
// taken; in place of an overview file those that it presents are.
func (c *DataCollection) filesBehind() ([]*run.File, error) {
	ids, _ := trains.Ordered(c.trainIDs)
	known := map[*run.File]bool{}
	has := func(file *run.File) bool {
		any, ok := known[file]
		if !ok {
			any = file.HasAny(ids, c.suspect)
			known[file] = any
		}
		return any
	}
	used := map[*run.File]bool{}
	for _, file := range c.files {
		if len(file.Sources()) == 0 && has(file) {
			used[file] = true
		}
	}
	for _, s := range c.sources {
		files, err := s.behind()
		if err != nil {
			return nil, err
		}
		any := false
		for _, file := range files {
			if has(file) {
				used[file], any = true, true
			}
		}
		if !any {
			used[firstOf(files)] = true
		}
	}
	var files []*run.File
	for file := range used {
		files = append(files, file)
	}
	return uniqueFiles(files), nil
}

// behind are the files that have the source, those behind it in place of an overview
// file.
func (s *source) behind() ([]*run.File, error) {
	if !slices.ContainsFunc(s.files, (*run.File).IsOverview) {
		return s.files, nil
	}
	var files []*run.File
	for _, file := range s.files {
		if !file.IsOverview() {
			files = append(files, file)
			continue
		}
		paths, err := file.SourcePaths(s.section, s.inFile)
		if err != nil {
			return nil, err
		}
		opened, err := file.Behind(paths)
		if err != nil {
			return nil, err
		}
		files = append(files, opened...)
	}
	if len(files) == 0 {
		return s.files, nil
	}
	return files, nil
}
