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
// their data lies. It opens the HDF5 file when it has to. It is safe for use by
// many goroutines.
type File struct {
	path     string
	rank     int    // in its directory
	home     string // a directory that counts as the file's own, empty for its own only
	contents contents
	overview bool
	handle   handle

	rangeOnce   sync.Once
	least, most uint64 // of the train IDs

	mutex     sync.Mutex
	version   string
	indexes   map[string]Index
	keys      map[string][]string
	auxiliary []Auxiliary
	auxRead   bool

	behindMutex sync.Mutex
	behind      map[string]*File // that an overview file has data from, by path
}

// contents is what a run files map keeps of a file.
type contents struct {
	trainIDs []uint64
	rows     []int // the row of INDEX that each train is at, nil where they are the same
	valid    []bool
	sources  map[string]Section
	legacy   map[string]string
}

// Section is the part of a file that a source belongs to.
type Section string

// The sections with data of sources.
const (
	Control    Section = "CONTROL"    // one entry per train
	Instrument Section = "INSTRUMENT" // any number of entries per train
	Reduction  Section = "REDUCTION"  // what data reduction did
	Errata     Section = "ERRATA"     // what went wrong with the data
)

// Open opens a data file and reads what trains and sources it has. The error
// wraps [fs.ErrNotExist], or is a [*FileStructureError] where the file is no data
// file.
func Open(path string) (*File, error) { return openFile(path, "") }

// openFile is [Open] of a file that may lead to what is in another directory.
func openFile(path, home string) (*File, error) {
	f, err := newFile(path)
	if err != nil {
		return nil, err
	}
	f.home = home
	if err := f.read(); err != nil {
		f.Close()
		return nil, f.structure(err)
	}
	return f, nil
}

func newFile(path string) (*File, error) {
	absolute, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return &File{path: absolute, indexes: map[string]Index{}, keys: map[string][]string{}}, nil
}

// errFormat marks what is in a file but not as the format has it.
var errFormat = errors.New("unexpected content")

// structure makes an error about what a file lacks a [*FileStructureError].
func (f *File) structure(err error) error {
	if errors.Is(err, h5.ErrNoObject) || errors.Is(err, h5.ErrType) || errors.Is(err, errFormat) {
		return &FileStructureError{Path: f.path, Err: err}
	}
	return err
}

func (f *File) read() error {
	ids, err := f.Numbers("INDEX/trainId")
	if err != nil {
		return err
	}
	f.contents = contents{sources: map[string]Section{}, legacy: map[string]string{}}
	for row, id := range ids {
		if id != 0 { // the DAQ makes room for more trains than it writes
			f.contents.trainIDs = append(f.contents.trainIDs, id)
			f.contents.rows = append(f.contents.rows, row)
		}
	}
	if n := len(f.contents.rows); n == 0 || f.contents.rows[n-1] == n-1 {
		f.contents.rows = nil
	}
	if f.version, err = f.readVersion(); err != nil {
		return err
	}
	if f.contents.valid, err = f.readValid(); err != nil {
		return err
	}
	if f.overview, err = f.readIsOverview(); err != nil {
		return err
	}
	return f.readSources()
}

// readVersion finds the version of the format. The first had no number.
func (f *File) readVersion() (string, error) {
	version, err := f.texts("METADATA/dataFormatVersion")
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
	if f.version == "0.5" {
		list = "METADATA/dataSourceId"
	}
	ids, err := f.texts(list)
	if err != nil {
		return err
	}
	for _, id := range ids {
		section, source, _ := strings.Cut(id, "/")
		switch Section(section) {
		case Control:
		case Instrument:
			// The part behind the channel is a group of keys.
			device, channel, _ := strings.Cut(source, ":")
			channel, _, _ = strings.Cut(channel, "/")
			source = device + ":" + channel
		case "", "Karabo_TimerServer": // padding; a virtual source of version 1.1
			continue
		default:
			return fmt.Errorf("%w: source %q in %s belongs to neither CONTROL nor INSTRUMENT", errFormat, id, list)
		}
		f.contents.sources[source] = Section(section)
	}
	for source, section := range f.contents.sources {
		if section != Instrument {
			continue
		}
		// A legacy name is a soft link to the source.
		var target string
		err := f.Use(func(file *h5.File) (err error) {
			target, err = file.LinkTarget(string(section) + "/" + source)
			return err
		})
		if err != nil {
			return err
		}
		if target != "" {
			f.contents.legacy[source] = strings.TrimPrefix(strings.TrimPrefix(target, "/"), string(section)+"/")
		}
	}
	return nil
}

// Path is the absolute path of the file.
func (f *File) Path() string { return f.path }

// String is the name of the file.
func (f *File) String() string { return filepath.Base(f.path) }

// Before tells whether the file comes before another in the order of their
// directory. EXtra-data asks the first of the files that have a source for what
// should be the same in all, such as the values of the run; so does this, to give
// the same answers.
func (f *File) Before(other *File) bool {
	if f.rank != other.rank {
		return f.rank < other.rank
	}
	return f.path < other.path
}

// TrainIDs are the IDs of the trains in the file, in its order. Do not change them.
func (f *File) TrainIDs() []uint64 { return f.contents.trainIDs }

// Overlaps tells whether the file may have any of some trains, which are in ascending or
// descending order, by the range of their IDs alone.
func (f *File) Overlaps(trainIDs []uint64) bool {
	ids := f.contents.trainIDs
	if len(ids) == 0 || len(trainIDs) == 0 {
		return false
	}
	f.rangeOnce.Do(func() { f.least, f.most = slices.Min(ids), slices.Max(ids) })
	first, last := trainIDs[0], trainIDs[len(trainIDs)-1]
	return f.least <= max(first, last) && f.most >= min(first, last)
}

