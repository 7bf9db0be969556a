package extradata

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"extrapasha/internal/glob"
	psh "extrapasha/pasha"
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
	// Files is how many there are, Sources how many they have, told of or not.
	Files   int `json:"files"`
	Sources int `json:"sources"`
	// Detectors are those with modules. Instruments are the other instrument sources,
	// and the modules that keys or counts were asked for, without legacy names.
	Detectors   []DetectorSummary `json:"detectors"`
	Instruments []SourceSummary   `json:"instrument_sources"`
	Controls    []SourceSummary   `json:"control_sources"`
	// Legacy tells for each old name of a source what it is called now.
	Legacy map[string]string `json:"legacy_names,omitempty"`
	// Reduction and Errata are the auxiliary sources.
	Reduction []SourceSummary `json:"reduction_sources,omitempty"`
	Errata    []SourceSummary `json:"errata_sources,omitempty"`
}

// Asked is what a summary is to tell. The zero value asks for the names of all sources.
type Asked struct {
	// Sources and Keys are glob patterns, see [glob.Compile]: only sources that fit one of
	// Sources are told of, of all where there is none; those that fit one of Keys come
	// with their keys.
	Sources, Keys []string
	// Counts asks how many entries each source has, Aggregators which data aggregator
	// has saved it.
	Counts, Aggregators bool
}

// DetectorSummary is the modules of a detector in one.
type DetectorSummary struct {
	Name    string   `json:"name"`
	Modules []string `json:"modules"`
	// Type and Frame are the element type and shape of an entry of image.data. Most is
	// how many entries a train has at most in any module, Frames the sum of that over
	// all trains. They are empty where there are no images.
	Type   string `json:"type,omitempty"`
	Frame  []int  `json:"frame,omitempty"`
	Most   int    `json:"most_frames,omitempty"`
	Frames int    `json:"frames,omitempty"`
}

// SourceSummary is a source.
type SourceSummary struct {
	Name    string   `json:"name"`
	Aliases []string `json:"aliases,omitempty"`
	// Aggregator is the data aggregator that has saved it, Counts how much there is of
	// it, Keys are its keys, and RunKeys those of a control source that have a value at
	// the start of the run only; if asked for. Keys come with counts.
	Aggregator string        `json:"aggregator,omitempty"`
	Counts     *SourceCounts `json:"counts,omitempty"`
	Keys       []KeySummary  `json:"keys,omitempty"`
	RunKeys    []KeySummary  `json:"run_keys,omitempty"`
}

// SourceCounts is how much there is of a source: for how many trains there is data, how
// many entries a train has at most, and how many there are in all, of the group of keys
// that has most in each train.
type SourceCounts struct {
	WithData int `json:"trains_with_data"`
	Most     int `json:"most_entries"`
	Entries  int `json:"entries"`
}

// KeySummary is a key: its element type, the shape of an entry, and its unit; or why it
// cannot be read.
type KeySummary struct {
	Name    string   `json:"name"`
	Type    string   `json:"type,omitempty"`
	Entry   []int    `json:"entry,omitempty"`
	Units   string   `json:"units,omitempty"`
	Aliases []string `json:"aliases,omitempty"`
	Error   string   `json:"error,omitempty"`
}

// trainPeriod is the time between trains.
const trainPeriod = 100 * time.Millisecond

// Summary finds what there is.
func (c *DataCollection) Summary(asked Asked) (s Summary, err error) {
	s = Summary{Trains: len(c.trainIDs), Files: len(c.files), Sources: len(c.sources), Legacy: c.LegacySources()}
	if n := len(c.trainIDs); n > 0 {
		s.First, s.Last = slices.Min(c.trainIDs), slices.Max(c.trainIDs)
		s.Duration = duration(s.First, s.Last)
	}
	told, err := newTeller(c, asked)
	if err != nil {
		return s, err
	}
	modules := forPeople(told.only(c.DetectorSources()))
	if s.Detectors, err = c.detectors(modules); err != nil {
		return s, err
	}
	instruments := slices.DeleteFunc(told.only(c.InstrumentSources()), func(name string) bool {
		_, old := s.Legacy[name]
		return old || slices.Contains(modules, name) && !asked.Counts && !told.keys(name)
	})
	maps.DeleteFunc(s.Legacy, func(old, now string) bool { return !told.sources(old) && !told.sources(now) })
	if s.Instruments, err = told.summaries(instruments, c.Source); err != nil {
		return s, err
	}
	if s.Controls, err = told.summaries(c.ControlSources(), c.Source); err != nil {
		return s, err
	}
	reduction, err := c.ReductionSources()
	if err != nil {
		return s, err
	}
	if s.Reduction, err = told.summaries(reduction, c.AuxiliarySource); err != nil {
		return s, err
	}
	errata, err := c.ErrataSources()
	if err != nil {
		return s, err
	}
	s.Sources += len(reduction) + len(errata)
	s.Errata, err = told.summaries(errata, c.AuxiliarySource)
	return s, err
}

// duration is the time from one train to another, 0 where that makes no sense: a suspect
// train can have any ID.
func duration(first, last uint64) time.Duration {
	if span := last - first + 1; span < 1<<32 {
		return time.Duration(span) * trainPeriod
	}
	return 0
}

