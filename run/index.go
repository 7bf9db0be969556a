package run

import (
	"errors"
	"fmt"
	"path"

	"extrapasha/internal/h5"
)

// Index is where the data of a source lies: for each train of the file, in the
// order of TrainIDs, the first row and the number of rows (entries).
type Index struct{ First, Count []int }

// Index reads the index of a group of keys of a source: the part of the key up
// to the first dot for instrument sources, "" for control sources.
func (f *File) Index(source, group string) (Index, error) {
	object := path.Join("INDEX", source, group)
	f.mutex.Lock()
	defer f.mutex.Unlock()
	return f.index(object, true)
}

// Counts reads only how many entries each of TrainIDs has, see [File.Index].
func (f *File) Counts(source, group string) ([]int, error) {
	object := path.Join("INDEX", source, group)
	f.mutex.Lock()
	defer f.mutex.Unlock()
	index, err := f.index(object, false)
	return index.Count, err
}

// index is what is known of an index, with the first rows if they are wanted. The
// file's mutex must be held.
func (f *File) index(object string, first bool) (Index, error) {
	index := f.indexes[object]
	if index.Count != nil && (index.First != nil || !first) {
		return index, nil
	}
	var err error
	if index.Count == nil {
		if index.Count, err = f.readCounts(object); err != nil {
			return Index{}, err
		}
	}
	if first {
		if index.First, err = f.readRows(object + "/first"); err != nil {
			return Index{}, err
		}
	}
	f.indexes[object] = index
	return index, nil
}

// IndexGroups lists the groups of keys of a source that have an index of their
// own, sorted: one without a name for control sources.
func (f *File) IndexGroups(section Section, source string) (groups []string, err error) {
	if section == Control {
		return []string{""}, nil
	}
	err = f.Use(func(file *h5.File) error {
		groups, err = file.Children("INDEX/" + source)
		return err
	})
	return groups, err
}

// readRows reads an INDEX dataset, which has a number for each row of INDEX, as
// one for each train. One that is shorter has none for the rest.
func (f *File) readRows(object string) ([]int, error) {
	all, err := f.Numbers(object)
	if err != nil {
		return nil, err
	}
	numbers := make([]int, len(f.contents.trainIDs))
	for i, number := range perTrain(f, all) {
		if numbers[i] = int(number); numbers[i] < 0 {
			return nil, &FileStructureError{Path: f.path, Err: fmt.Errorf("%s: %d for train %d is more than there can be", object, number, f.contents.trainIDs[i])}
		}
	}
	return numbers, nil
}

// perTrain picks what INDEX has for each of TrainIDs out of what it has for each
// of its rows. Where it has fewer rows the rest is 0.
func perTrain[T any](f *File, all []T) []T {
	if f.contents.rows == nil && len(all) == len(f.contents.trainIDs) {
		return all
	}
	picked := make([]T, len(f.contents.trainIDs))
	if f.contents.rows == nil {
		copy(picked, all)
		return picked
	}
	for i, row := range f.contents.rows {
		if row < len(all) {
			picked[i] = all[row]
		}
	}
	return picked
}

// readCounts reads the number of entries of each train. The first version of the
// format had the last row and a status instead.
func (f *File) readCounts(object string) ([]int, error) {
	counts, err := f.readRows(object + "/count")
	if !errors.Is(err, h5.ErrNoObject) {
		return counts, err
	}
	noCount := err
	first, err := f.readRows(object + "/first")
	if err != nil {
		return nil, err
	}
	last, err := f.readRows(object + "/last")
	if errors.Is(err, h5.ErrNoObject) {
		return nil, noCount
	}
	if err != nil {
		return nil, err
	}
	status, err := f.Flags(object + "/status")
	if err != nil {
		return nil, err
	}
	counts = make([]int, len(first))
	for i, filled := range perTrain(f, status) {
		if filled {
			counts[i] = max(last[i]-first[i]+1, 0)
		}
	}
	return counts, nil
}
