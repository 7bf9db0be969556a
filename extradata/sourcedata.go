package extradata

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"extrapasha/internal/closest"
	"extrapasha/internal/glob"
	"extrapasha/keydata"
	"extrapasha/run"
)

// SourceData is one source of a collection. It never changes; selecting gives a
// new one.
type SourceData struct {
	selected
	trainIDs []uint64
	suspect  bool
	oneRun   bool
	located  *keydata.Locations
}

// Name is the name of the source.
func (s *SourceData) Name() string { return s.name }

// CanonicalName is the name that the source has now, where its own is a legacy
// one.
func (s *SourceData) CanonicalName() string { return s.canonical }

// IsLegacy tells whether the name is an old one for another source.
func (s *SourceData) IsLegacy() bool { return s.legacy() }

// Section tells which part of the files the source belongs to.
func (s *SourceData) Section() run.Section { return s.section }

// IsControl tells whether it is a control source, with one entry per train.
func (s *SourceData) IsControl() bool { return s.section == run.Control }

// IsInstrument tells whether it is an instrument source.
func (s *SourceData) IsInstrument() bool { return s.section == run.Instrument }

// IsRunOnly tells whether it is a control source that has nothing but values of the
// run: no keys with data, and no entries.
func (s *SourceData) IsRunOnly() (bool, error) {
	if !s.IsControl() {
		return false, nil
	}
	keys, err := s.Keys()
	return err == nil && len(keys) == 0, err
}

// TrainIDs are the trains of the selection, see [TrainSelection]. Do not change
// them.
func (s *SourceData) TrainIDs() []uint64 { return s.trainIDs }

// String tells name and number of trains.
func (s *SourceData) String() string {
	return fmt.Sprintf("%s (%d trains)", s.name, len(s.trainIDs))
}

// first is the file that is asked for what should be the same in all.
func (s *source) first() *run.File { return firstOf(s.files) }

func firstOf(files []*run.File) *run.File {
	first := files[0]
	for _, file := range files {
		if file.Before(first) {
			first = file
		}
	}
	return first
}

// Keys lists the keys, sorted: all, or those selected. As in EXtra-data one file
// is asked, since all files of a run have the same keys for a source. Do not
// change the list.
func (s *SourceData) Keys() ([]string, error) {
	if s.keys != nil {
		return s.keys, nil
	}
	return s.first().Keys(s.section, s.inFile)
}

// Names lists the keys as users know them, sorted: for a control source without
// ".value", and without the timestamps.
func (s *SourceData) Names() ([]string, error) {
	keys, err := s.Keys()
	if err != nil || !s.IsControl() {
		return keys, err
	}
	var names []string
	for _, key := range keys {
		if name, ok := strings.CutSuffix(key, ".value"); ok {
			names = append(names, name)
		}
	}
	return names, nil
}

// IndexGroups are the groups of keys that have an index of their own, sorted: one
// without a name for control sources.
func (s *SourceData) IndexGroups() ([]string, error) {
	if s.keys == nil || s.IsControl() {
		return s.first().IndexGroups(s.section, s.inFile)
	}
	var groups []string
	for _, key := range s.keys {
		group, _, _ := strings.Cut(key, ".")
		groups = append(groups, group)
	}
	slices.Sort(groups)
	return slices.Compact(groups), nil
}

// Key is the data of one key. The ending ".value" of a control source's key may
// be left out. The error is a [*KeyNameError], with the names that come close.
func (s *SourceData) Key(key string) (*KeyData, error) {
	full, err := s.fullKey(key)
	var unknown *KeyNameError
	if err != nil && !errors.As(err, &unknown) {
		err = &keydata.Error{Source: s.name, Key: key, Err: err}
	}
	if err != nil {
		return nil, err
	}
	return keydata.New(keydata.Place{
		Source: s.name, InFile: s.inFile, Section: s.section, Key: full, Files: s.files, Suspect: s.suspect, Locations: s.located,
	}, s.trainIDs)
}

// OneKey is any one key of a group of keys, which is quicker to find than all of
// them. An empty group stands for all.
func (s *SourceData) OneKey(group string) (string, error) {
	keys, err := s.Keys()
	if err != nil {
		return "", err
	}
	for _, key := range keys {
		if group == "" || strings.HasPrefix(key, group+".") {
			return key, nil
		}
	}
	return "", &KeyNameError{Source: s.name, Key: group + ".*"}
}

// Has tells whether the source has a key, of which the ending ".value" may be left out
// for a control source. The error is one of reading.
func (s *SourceData) Has(key string) (bool, error) {
	has, err := s.has(key)
	if err != nil || has || !s.IsControl() {
		return has, err
	}
	return s.has(key + ".value")
}

// has tells whether a key is there under that very name.
func (s *SourceData) has(key string) (bool, error) {
	if s.keys != nil {
		_, found := slices.BinarySearch(s.keys, key)
		return found, nil
	}
	return s.first().Has(s.section, s.inFile, key)
}

