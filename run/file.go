package run

import (
	"errors"
	"fmt"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"extrapasha/internal/h5"
)

// File is one data file of a run: which trains and sources it has, and where
// their data lies. It is safe for use by many goroutines, but for Close.
type File struct {
	path          string
	formatVersion string
	trainIDs      []uint64
	rows          []int // the row of INDEX that each train ID is at
	sources       map[string]Section

	mutex   sync.Mutex
	file    *h5.File // nil while closed
	indexes map[string]Index
	keys    map[string][]string
}

// Section is the part of a file that a source belongs to.
type Section string

// The sections with data of sources.
const (
	Control    Section = "CONTROL"    // one entry per train
	Instrument Section = "INSTRUMENT" // any number of entries per train
)

// Open opens a data file and reads what trains and sources it has. The error
// wraps [fs.ErrNotExist], or is a [*FileStructureError] where the file is no data
// file.
func Open(path string) (*File, error) {
	absolute, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	f := &File{path: absolute, sources: map[string]Section{}, indexes: map[string]Index{}, keys: map[string][]string{}}
	if err := f.readMetadata(); err != nil {
		f.Close()
		if errors.Is(err, h5.ErrNoObject) || errors.Is(err, h5.ErrType) || errors.Is(err, errFormat) {
			return nil, &FileStructureError{Path: absolute, Err: err}
		}
		return nil, err
	}
	return f, nil
}

// errFormat marks what is in a file but not as the format has it.
var errFormat = errors.New("unexpected content")

func (f *File) readMetadata() error {
	ids, err := readAll[uint64](f, "INDEX/trainId")
	if err != nil {
		return err
	}
	for row, id := range ids {
		if id != 0 { // the DAQ makes room for more trains than it writes
			f.trainIDs = append(f.trainIDs, id)
			f.rows = append(f.rows, row)
		}
	}
	if f.formatVersion, err = f.readVersion(); err != nil {
		return err
	}
	return f.readSources()
}

// readVersion finds the version of the format. The first had no number.
func (f *File) readVersion() (string, error) {
	version, err := readAll[string](f, "METADATA/dataFormatVersion")
	if errors.Is(err, h5.ErrNoObject) {
		return "0.5", nil
	}
	if err == nil && len(version) == 0 {
		err = fmt.Errorf("%w: METADATA/dataFormatVersion is empty", errFormat)
	}
	if err != nil {
		return "", err
	}
	return version[0], nil
}

func (f *File) readSources() error {
	list := "METADATA/dataSources/dataSourceId"
	if f.formatVersion == "0.5" {
		list = "METADATA/dataSourceId"
	}
	ids, err := readAll[string](f, list)
	if err != nil {
		return err
	}
	for _, id := range ids {
		section, source, _ := strings.Cut(id, "/")
		switch Section(section) {
		case Control:
			f.sources[source] = Control
		case Instrument:
			// The part behind the channel is a group of keys.
			device, channel, _ := strings.Cut(source, ":")
			channel, _, _ = strings.Cut(channel, "/")
			f.sources[device+":"+channel] = Instrument
		case "", "Karabo_TimerServer": // padding; a virtual source of version 1.1
		default:
			return fmt.Errorf("%w: source %q in %s belongs to neither CONTROL nor INSTRUMENT", errFormat, id, list)
		}
	}
	return nil
}

// Path is the absolute path of the file.
func (f *File) Path() string { return f.path }

// String is the name of the file.
func (f *File) String() string { return filepath.Base(f.path) }

// FormatVersion is the version of the data format: "0.5", "1.0", …
func (f *File) FormatVersion() string { return f.formatVersion }

// TrainIDs are the IDs of the trains in the file, in its order. Do not change them.
func (f *File) TrainIDs() []uint64 { return f.trainIDs }

// Sources tells the section of each source in the file. Do not change it.
func (f *File) Sources() map[string]Section { return f.sources }

// open is the HDF5 file, opened if it is not.
func (f *File) open() (*h5.File, error) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	if f.file == nil {
		file, err := h5.Open(f.path)
		if err != nil {
			return nil, err
		}
		f.file = file
	}
	return f.file, nil
}

// Close closes the file. Datasets that it gave are no longer valid; whatever is
// asked next opens it again.
func (f *File) Close() error {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	if f.file == nil {
		return nil
	}
	err := f.file.Close()
	f.file = nil
	return err
}

// Index is where the data of a source lies: for each train of the file, in the
// order of TrainIDs, the first row and the number of rows (entries).
type Index struct{ First, Count []int }