// Valid tells for each of TrainIDs whether the train is what it seems. See
// suspect.go for how that is known. Do not change it.
func (f *File) Valid() []bool { return f.contents.valid }

// Sources tells the section of each source in the file. Do not change it.
func (f *File) Sources() map[string]Section { return f.contents.sources }

// LegacySources tells for the sources with an old name what they are called now.
// Do not change it.
func (f *File) LegacySources() map[string]string { return f.contents.legacy }

// FormatVersion is the version of the data format: "0.5", "1.0", …
func (f *File) FormatVersion() (string, error) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	if f.version != "" {
		return f.version, nil
	}
	var err error
	f.version, err = f.readVersion()
	return f.version, f.structure(err)
}

// Keys lists the keys of a source, sorted: the paths of its datasets with dots. It
// is empty for sources that only have values of the run. Do not change the list.
func (f *File) Keys(section Section, source string) ([]string, error) {
	group := path.Join(string(section), source)
	f.mutex.Lock()
	defer f.mutex.Unlock()
	if keys, ok := f.keys[group]; ok {
		return keys, nil
	}
	var keys []string
	err := f.Use(func(file *h5.File) (err error) {
		keys, err = file.Datasets(group)
		return err
	})
	if errors.Is(err, h5.ErrNoObject) && (section == Control || section == "RUN") {
		err = nil
	}
	if err != nil {
		return nil, err
	}
	for i, path := range keys {
		keys[i] = strings.ReplaceAll(path, "/", ".")
	}
	slices.Sort(keys)
	f.keys[group] = keys
	return keys, nil
}

// RunKeys lists the keys that RUN has for a source, sorted, none where it has
// nothing. Do not change the list.
func (f *File) RunKeys(source string) ([]string, error) {
	return f.Keys("RUN", source)
}

// Has tells whether a source has a key, without listing all of them.
func (f *File) Has(section Section, source, key string) (has bool, err error) {
	if key == "" {
		return false, nil
	}
	err = f.Use(func(file *h5.File) error {
		kind, err := file.Kind(Dataset(section, source, key))
		has = kind == h5.Data
		return err
	})
	return has, err
}

// UseDataset calls use with a dataset, see [Dataset], which is valid until it returns
// and of which nothing is kept.
func (f *File) UseDataset(path string, use func(*h5.Dataset) error) error {
	return f.Use(func(file *h5.File) error {
		dataset, err := file.Once(path)
		if err != nil {
			return err
		}
		return use(dataset)
	})
}

// Rows is the length of the first dimension of a dataset, see [Dataset].
func (f *File) Rows(path string) (rows int, err error) {
	err = f.UseDataset(path, func(dataset *h5.Dataset) error {
		if len(dataset.Shape()) == 0 {
			return fmt.Errorf("%w: %s is a single value", errFormat, path)
		}
		rows = dataset.Shape()[0]
		return nil
	})
	return rows, err
}

// Numbers reads a dataset of integers of any type, all of it. Those below 0 are
// counted from 2⁶⁴ down.
func (f *File) Numbers(path string) (numbers []uint64, err error) {
	err = f.UseDataset(path, func(dataset *h5.Dataset) error {
		numbers, err = readIntegers(dataset)
		return err
	})
	return numbers, err
}

// Flags reads a dataset of integers or bools of any type as whether they are not 0.
func (f *File) Flags(path string) (flags []bool, err error) {
	err = f.UseDataset(path, func(dataset *h5.Dataset) error {
		if dataset.DType() == h5.Bool {
			flags, err = h5.ReadAll[bool](dataset)
			return err
		}
		numbers, err := readIntegers(dataset)
		flags = make([]bool, len(numbers))
		for i, number := range numbers {
			flags[i] = number != 0
		}
		return err
	})
	return flags, err
}

func readIntegers(dataset *h5.Dataset) ([]uint64, error) {
	switch dataset.DType() {
	case h5.Int8:
		return widened[int8](dataset)
	case h5.Int16:
		return widened[int16](dataset)
	case h5.Int32:
		return widened[int32](dataset)
	case h5.Int64:
		return widened[int64](dataset)
	case h5.Uint8:
		return widened[uint8](dataset)
	case h5.Uint16:
		return widened[uint16](dataset)
	case h5.Uint32:
		return widened[uint32](dataset)
	case h5.Uint64:
		return h5.ReadAll[uint64](dataset)
	}
	return nil, fmt.Errorf("%s: %w: %s holds %s, expected integers", dataset.File().Path(), errFormat, dataset.Path(), dataset.TypeName())
}

func widened[T int8 | int16 | int32 | int64 | uint8 | uint16 | uint32](dataset *h5.Dataset) ([]uint64, error) {
	values, err := h5.ReadAll[T](dataset)
	numbers := make([]uint64, len(values))
	for i, value := range values {
		numbers[i] = uint64(value)
	}
	return numbers, err
}

// texts reads a dataset of strings, all of it.
func (f *File) texts(path string) (texts []string, err error) {
	err = f.UseDataset(path, func(dataset *h5.Dataset) error {
		texts, err = h5.ReadAll[string](dataset)
		return err
	})
	return texts, err
}

// Outside is a part of a file that lies in another.
type Outside = h5.Outside

// Outsides lists what of the file lies in others: behind external links, in raw
// storage, in the sources of virtual datasets.
func (f *File) Outsides() (found []Outside, err error) {
	err = f.Use(func(file *h5.File) error {
		found, err = file.Outsides()
		return err
	})
	return found, err
}

// Dataset is the path in a file of the data of a key of a source.
func Dataset(section Section, source, key string) string {
	return path.Join(string(section), source, strings.ReplaceAll(key, ".", "/"))
}
