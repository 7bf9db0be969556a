package extradata

import (
	"slices"
	"strings"
	"time"

	"extrapasha/run"
)

// Summary is what there is in a collection, as [DataCollection.Info] and the command
// lsxfel tell it.
type Summary struct {
	// Trains is how many there are, First and Last the ends of their IDs.
	Trains int    `json:"trains"`
	First  uint64 `json:"first_train,omitempty"`
	Last   uint64 `json:"last_train,omitempty"`
	// Duration is the time from the first train to the last, 0 where a suspect
	// train makes no sense of that.
	Duration time.Duration `json:"duration_ns,omitempty"`
	// Files is how many there are.
	Files int `json:"files"`
	// Detectors are those with modules. Instruments are the other instrument sources,
	// and the modules that details were asked for, without legacy names.
	Detectors   []DetectorSummary `json:"detectors"`
	Instruments []SourceSummary   `json:"instrument_sources"`
	Controls    []SourceSummary   `json:"control_sources"`
	// Legacy tells for each old name of a source what it is called now.
	Legacy map[string]string `json:"legacy_names,omitempty"`
	// Reduction and Errata are the auxiliary sources.
	Reduction []string `json:"reduction_sources,omitempty"`
	Errata    []string `json:"errata_sources,omitempty"`
}

// DetectorSummary is the modules of a detector in one.
type DetectorSummary struct {
	Name    string   `json:"name"`
	Modules []string `json:"modules"`
	// Type and Frame are the element type and shape of an entry of image.data, Most
	// is how many a train has at most, Frames how many there are in all, of the first
	// module. They are empty where it has no images.
	Type   string `json:"type,omitempty"`
	Frame  []int  `json:"frame,omitempty"`
	Most   int    `json:"most_frames,omitempty"`
	Frames int    `json:"frames,omitempty"`
}

// SourceSummary is a source.
type SourceSummary struct {
	Name    string   `json:"name"`
	Aliases []string `json:"aliases,omitempty"`
	// Aggregator is the data aggregator that has saved it, Details are its keys; if
	// asked for.
	Aggregator string         `json:"aggregator,omitempty"`
	Details    *SourceDetails `json:"details,omitempty"`
}

// SourceDetails is what there is of a source.
type SourceDetails struct {
	// WithData is for how many trains there is data, Most how many entries a train has
	// at most.
	WithData int          `json:"trains_with_data"`
	Most     int          `json:"most_entries"`
	Keys     []KeySummary `json:"keys"`
}

// KeySummary is a key: its element type, the shape of an entry, and its unit.
type KeySummary struct {
	Name    string   `json:"name"`
	Type    string   `json:"type"`
	Entry   []int    `json:"entry,omitempty"`
	Units   string   `json:"units,omitempty"`
	Aliases []string `json:"aliases,omitempty"`
}

// trainPeriod is the time between trains.
const trainPeriod = 100 * time.Millisecond

// Summary finds what there is. Sources that fit one of the glob patterns come with
// details, and all with their aggregators if those are asked for.
func (c *DataCollection) Summary(detailsFor []string, aggregators bool) (s Summary, err error) {
	s = Summary{Trains: len(c.trainIDs), Files: len(c.files), Legacy: c.LegacySources()}
	if n := len(c.trainIDs); n > 0 {
		s.First, s.Last = slices.Min(c.trainIDs), slices.Max(c.trainIDs)
		if span := s.Last - s.First + 1; span < 1<<32 { // a suspect train can have any ID
			s.Duration = time.Duration(span) * trainPeriod
		}
	}
	detailed, err := run.AnyGlob(detailsFor)
	if err != nil {
		return s, err
	}
	modules := forPeople(c.DetectorSources())
	s.Detectors = c.detectors(modules)
	instruments := slices.DeleteFunc(c.InstrumentSources(), func(name string) bool {
		_, old := s.Legacy[name]
		return old || slices.Contains(modules, name) && !detailed(name)
	})
	if s.Instruments, err = c.summaries(instruments, detailed, aggregators); err != nil {
		return s, err
	}
	if s.Controls, err = c.summaries(c.ControlSources(), detailed, aggregators); err != nil {
		return s, err
	}
	if s.Reduction, err = c.ReductionSources(); err != nil {
		return s, err
	}
	s.Errata, err = c.ErrataSources()
	return s, err
}

// detectors sums up modules by their detector.
func (c *DataCollection) detectors(modules []string) []DetectorSummary {
	found := []DetectorSummary{}
	for _, module := range modules {
		name := detectorPattern.FindStringSubmatch(module)[1]
		if n := len(found); n > 0 && found[n-1].Name == name { // they are sorted
			found[n-1].Modules = append(found[n-1].Modules, module)
			continue
		}
		d := DetectorSummary{Name: name, Modules: []string{module}}
		// Without images, or with those not selected, it is a detector all the same.
		if key, err := c.Key(module, "image.data"); err == nil {
			d.Type, d.Frame, d.Most, d.Frames = key.DType().String(), key.EntryShape(), slices.Max(append(key.DataCounts(), 0)), key.Entries()
		}
		found = append(found, d)
	}
	return found
}

func (c *DataCollection) summaries(names []string, detailed func(string) bool, aggregators bool) ([]SourceSummary, error) {
	list := make([]SourceSummary, len(names))
	for i, name := range forPeople(names) {
		source, err := c.Source(name)
		if err != nil {
			return nil, err
		}
		list[i] = SourceSummary{Name: name, Aliases: c.aliasesOf(Alias{Source: name})}
		if aggregators {
			if list[i].Aggregator, err = source.Aggregator(); err != nil {
				return nil, err
			}
		}
		if detailed(name) {
			if list[i].Details, err = c.details(source); err != nil {
				return nil, err
			}
		}
	}
	return list, nil
}

func (c *DataCollection) details(source *SourceData) (*SourceDetails, error) {
	counts, err := source.DataCounts("")
	if err != nil {
		return nil, err
	}
	d := &SourceDetails{Most: slices.Max(append(counts, 0)), Keys: []KeySummary{}}
	for _, count := range counts {
		if count > 0 {
			d.WithData++
		}
	}
	names, err := source.Names()
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		key, err := source.Key(name)
		if err != nil {
			return nil, err
		}
		units, err := key.Units()
		if err != nil {
			return nil, err
		}
		d.Keys = append(d.Keys, KeySummary{name, key.DType().String(), key.EntryShape(), units, c.aliasesOf(Alias{source.name, name})})
	}
	return d, nil
}

// aliasesOf lists the aliases of a source or key, sorted.
func (c *DataCollection) aliasesOf(target Alias) (names []string) {
	for name, other := range c.aliases {
		other.Key = strings.TrimSuffix(other.Key, ".value")
		if other == target {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}
