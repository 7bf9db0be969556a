package damage

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"extrapasha/extradata"
	"extrapasha/extradata/table"
	"extrapasha/extradata/validate"
	psh "extrapasha/pasha"
	"extrapasha/run"
)

// fact is a question that has an answer: what is asked of which dataset, by its path in
// the file; of none where it is about the run. Of is the train or part asked for.
type fact struct{ What, Path, Of string }

// account is what came of reading a run.
type account struct {
	// facts are all answers that came without an error.
	facts map[fact]string
	// opened tells that the run was opened. errors counts the questions without answer.
	opened bool
	errors int
	// last is the last of the errors.
	last error
	// wrong are answers that contradict each other.
	wrong []string
	// big counts keys that claim more than is read of a small file.
	big int
	// files is how many the collection has.
	files int
	// ask are paths of keys to ask for in any case.
	ask []string
	// step is told what is asked next.
	step func(string)
}

// add keeps an answer. It tells whether there was one.
func (a *account) add(f fact, answer any, err error) bool {
	if err != nil {
		a.errors, a.last = a.errors+1, err
		return false
	}
	text, isText := answer.(string)
	if !isText {
		text = fmt.Sprintf("%v", answer)
	}
	a.facts[f] = text
	return true
}

// contradict notes that two answers cannot both be right.
func (a *account) contradict(format string, values ...any) {
	a.wrong = append(a.wrong, fmt.Sprintf(format, values...))
}

