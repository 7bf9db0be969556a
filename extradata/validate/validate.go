// Package validate looks for mistakes in the data files of a run: what the data
// acquisition may have done wrong, or what was damaged since. It is what
// extra-data-validate does.
package validate

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"extrapasha/internal/trains"
	psh "extrapasha/pasha"
	"extrapasha/run"
)

// Problem is something wrong with a file or a run.
type Problem struct {
	// Check is the check that found it.
	Check Check `json:"check"`
	// Path is the file, or the directory of the run.
	Path string `json:"path"`
	// Dataset is the part of the file that it is about, empty where it is about all.
	Dataset string `json:"dataset,omitempty"`
	// Message tells what is wrong.
	Message string `json:"message"`
}

// String is all of it in a line.
func (p Problem) String() string {
	where := p.Path
	if p.Dataset != "" {
		where += ", " + p.Dataset
	}
	return fmt.Sprintf("%s: %s (%s)", where, p.Message, p.Check)
}

// Check is a kind of mistake that is looked for.
type Check string

// The checks.
const (
	Open       Check = "open"       // the file can be read, and has what describes it
	TrainIDs   Check = "train-ids"  // no zeros between train IDs, which increase
	Index      Check = "index"      // there is an index, of the right length, without gaps and overlaps, of data that is there
	Timestamps Check = "timestamps" // they do not decrease
	Outside    Check = "outside"    // no data lies outside of the run's directory
	FilesMap   Check = "files-map"  // it tells of the files what is in them
	Conflicts  Check = "conflicts"  // a train of a source is in one file only
)

// Checks are all that may be left out, with what each makes sure of.
var Checks = []struct {
	Check Check
	About string
}{
	{TrainIDs, "there are no zeros between the train IDs, and they increase"},
	{Index, "each source has a whole index, of data that is there"},
	{Timestamps, "timestamps do not decrease"},
	{Outside, "nothing refers to data outside of the run's directory"},
	{FilesMap, "the run files map tells of each file what is in it"},
	{Conflicts, "a train of a source is in one file only"},
}

// File looks for mistakes in a data file, with all checks but those to skip.
func File(path string, skip []Check) []Problem {
	problems, file := checkFile(path, skip)
	if file != nil {
		file.Close()
	}
	return problems
}

// Run looks for mistakes in the files of a run directory and in what they say
// together, with all checks but those to skip. The options are those of the map over
// the files. The error tells that there are no data files, or that the map ended.
func Run(dir string, skip []Check, options ...psh.MapOption) ([]Problem, error) {
	paths, err := run.DataFiles(dir)
	if err != nil {
		return nil, err
	}
	found, files := make([][]Problem, len(paths)), make([]*run.File, len(paths))
	err = psh.Map(func(_, i int, path string) error {
		found[i], files[i] = checkFile(path, skip)
		if files[i] != nil {
			return files[i].Close()
		}
		return nil
	}, psh.Slice(paths), append(options, psh.On(psh.Threads(0)))...)
	if err != nil {
		return nil, err
	}
	files = slices.DeleteFunc(files, func(f *run.File) bool { return f == nil })
	problems := slices.Concat(found...)
	if len(files) == 0 {
		problems = append(problems, Problem{Open, dir, "", "no file of the run can be used"})
	}
	if !slices.Contains(skip, FilesMap) {
		problems = append(problems, checkFilesMap(dir, files)...)
	}
	if !slices.Contains(skip, Conflicts) {
		problems = append(problems, checkConflicts(dir, files)...)
	}
	return problems, nil
}

func checkFilesMap(dir string, files []*run.File) (problems []Problem) {
	path, wrong, _ := run.CheckFilesMap(dir, files)
	for _, file := range wrong {
		problems = append(problems, Problem{FilesMap, path, "", fmt.Sprintf("it tells something wrong of %s", file)})
	}
	return problems
}

