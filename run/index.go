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
	if index, ok := f.indexes[object]; ok {
		return index, nil
	}
	var index Index
	err := f.Use(func(file *h5.File) (err error) {
		index, err = f.readIndex(file, object)
		return err
	})
	if err != nil {
		return Index{}, err
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

func (f *File) readIndex(file *h5.File, object string) (Index, error) {
	first, err := readAll[uint64](file, object+"/first")
	if err != nil {
		return Index{}, err
	}
	count, err := readAll[uint64](file, object+"/count")
	if errors.Is(err, h5.ErrNoObject) {
		count, err = countFromLast(file, object, first)
	}
	if err != nil {
		return Index{}, err
	}
	ids := f.contents.trainIDs
	index := Index{First: make([]int, len(ids)), Count: make([]int, len(ids))}
	for i, id := range ids {
		row := i
		if f.contents.rows != nil {
			row = f.contents.rows[i]
		}
		// An index shorter than the list of trains has no data for the rest.
		if row < len(first) && row < len(count) {
			index.First[i], index.Count[i] = int(first[row]), int(count[row])
		}
		if index.First[i] < 0 || index.Count[i] < 0 {
			return Index{}, &FileStructureError{Path: f.path, Err: fmt.Errorf("%s: train %d has %d entries from row %d on",
				object, id, uint64(index.Count[i]), uint64(index.First[i]))}
		}
	}
	return index, nil
}

// countFromLast works out the counts from the last row and the status that the
// first version of the format had instead.
func countFromLast(file *h5.File, object string, first []uint64) ([]uint64, error) {
	last, err := readAll[uint64](file, object+"/last")
	if err != nil {
		return nil, err
	}
	status, err := readFlags(file, object+"/status")
	if err != nil {
		return nil, err
	}
	count := make([]uint64, min(len(first), len(last), len(status)))
	for i := range count {
		if status[i] {
			count[i] = last[i] - first[i] + 1
		}
	}
	return count, nil
}

// readFlags reads integers of any size as whether they are not 0.
func readFlags(file *h5.File, object string) ([]bool, error) {
	dataset, err := file.Dataset(object)
	if err != nil {
		return nil, err
	}
	switch dataset.DType() {
	case h5.Int8:
		return nonZero[int8](dataset)
	case h5.Int16:
		return nonZero[int16](dataset)
	case h5.Int32:
		return nonZero[int32](dataset)
	case h5.Int64:
		return nonZero[int64](dataset)
	case h5.Uint8:
		return nonZero[uint8](dataset)
	case h5.Uint16:
		return nonZero[uint16](dataset)
	case h5.Uint32:
		return nonZero[uint32](dataset)
	default:
		return nonZero[uint64](dataset)
	}
}

func nonZero[T comparable](dataset *h5.Dataset) ([]bool, error) {
	var zero T
	values, err := h5.ReadAll[T](dataset)
	flags := make([]bool, len(values))
	for i, value := range values {
		flags[i] = value != zero
	}
	return flags, err
}
