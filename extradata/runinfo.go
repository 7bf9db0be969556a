package extradata

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"time"
	"unique"
)

// RunInfo is what there is in a run of a proposal. Many of them are a table: Of of package
// extradata/table makes one.
type RunInfo struct {
	// Run is the number.
	Run int
	// Raw, Proc and Red are how large the files with raw, corrected and reduced data are,
	// in bytes, Files how many there are.
	Raw   int64 `table:"rawBytes"`
	Proc  int64 `table:"procBytes"`
	Red   int64 `table:"redBytes"`
	Files int
	// Trains is how many there are, FirstTrain and LastTrain the ends of their IDs, and
	// Duration the time between those, 0 where a suspect train makes no sense of that.
	Trains                int
	FirstTrain, LastTrain uint64
	Duration              time.Duration
	// Sources is how many there are, without legacy names; Incomplete are those of them
	// that have no data for some of the trains.
	Sources    int
	Incomplete []string
	// Constant is how many values of control sources stayed the same, but for noise, and
	// Moved names the others, SOURCE:KEY, see [ControlValue].
	Constant int
	Moved    []string
	// Values are those that were asked for, by SOURCE:KEY: a float64, the mean where they
	// are not all the same, or a string, "FIRST … LAST" where those are not. What a run
	// does not have is not there.
	Values map[string]any
	// Err tells what is wrong with the run: why it could not be opened, or, where the rest
	// is there, which values could not be read.
	Err error `table:"error"`
}

// String is the source and the key, SOURCE:KEY.
func (k SourceKey) String() string { return k.Source + ":" + k.Key }

// Describe tells what there is in the run, which it opens, reads its control sources of,
// and closes again. Of values with one number or text an entry it tells what they were.
func (r ProposalRun) Describe(values ...SourceKey) RunInfo {
	info := RunInfo{Run: r.Number}
	if info.Err = info.measure(r); info.Err != nil {
		return info
	}
	c, err := r.Open(AliasFiles())
	if err != nil {
		info.Err = errors.Unwrap(err) // without what the number says
		return info
	}
	defer c.Close()
	info.trains(c.trainIDs)
	steps := []func(*DataCollection) error{info.sources, info.movements}
	for _, key := range values {
		steps = append(steps, func(c *DataCollection) error { return info.value(c, key) })
	}
	for _, step := range steps {
		if err := step(c); err != nil {
			info.Err = alsoErr(info.Err, err)
		}
	}
	return info
}

// alsoErr is two errors in a line.
func alsoErr(first, second error) error {
	if first == nil {
		return second
	}
	return fmt.Errorf("%w; %w", first, second)
}

// measure finds how much data there is.
func (i *RunInfo) measure(r ProposalRun) error {
	for _, kind := range r.Kinds {
		files, err := r.files(kind)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		size := map[string]*int64{"raw": &i.Raw, "proc": &i.Proc, "red": &i.Red}[kind]
		for _, file := range files {
			if info, err := os.Stat(file); err == nil { // else opening it tells
				*size += info.Size()
			}
		}
		i.Files += len(files)
	}
	return nil
}

func (i *RunInfo) trains(ids []uint64) {
	i.Trains = len(ids)
	if len(ids) > 0 {
		i.FirstTrain, i.LastTrain = ids[0], ids[len(ids)-1]
		i.Duration = duration(i.FirstTrain, i.LastTrain)
	}
}

// sources finds how many there are, and which of them miss trains.
func (i *RunInfo) sources(c *DataCollection) error {
	for _, name := range c.names(func(s selected) bool { return !s.legacy() }) {
		i.Sources++
		source, err := c.Source(name)
		if err != nil {
			return err
		}
		runOnly, err := source.IsRunOnly()
		if err != nil {
			return err
		}
		if runOnly {
			continue
		}
		counts, err := source.DataCounts("")
		if err != nil {
			return err
		}
		if slices.Contains(counts, 0) {
			i.Incomplete = append(i.Incomplete, shared(name))
		}
	}
	return nil
}

// shared is a text that is the same in many runs, once in memory.
func shared(text string) string { return unique.Make(text).Value() }

func (i *RunInfo) movements(c *DataCollection) error {
	for value, err := range c.controlValues() {
		switch {
		case err != nil:
			return err
		case value.Moved:
			i.Moved = append(i.Moved, shared(SourceKey{value.Source, value.Key}.String()))
		default:
			i.Constant++
		}
	}
	return nil
}

// value notes a value that was asked for.
func (i *RunInfo) value(c *DataCollection, of SourceKey) error {
	key, err := c.Key(of.Source, of.Key)
	if unknown := (*SourceNameError)(nil); errors.As(err, &unknown) {
		return nil
	}
	if unknown := (*KeyNameError)(nil); errors.As(err, &unknown) {
		return nil
	}
	if err != nil {
		return err
	}
	if !isSingle(key) {
		return fmt.Errorf("%v: entries of shape %v, expected one number or text each", key, key.EntryShape())
	}
	value, err := controlValue(key)
	if err != nil || value.Readings == 0 {
		return err
	}
	if i.Values == nil {
		i.Values = map[string]any{}
	}
	i.Values[of.String()] = value.inOne()
	return nil
}

// inOne is a value in short: a number, or a text.
func (v ControlValue) inOne() any {
	switch {
	case !v.IsText && v.Changes == 0:
		return v.Min
	case !v.IsText:
		return v.Mean
	case v.Changes == 0:
		return v.First
	}
	return v.First + " … " + v.Last
}