func digest(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// readRun asks everything of a run and its files.
func readRun(dir string, ask []string, step func(string)) *account {
	a := &account{facts: map[fact]string{}, ask: ask, step: step}
	step("RunDirectory")
	c, err := extradata.RunDirectory(dir)
	if a.opened = a.add(fact{What: "opened"}, true, err); a.opened {
		a.collection(c)
		_ = c.Close()
	}
	paths, err := run.DataFiles(dir)
	a.add(fact{What: "data files"}, len(paths), err)
	for _, path := range paths {
		a.file(path)
	}
	step("validate.Run")
	_, err = validate.Run(dir, nil, psh.On(psh.Serial()))
	a.add(fact{What: "validated"}, true, err)
	a.again(dir)
	a.written(dir)
	return a
}

// again opens the run once more: there may be a map of its files now.
func (a *account) again(dir string) {
	a.step("RunDirectory again")
	c, err := extradata.RunDirectory(dir)
	if err != nil {
		return
	}
	defer c.Close()
	was, known := a.facts[fact{What: "trains"}]
	if now := fmt.Sprint(c.TrainIDs()); known && now != was {
		a.contradict("trains are %s, and then %s", was, now)
	}
}

func (a *account) collection(c *extradata.DataCollection) {
	a.about(c)
	for _, name := range c.AllSources() {
		if source, err := c.Source(name); a.add(fact{"source", name, ""}, "", err) {
			a.source(source)
		}
	}
	a.step("auxiliary sources")
	reduction, err := c.ReductionSources()
	a.add(fact{What: "reduction"}, reduction, err)
	errata, err := c.ErrataSources()
	a.add(fact{What: "errata"}, errata, err)
	for _, name := range append(reduction, errata...) {
		if source, err := c.AuxiliarySource(name); a.add(fact{"source", name, ""}, "", err) {
			a.source(source)
		}
	}
	a.trains(c)
	a.table(c)
}

// about asks for what a run is, as people are told it.
func (a *account) about(c *extradata.DataCollection) {
	a.step("Info")
	_, err := c.Info("*")
	a.add(fact{What: "info"}, true, err)
	a.step("Summary")
	summary, err := c.Summary(extradata.Asked{Keys: []string{"*"}, Aggregators: true})
	if a.add(fact{What: "files"}, summary.Files, err) {
		a.files = summary.Files
	}
	a.add(fact{What: "trains"}, c.TrainIDs(), nil)
	a.add(fact{What: "sources"}, c.AllSources(), nil)
	a.add(fact{What: "legacy"}, c.LegacySources(), nil)
	a.step("RunMetadata")
	metadata, err := c.RunMetadata()
	a.metadata("metadata", metadata, err)
	a.step("TrainTimestamps")
	stamps, err := c.TrainTimestamps()
	a.add(fact{What: "timestamps"}, stamps, err)
	a.step("MissingText")
	missing, err := c.MissingText(1, true)
	a.add(fact{What: "missing"}, missing, err)
}

// metadata keeps METADATA, the names and each of the values.
func (a *account) metadata(what string, metadata map[string]any, err error) {
	a.add(fact{What: what}, slices.Sorted(maps.Keys(metadata)), err)
	for name, value := range metadata {
		a.add(fact{"one " + what, "METADATA/" + name, ""}, value, nil)
	}
}

// file asks a file by itself.
func (a *account) file(place string) {
	name := filepath.Base(place)
	a.step("H5File " + name)
	if c, err := extradata.H5File(place); a.add(fact{"file opened", name, ""}, true, err) {
		_, err := c.Info("*")
		a.add(fact{"file info", name, ""}, true, err)
		_ = c.Close()
	}
	a.step("run.Open " + name)
	f, err := run.Open(place)
	if !a.add(fact{"run file opened", name, ""}, true, err) {
		return
	}
	defer f.Close()
	stamps, err := f.Timestamps()
	a.add(fact{"file timestamps", name, ""}, stamps, err)
	metadata, err := f.Metadata()
	a.metadata("file metadata", metadata, err)
	auxiliary, err := f.Auxiliary()
	a.add(fact{"file auxiliary", name, ""}, auxiliary, err)
	for source, section := range f.Sources() {
		a.step("run.File " + source)
		keys, err := f.Keys(section, source)
		a.add(fact{"file keys", source, ""}, keys, err)
		groups, err := f.IndexGroups(section, source)
		a.add(fact{"file groups", source, ""}, groups, err)
		for _, group := range groups {
			index, err := f.Index(source, group)
			if a.add(fact{"file index", source, group}, index, err) {
				a.rows(f, path.Join(string(section), source, group), index)
			}
		}
	}
}

// rows keeps where in a file the trains are, for compare.py.
func (a *account) rows(f *run.File, at string, index run.Index) {
	for i, id := range f.TrainIDs() {
		if i < len(index.First) && i < len(index.Count) {
			a.add(fact{"rows", at, fmt.Sprint(id)}, fmt.Sprint(filepath.Base(f.Path()), " ", index.First[i], " ", index.Count[i]), nil)
		}
	}
}

func (a *account) source(s *extradata.SourceData) {
	a.step("source " + s.Name())
	at := pathOf(s, "")
	groups, err := s.IndexGroups()
	a.add(fact{"groups", at, ""}, groups, err)
	aggregator, err := s.Aggregator()
	a.add(fact{"aggregator", at, ""}, aggregator, err)
	a.runValues(s)
	keys, err := s.Keys()
	a.add(fact{"keys", at, ""}, keys, err)
	for _, name := range append(keys, a.unlisted(s, at, keys)...) {
		path := pathOf(s, name)
		a.step("key " + path)
		if key, err := s.Key(name); a.add(fact{"key", path, ""}, "", err) {
			a.key(path, key)
		}
	}
}

// pathOf is the path in the file of a key. Auxiliary sources are named after the data
// aggregator as well, but not in the file.
func pathOf(s *extradata.SourceData, key string) string {
	name := s.Name()
	if _, inFile, ok := strings.Cut(name, "@"); ok && (s.Section() == run.Errata || s.Section() == run.Reduction) {
		name = inFile
	}
	return run.Dataset(s.Section(), name, key)
}

// unlisted are keys of a source that are asked for though they are not in its list:
// other names of a dataset.
func (a *account) unlisted(s *extradata.SourceData, at string, listed []string) (more []string) {
	for _, path := range a.ask {
		rest, ok := strings.CutPrefix(path, at+"/")
		if key := strings.ReplaceAll(rest, "/", "."); ok && !slices.Contains(listed, key) {
			more = append(more, key)
		}
	}
	return more
}

func (a *account) runValues(s *extradata.SourceData) {
	if !s.IsControl() {
		return
	}
	a.step("RunValues " + s.Name())
	values, err := s.RunValues()
	if !a.add(fact{"run values", s.Name(), ""}, len(values), err) {
		return
	}
	for key, value := range values {
		path := run.Dataset("RUN", s.Name(), key)
		a.add(fact{"run value", path, ""}, value, nil)
		one, err := s.RunValue(key)
		if a.add(fact{"one run value", path, ""}, one, err) && fmt.Sprint(one) != fmt.Sprint(value) {
			a.contradict("%s is %v, and %v by itself", path, value, one)
		}
	}
}

// trains reads everything, train by train, and compares it with what was read by key.
func (a *account) trains(c *extradata.DataCollection) {
	if a.big > 0 {
		return
	}
	a.step("Trains")
	a.sameTrains(c, "among all keys", "", func(id string, err error) bool { return a.add(fact{"train of all", "", id}, true, err) })
}

// sameTrains finds values of a collection that are not those that were read by key, of all
// keys but one.
func (a *account) sameTrains(c *extradata.DataCollection, where, except string, read func(id string, err error) bool) {
	for train, err := range c.Trains(false) {
		if err != nil {
			a.errors, a.last = a.errors+1, err
			return
		}
		a.step(fmt.Sprint("train ", train.ID, " ", where))
		data, err := train.Flat(true)
		if !read(fmt.Sprint(train.ID), err) {
			continue
		}
		for name, value := range data {
			source, err := c.Source(name.Source)
			if err != nil {
				continue
			}
			f := fact{"train", pathOf(source, name.Key), fmt.Sprint(train.ID)}
			if except == f.Path {
				continue
			}
			if was, known := a.facts[f]; known && valuesOf(was) != valuesOf(anyDigest(value)) {
				a.contradict("train %s of %s is another %s", f.Of, f.Path, where)
			}
		}
	}
}

// table reads all keys of one number an entry, and at most one entry a train.
func (a *account) table(c *extradata.DataCollection) {
	columns := map[string][]string{}
	for f, form := range a.facts {
		if f.What == "column" {
			source, key, _ := strings.Cut(form, "\n")
			columns[source] = append(columns[source], key)
		}
	}
	for _, keys := range columns {
		slices.Sort(keys)
	}
	if len(columns) == 0 {
		return
	}
	a.step("table")
	chosen, err := c.Select(extradata.Exact(columns))
	if !a.add(fact{What: "table selected"}, true, err) {
		return
	}
	record, err := table.New(chosen)
	if err != nil {
		a.errors, a.last = a.errors+1, err
		return
	}
	defer record.Release()
	text, err := record.MarshalJSON()
	a.add(fact{"table", "", fmt.Sprint(columns)}, digest(text), err)
}

// saveFacts writes what was read, for compare.py.
func saveFacts(path string, facts map[fact]string) error {
	lines := [][4]string{}
	for f, answer := range facts {
		lines = append(lines, [4]string{f.What, f.Path, f.Of, answer})
	}
	text, err := json.MarshalIndent(lines, "", " ")
	if err != nil {
		return err
	}
	return os.WriteFile(path, text, 0o644)
}