// Index reads the index of a group of keys of a source: the part of the key up
// to the first dot for instrument sources, "" for control sources.
func (f *File) Index(source, group string) (Index, error) {
	object := path.Join("INDEX", source, group)
	f.mutex.Lock()
	index, ok := f.indexes[object]
	f.mutex.Unlock()
	if ok {
		return index, nil
	}
	index, err := f.readIndex(object)
	if err != nil {
		return Index{}, err
	}
	f.mutex.Lock()
	f.indexes[object] = index
	f.mutex.Unlock()
	return index, nil
}

func (f *File) readIndex(object string) (Index, error) {
	first, err := readAll[uint64](f, object+"/first")
	if err != nil {
		return Index{}, err
	}
	count, err := readAll[uint64](f, object+"/count")
	if errors.Is(err, h5.ErrNoObject) {
		count, err = f.countFromLast(object, first)
	}
	if err != nil {
		return Index{}, err
	}
	index := Index{First: make([]int, len(f.rows)), Count: make([]int, len(f.rows))}
	for i, row := range f.rows {
		// An index shorter than the list of trains has no data for the rest.
		if row < len(first) && row < len(count) {
			index.First[i], index.Count[i] = int(first[row]), int(count[row])
		}
		if index.First[i] < 0 || index.Count[i] < 0 {
			return Index{}, &FileStructureError{Path: f.path, Err: fmt.Errorf("%s: train %d has %d entries from row %d on", object, f.trainIDs[i], uint64(index.Count[i]), uint64(index.First[i]))}
		}
	}
	return index, nil
}

// countFromLast works out the counts from the last row and the status that the
// first version of the format had instead.
func (f *File) countFromLast(object string, first []uint64) ([]uint64, error) {
	last, err := readAll[uint64](f, object+"/last")
	if err != nil {
		return nil, err
	}
	status, err := f.readStatus(object + "/status")
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

// readStatus reads whether each train has data, an integer of any size.
func (f *File) readStatus(object string) ([]bool, error) {
	dataset, err := f.dataset(object)
	if err != nil {
		return nil, err
	}
	switch dataset.DType() {
	case h5.Int32:
		return nonZero[int32](dataset)
	case h5.Uint32:
		return nonZero[uint32](dataset)
	case h5.Int64:
		return nonZero[int64](dataset)
	case h5.Uint8:
		return nonZero[uint8](dataset)
	case h5.Uint16:
		return nonZero[uint16](dataset)
	default:
		return nonZero[uint64](dataset)
	}
}

func nonZero[T int32 | int64 | uint8 | uint16 | uint32 | uint64](dataset *h5.Dataset) ([]bool, error) {
	values, err := h5.ReadAll[T](dataset)
	flags := make([]bool, len(values))
	for i, value := range values {
		flags[i] = value != 0
	}
	return flags, err
}

// Keys lists the keys of a source, sorted: the paths of its datasets with dots.
func (f *File) Keys(source string) ([]string, error) {
	f.mutex.Lock()
	keys, ok := f.keys[source]
	f.mutex.Unlock()
	if ok {
		return keys, nil
	}
	file, err := f.open()
	if err != nil {
		return nil, err
	}
	paths, err := file.Datasets(path.Join(string(f.sources[source]), source))
	if err != nil {
		return nil, err
	}
	for i, path := range paths {
		paths[i] = strings.ReplaceAll(path, "/", ".")
	}
	slices.Sort(paths)
	f.mutex.Lock()
	f.keys[source] = paths
	f.mutex.Unlock()
	return paths, nil
}

// Has tells whether a source has a key, without listing all of them.
func (f *File) Has(source, key string) (bool, error) {
	file, err := f.open()
	if err != nil {
		return false, err
	}
	return key != "" && file.Kind(f.object(source, key)) == h5.Data, nil
}

// Dataset is the data of a key of a source.
func (f *File) Dataset(source, key string) (*h5.Dataset, error) {
	return f.dataset(f.object(source, key))
}

func (f *File) object(source, key string) string {
	return path.Join(string(f.sources[source]), source, strings.ReplaceAll(key, ".", "/"))
}

func (f *File) dataset(object string) (*h5.Dataset, error) {
	file, err := f.open()
	if err != nil {
		return nil, err
	}
	return file.Dataset(object)
}

func readAll[T any](f *File, object string) ([]T, error) {
	dataset, err := f.dataset(object)
	if err != nil {
		return nil, err
	}
	return h5.ReadAll[T](dataset)
}