// checkConflicts looks at each set of files that have a source, once.
func checkConflicts(dir string, files []*run.File) (problems []Problem) {
	having := map[string][]*run.File{}
	for _, file := range files {
		for source := range file.Sources() {
			having[source] = append(having[source], file)
		}
	}
	sets := map[string][]string{} // sources by the files they are in
	for source, files := range having {
		set := fmt.Sprint(files)
		sets[set] = append(sets[set], source)
	}
	for _, sources := range sets {
		var lists [][]uint64
		for _, file := range having[sources[0]] {
			lists = append(lists, file.TrainIDs())
		}
		if len(lists) > 1 && trains.AnyTwice(lists) {
			slices.Sort(sources)
			problems = append(problems, Problem{Conflicts, dir, "", fmt.Sprintf("the same train is in several files, for %d sources: %s", len(sources), strings.Join(sources, ", "))})
		}
	}
	slices.SortFunc(problems, func(a, b Problem) int { return strings.Compare(a.Message, b.Message) })
	return problems
}

// checker looks at one file.
type checker struct {
	file     *run.File
	path     string
	rows     int // of INDEX, up to the last train
	problems []Problem
}

// checkFile opens a file and looks at it; the file is nil where it cannot be opened.
func checkFile(path string, skip []Check) ([]Problem, *run.File) {
	file, err := run.Open(path)
	if err != nil {
		reason := err.Error()
		if absolute, err := filepath.Abs(path); err == nil {
			reason = strings.ReplaceAll(reason, absolute+": ", "")
		}
		return []Problem{{Open, path, "", reason}}, nil
	}
	c := &checker{file: file, path: path}
	for check, look := range map[Check]func(){TrainIDs: c.trainIDs, Index: c.indexes, Timestamps: c.timestamps, Outside: c.outside} {
		if !slices.Contains(skip, check) {
			look()
		}
	}
	slices.SortStableFunc(c.problems, func(a, b Problem) int {
		return slices.Compare([]string{string(a.Check), a.Dataset}, []string{string(b.Check), b.Dataset})
	})
	return c.problems, file
}

func (c *checker) found(check Check, dataset, format string, args ...any) {
	c.problems = append(c.problems, Problem{check, c.path, dataset, fmt.Sprintf(format, args...)})
}

const trainIDs = "INDEX/trainId"

func (c *checker) trainIDs() {
	ids, err := c.file.Numbers(trainIDs)
	if err != nil {
		c.found(TrainIDs, trainIDs, "%v", err)
		return
	}
	if zero := slices.Index(ids, 0); zero >= 0 && slices.ContainsFunc(ids[zero:], func(id uint64) bool { return id != 0 }) {
		c.found(TrainIDs, trainIDs, "zeros before the last train ID, the first at %d", zero)
	}
	ids = slices.DeleteFunc(ids, func(id uint64) bool { return id == 0 })
	for i := 1; i < len(ids); i++ {
		if ids[i] <= ids[i-1] {
			c.found(TrainIDs, trainIDs, "train IDs do not increase, first at %d: %d after %d", i, ids[i], ids[i-1])
			return
		}
	}
}

// outside looks for data that is not where the run is.
func (c *checker) outside() {
	parts, err := c.file.Outsides()
	if err != nil {
		c.found(Outside, "", "%v", err)
	}
	for _, part := range parts {
		if part.LeadsOut {
			c.found(Outside, part.Object, "%s to %s, outside of the run's directory", part.What, part.Place)
		}
	}
}

// timestamps looks at the times of trains, and of the values of control sources.
func (c *checker) timestamps() {
	c.increasing("INDEX/timestamp")
	for source, section := range c.file.Sources() {
		if section != run.Control {
			continue
		}
		keys, err := c.file.Keys(section, source)
		if err != nil {
			c.found(Open, source, "%v", err)
			continue
		}
		for _, key := range keys {
			if strings.HasSuffix(key, ".timestamp") {
				c.increasing(run.Dataset(section, source, key))
			}
		}
	}
}

// increasing looks whether times, of trains that have any, go on. A dataset that is
// not there has none.
func (c *checker) increasing(dataset string) {
	times, err := c.file.Numbers(dataset)
	if err != nil {
		return // not of this version of the format, or of the check of the index
	}
	times = times[:min(len(times), len(c.file.TrainIDs()))]
	last := uint64(0)
	for i, time := range times {
		if time == 0 {
			continue
		}
		if time < last {
			c.found(Timestamps, dataset, "timestamps decrease, first at %d: %d after %d", i, time, last)
			return
		}
		last = time
	}
}

// unreadable tells whether an error is more than that something is not there.
func unreadable(err error) bool { return err != nil && !errors.Is(err, run.ErrNoObject) }
