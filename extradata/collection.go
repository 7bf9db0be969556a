package extradata

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"extrapasha/internal/closest"
	"extrapasha/keydata"
	"extrapasha/run"
)

// DataCollection is the data of a run, or of a single file: sources with keys,
// for a number of trains. It may be used by many goroutines.
type DataCollection struct {
	trainIDs []uint64
	sources  map[string]*source
	files    []*run.File
}

// source is a source of a collection, and the keys of it that were asked for.
type source struct {
	section run.Section
	files   []*run.File // those that have the source, by name

	mutex sync.Mutex
	keys  map[string]*keydata.KeyData
}

// newCollection collects what the files have, except for the sources that skip
// tells to leave out.
func newCollection(files []*run.File, skip func(file *run.File, source string) bool) (*DataCollection, error) {
	c := &DataCollection{sources: map[string]*source{}, files: files}
	for _, file := range files {
		c.trainIDs = append(c.trainIDs, file.TrainIDs()...)
		for name, section := range file.Sources() {
			if skip != nil && skip(file, name) {
				continue
			}
			if c.sources[name] == nil {
				c.sources[name] = &source{section: section, keys: map[string]*keydata.KeyData{}}
			}
			c.sources[name].files = append(c.sources[name].files, file)
		}
	}
	slices.Sort(c.trainIDs)
	c.trainIDs = slices.Compact(c.trainIDs)
	return c, c.checkConflicts()
}

// checkConflicts makes sure that a train of a source is in one file only.
// Sources share their files, so each set of files is looked at once.
func (c *DataCollection) checkConflicts() error {
	checked := map[string]bool{}
	var conflicts []string
	for name, source := range c.sources {
		if len(source.files) < 2 {
			continue
		}
		set := ""
		for _, file := range source.files {
			set += file.Path() + "\n"
		}
		conflict, known := checked[set]
		if !known {
			conflict = shareTrain(source.files)
			checked[set] = conflict
		}
		if conflict {
			conflicts = append(conflicts, name)
		}
	}
	if conflicts == nil {
		return nil
	}
	slices.Sort(conflicts)
	return &ConflictError{Sources: conflicts}
}

func shareTrain(files []*run.File) bool {
	seen := map[uint64]*run.File{}
	for _, file := range files {
		for _, id := range file.TrainIDs() {
			if other := seen[id]; other != nil && other != file {
				return true
			}
			seen[id] = file
		}
	}
	return false
}

// Close closes the files. What is asked of the collection next opens them again.
func (c *DataCollection) Close() error {
	for _, file := range c.files {
		if err := file.Close(); err != nil {
			return err
		}
	}
	return nil
}

// TrainIDs are the trains, in ascending order: all that any file has. Do not
// change them.
func (c *DataCollection) TrainIDs() []uint64 { return c.trainIDs }

// ControlSources are the names of the sources with one entry per train, sorted.
func (c *DataCollection) ControlSources() []string { return c.namesIn(run.Control) }

// InstrumentSources are the names of the sources with any number of entries per
// train, sorted.
func (c *DataCollection) InstrumentSources() []string { return c.namesIn(run.Instrument) }

// AllSources are the names of all sources, sorted.
func (c *DataCollection) AllSources() []string { return slices.Sorted(maps.Keys(c.sources)) }

func (c *DataCollection) namesIn(section run.Section) []string {
	var names []string
	for name, source := range c.sources {
		if source.section == section {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// String tells how much data there is.
func (c *DataCollection) String() string {
	text := fmt.Sprintf("%d trains, %d sources in %d files", len(c.trainIDs), len(c.sources), len(c.files))
	if n := len(c.trainIDs); n > 0 {
		text += fmt.Sprintf(", train IDs %d to %d", c.trainIDs[0], c.trainIDs[n-1])
	}
	return text
}

func (c *DataCollection) source(name string) (*source, error) {
	if source := c.sources[name]; source != nil {
		return source, nil
	}
	return nil, &SourceNameError{Source: name, Closest: closest.To(name, c.AllSources())}
}

// Keys lists the keys of a source, sorted. As in EXtra-data one file is asked,
// since all files of a run have the same keys for a source. The error is a
// [*SourceNameError] where there is no such source.
func (c *DataCollection) Keys(source string) ([]string, error) {
	s, err := c.source(source)
	if err != nil {
		return nil, err
	}
	return s.files[0].Keys(source)
}

// Key is the data of one key of one source. The ending ".value" of a control
// source's key may be left out. The error is a [*SourceNameError] or a
// [*KeyNameError], with the names that come close.
func (c *DataCollection) Key(source, key string) (*KeyData, error) {
	s, err := c.source(source)
	if err != nil {
		return nil, err
	}
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if k := s.keys[key]; k != nil {
		return k, nil
	}
	full, err := s.fullKey(source, key)
	if err != nil {
		return nil, err
	}
	k, err := keydata.New(source, full, s.section, c.trainIDs, s.files)
	if err != nil {
		return nil, err
	}
	s.keys[key] = k
	return k, nil
}

// fullKey is the name of a key as it is in the files.
func (s *source) fullKey(source, key string) (string, error) {
	candidates := []string{key}
	if s.section == run.Control && !strings.HasSuffix(key, ".value") {
		candidates = append(candidates, key+".value")
	}
	for _, candidate := range candidates {
		if has, err := s.files[0].Has(source, candidate); err != nil || has {
			return candidate, err
		}
	}
	keys, err := s.files[0].Keys(source)
	if err != nil {
		return "", err
	}
	keys = slices.Clone(keys)
	if s.section == run.Control {
		// As users know them, and as closest they compare.
		for i := range keys {
			keys[i] = strings.TrimSuffix(keys[i], ".value")
		}
	}
	return "", &KeyNameError{Source: source, Key: key, Closest: closest.To(strings.TrimSuffix(key, ".value"), keys)}
}

// Types of package keydata that users of a collection meet.
type (
	// KeyData is the data of one key of one source.
	KeyData = keydata.KeyData
	// TypedKey is the data of a key whose elements are of type T.
	TypedKey[T any] = keydata.Typed[T]
	// Entries is the data of one key for one train.
	Entries[T any] = keydata.Entries[T]
	// DType is the type of a key's elements.
	DType = keydata.DType
)

// Key is the data of one key of one source as elements of type T: to read, or to
// map over. The error is one of [DataCollection.Key], or a [*TypeError] where
// the elements are of another type.
func Key[T any](c *DataCollection, source, key string) (*TypedKey[T], error) {
	k, err := c.Key(source, key)
	if err != nil {
		return nil, err
	}
	return keydata.As[T](k)
}