// fullKey is the name of a key as it is in the files.
func (s *SourceData) fullKey(key string) (string, error) {
	candidates := []string{key}
	if s.IsControl() {
		candidates = append(candidates, key+".value")
	}
	for _, candidate := range candidates {
		if has, err := s.has(candidate); err != nil || has {
			return candidate, err
		}
	}
	names, err := s.Names()
	if err != nil {
		return "", err
	}
	return "", &KeyNameError{Source: s.name, Key: key, Closest: closest.To(strings.TrimSuffix(key, ".value"), names)}
}

// SelectKeys is the source with some of its keys: by name, or by glob patterns
// such as "image.*" (see [glob.Compile]). No pattern stands for all keys. The error is
// a [*KeyNameError] for a pattern that fits none.
func (s *SourceData) SelectKeys(patterns ...string) (*SourceData, error) {
	if len(patterns) == 0 {
		return s, nil
	}
	var keys []string
	for _, pattern := range patterns {
		if !glob.HasWildcards(pattern) {
			key, err := s.fullKey(pattern)
			if err != nil {
				return nil, err
			}
			keys = append(keys, key)
			continue
		}
		found, all, err := s.match(pattern)
		if err != nil {
			return nil, err
		}
		if all {
			return s, nil
		}
		if len(found) == 0 {
			return nil, &KeyNameError{Source: s.name, Key: pattern}
		}
		keys = append(keys, found...)
	}
	return s.withKeys(sorted(keys)), nil
}

func sorted(keys []string) []string {
	slices.Sort(keys)
	return slices.Compact(keys)
}

func (s *SourceData) withKeys(keys []string) *SourceData {
	out := *s
	out.keys = keys
	return &out
}

// match finds the keys that a pattern fits; the pattern * fits all there are.
func (s *SourceData) match(pattern string) (keys []string, all bool, err error) {
	if pattern == "*" {
		return s.keys, s.keys == nil, nil
	}
	if s.IsControl() && !strings.HasSuffix(pattern, ".value") && !strings.HasSuffix(pattern, "*") {
		pattern += ".value"
	}
	if !glob.HasWildcards(pattern) {
		has, err := s.has(pattern)
		if has {
			keys = []string{pattern}
		}
		return keys, false, err
	}
	fits, err := glob.Compile(pattern)
	if err != nil {
		return nil, false, err
	}
	there, err := s.Keys()
	for _, key := range there {
		if fits(key) {
			keys = append(keys, key)
		}
	}
	return keys, false, err
}

// exactly is the source with keys named exactly, but for ".value".
func (s *SourceData) exactly(names []string) (*SourceData, error) {
	if len(names) == 0 {
		return s, nil
	}
	var keys []string
	for _, name := range names {
		key, err := s.fullKey(name)
		if err != nil {
			return nil, err
		}
		keys = append(keys, key)
	}
	return s.withKeys(sorted(keys)), nil
}

// SelectTrains is the source with some of its trains.
func (s *SourceData) SelectTrains(trains TrainSelection) (*SourceData, error) {
	ids, err := trains(s.trainIDs)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", s.name, err)
	}
	return s.withTrains(ids), nil
}

func (s *SourceData) withTrains(ids []uint64) *SourceData {
	out := *s
	out.trainIDs = ids
	out.source = s.narrowed(ids, s.suspect)
	return &out
}

// SplitTrains divides the trains as [keydata.Split] does.
func (s *SourceData) SplitTrains(parts, trainsPerPart int) ([]*SourceData, error) {
	shares, err := keydata.Split(len(s.trainIDs), parts, trainsPerPart)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", s.name, err)
	}
	split := make([]*SourceData, len(shares))
	for i, share := range shares {
		split[i] = s.withTrains(s.trainIDs[share.Start:share.Stop])
	}
	return split, nil
}

// Union is the data of several parts of a source, of one run or of more: all
// their trains, and all keys that any has. The error is one of [DataCollection.Union],
// or wraps [ErrSelection] where one is another source.
func (s *SourceData) Union(others ...*SourceData) (*SourceData, error) {
	for _, other := range others {
		if other.name != s.name {
			return nil, fmt.Errorf("%w: a union of different sources, %s and %s", ErrSelection, s.name, other.name)
		}
	}
	c, err := s.collection().Union(collections(others)...)
	if err != nil {
		return nil, err
	}
	return c.Source(s.name)
}

// collection is the source as a collection of its own.
func (s *SourceData) collection() *DataCollection {
	c := &DataCollection{files: s.files, suspect: s.suspect, oneRun: s.oneRun, noticed: &sync.Map{}}
	return c.with(s.trainIDs, map[string]selected{s.name: s.selected})
}

func collections(sources []*SourceData) []*DataCollection {
	list := make([]*DataCollection, len(sources))
	for i, source := range sources {
		list[i] = source.collection()
	}
	return list
}
