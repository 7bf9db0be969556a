package extradata

import (
	"fmt"
	"slices"
	"strings"

	"extrapasha/internal/trains"
	"extrapasha/run"
)

// DataCounts is the number of entries of each train of TrainIDs for a group of
// keys. An empty group stands for the largest over all groups, which is 0 for a source
// that only has values of the run. The error wraps [ErrSelection] where there is no
// such group.
func (s *SourceData) DataCounts(group string) ([]int, error) {
	groups, err := s.groups(group)
	if err != nil {
		return nil, err
	}
	ids, at := trains.Ordered(s.trainIDs)
	counts := make([]int, len(ids))
	for _, group := range groups {
		if err := s.eachCount(group, ids, func(position, count int) { counts[position] = max(counts[position], count) }); err != nil {
			return nil, err
		}
	}
	return trains.Spread(counts, at), nil
}

// groups are the groups of keys that a name stands for: that one, or all there are
// where it is empty.
func (s *SourceData) groups(name string) ([]string, error) {
	runOnly, err := s.IsRunOnly()
	if err != nil {
		return nil, err
	}
	var all []string
	if !runOnly {
		if all, err = s.IndexGroups(); err != nil {
			return nil, err
		}
	}
	switch {
	case name == "":
		return all, nil
	case slices.Contains(all, name):
		return []string{name}, nil
	}
	return nil, fmt.Errorf("%s: %w: no group of keys %q, expected one of %q", s.name, ErrSelection, name, all)
}

// InFiles tells for each of TrainIDs whether a file that has the source has the train,
// with or without entries. EXtra-data's labelled counts are those of these trains.
func (s *SourceData) InFiles() []bool { return run.InFiles(s.files, s.trainIDs, s.suspect) }

// eachCount visits those of some trains, in ascending order, that a group of keys has
// entries for, by their position. It costs what the index of the files does.
func (s *SourceData) eachCount(group string, trainIDs []uint64, visit func(position, count int)) error {
	for _, file := range s.files {
		if !file.Overlaps(trainIDs) {
			continue
		}
		counts, err := file.Counts(s.inFile, group)
		if err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
		positions := trains.Positions{IDs: trainIDs}
		for i, id := range file.TrainIDs() {
			if counts[i] == 0 || !s.suspect && !file.Valid()[i] {
				continue
			}
			if position, ok := positions.Find(id); ok {
				visit(position, counts[i])
			}
		}
	}
	return nil
}

// DropEmptyTrains is the source with those of its trains that have entries, for
// a group of keys or (empty) for any. The error is one of [SourceData.DataCounts].
func (s *SourceData) DropEmptyTrains(group string) (*SourceData, error) {
	counts, err := s.DataCounts(group)
	if err != nil {
		return nil, err
	}
	var ids []uint64
	for i, count := range counts {
		if count > 0 {
			ids = append(ids, s.trainIDs[i])
		}
	}
	return s.withTrains(ids), nil
}

// TrainIDCoordinates is the train ID of each entry of a group of keys. An empty
// group stands for all, which must then have the same entries; the error wraps
// [ErrSelection] where they have not, or where there is no such group.
func (s *SourceData) TrainIDCoordinates(group string) ([]uint64, error) {
	groups, err := s.groups(group)
	if err != nil {
		return nil, err
	}
	var counts []int
	for _, group := range groups {
		other, err := s.DataCounts(group)
		if err != nil {
			return nil, err
		}
		if counts != nil && !slices.Equal(counts, other) {
			return nil, fmt.Errorf("%s: %w: its groups of keys %s have different numbers of entries, name one", s.name, ErrSelection, strings.Join(groups, ", "))
		}
		counts = other
	}
	if len(groups) == 0 {
		return nil, nil
	}
	name, err := s.OneKey(groups[0])
	if err != nil {
		return nil, err
	}
	key, err := s.Key(name) // knows in which order the entries are
	if err != nil {
		return nil, err
	}
	return key.TrainIDCoordinates(), nil
}