// detectors sums up modules by their detector.
func (c *DataCollection) detectors(modules []string) ([]DetectorSummary, error) {
	images := make([]*KeyData, len(modules))
	err := psh.Map(func(_, i int, module string) error {
		// Without images, or with those not selected, it is a module all the same; so it
		// is with those that cannot be read, which its keys tell.
		images[i], _ = c.Key(module, "image.data")
		return nil
	}, psh.Slice(modules), psh.On(psh.Threads(0)))
	if err != nil {
		return nil, err
	}
	found, most := []DetectorSummary{}, map[string][]int{} // of any module, by train
	for i, module := range modules {
		name := detectorPattern.FindStringSubmatch(module)[1]
		if n := len(found); n == 0 || found[n-1].Name != name { // they are sorted
			found = append(found, DetectorSummary{Name: name})
		}
		d, image := &found[len(found)-1], images[i]
		d.Modules = append(d.Modules, module)
		if image == nil {
			continue
		}
		if most[name] == nil {
			most[name] = make([]int, image.Len())
			d.Type, d.Frame = image.DType().String(), image.EntryShape()
		}
		for train, count := range image.DataCounts() {
			most[name][train] = max(most[name][train], count)
		}
	}
	for i := range found {
		for _, count := range most[found[i].Name] {
			found[i].Most = max(found[i].Most, count)
			found[i].Frames += count
		}
	}
	return found, nil
}

// teller tells what is asked for of sources.
type teller struct {
	Asked
	c             *DataCollection
	sources, keys func(name string) bool
}

func newTeller(c *DataCollection, asked Asked) (t teller, err error) {
	t = teller{Asked: asked, c: c, sources: func(string) bool { return true }}
	if len(asked.Sources) > 0 {
		if t.sources, err = glob.Any(asked.Sources); err != nil {
			return t, err
		}
	}
	t.keys, err = glob.Any(asked.Keys)
	return t, err
}

// only are the names of sources that are told of, in the order that people expect.
func (t teller) only(names []string) (told []string) {
	for _, name := range names {
		if t.sources(name) {
			told = append(told, name)
		}
	}
	return forPeople(told)
}

func (t teller) summaries(names []string, find func(name string) (*SourceData, error)) ([]SourceSummary, error) {
	list := []SourceSummary{}
	for _, name := range t.only(names) {
		source, err := find(name)
		if err != nil {
			return nil, err
		}
		s, err := t.summary(source)
		if err != nil {
			return nil, err
		}
		list = append(list, s)
	}
	return list, nil
}

// Summary tells what there is of the source, and its keys.
func (s *SourceData) Summary() (SourceSummary, error) {
	t, err := newTeller(s.collection(), Asked{Keys: []string{"*"}})
	if err != nil {
		return SourceSummary{}, err
	}
	return t.summary(s)
}

func (t teller) summary(source *SourceData) (s SourceSummary, err error) {
	s = SourceSummary{Name: source.name, Aliases: t.c.aliasesOf(Alias{Source: source.name})}
	if t.Aggregators {
		if s.Aggregator, err = source.Aggregator(); err != nil {
			return s, err
		}
	}
	keys := t.keys(source.name)
	if t.Counts || keys {
		if s.Counts, err = countsOf(source); err != nil {
			return s, err
		}
	}
	if !keys {
		return s, nil
	}
	if s.Keys, err = t.c.keySummaries(source); err != nil {
		return s, err
	}
	s.RunKeys, err = t.c.runKeySummaries(source)
	return s, err
}

func countsOf(source *SourceData) (*SourceCounts, error) {
	counts, err := source.DataCounts("")
	if err != nil {
		return nil, err
	}
	var s SourceCounts
	for _, count := range counts {
		if count > 0 {
			s.WithData++
		}
		s.Most = max(s.Most, count)
		s.Entries += count
	}
	return &s, nil
}

// keySummaries are the keys of a source, those that cannot be read with the reason.
func (c *DataCollection) keySummaries(source *SourceData) (keys []KeySummary, err error) {
	names, err := source.Names()
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		s := KeySummary{Name: name, Aliases: c.aliasesOf(Alias{source.name, name})}
		key, err := source.Key(name)
		if err == nil {
			s.Type, s.Entry = typeOf(key), key.EntryShape()
			s.Units, err = key.Units()
		}
		if err != nil {
			s.Error = err.Error()
		}
		keys = append(keys, s)
	}
	return keys, nil
}

// typeOf is the type of a key's elements, with the fields of structured ones.
func typeOf(key *KeyData) string {
	var fields []string
	for _, field := range key.Fields() {
		shape := ""
		if len(field.Shape) > 0 {
			shape = fmt.Sprint(" ", field.Shape)
		}
		fields = append(fields, fmt.Sprintf("%s %v%s", field.Name, field.DType, shape))
	}
	if fields == nil {
		return key.DType().String()
	}
	return fmt.Sprintf("%v of %s", key.DType(), strings.Join(fields, ", "))
}

// runKeySummaries are the keys of a control source that RUN has and CONTROL has not.
func (c *DataCollection) runKeySummaries(source *SourceData) (keys []KeySummary, err error) {
	if !source.IsControl() {
		return nil, nil
	}
	file := source.first()
	of, err := file.RunKeys(source.inFile)
	if err != nil {
		return nil, err
	}
	also, err := file.Keys(source.section, source.inFile)
	if err != nil {
		return nil, err
	}
	for _, full := range of {
		name, isValue := strings.CutSuffix(full, ".value")
		if _, everyTrain := slices.BinarySearch(also, full); everyTrain || !isValue {
			continue
		}
		s := KeySummary{Name: name, Aliases: c.aliasesOf(Alias{source.name, name})}
		if dtype, entry, err := file.Entry(run.Dataset("RUN", source.inFile, full)); err != nil {
			s.Error = err.Error()
		} else {
			s.Type, s.Entry = dtype.String(), entry
		}
		keys = append(keys, s)
	}
	return keys, nil
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
