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
	rank     int // in its directory
	contents contents
	small    *h5.Small
	handle   handle

	rangeOnce   sync.Once
	least, most uint64 // of the train IDs

	mutex     sync.Mutex
	version   string
	indexes   map[string]Index
	keys      map[string][]string
	auxiliary []Auxiliary
	auxRead   bool
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
func Open(path string) (*File, error) {
	f, err := newFile(path)
	if err != nil {
		return nil, err
	}
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
	return &File{path: absolute, small: h5.NewSmall(absolute), indexes: map[string]Index{}, keys: map[string][]string{}}, nil
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
	ids, err := f.uint64s("INDEX/trainId")
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
		target, err := f.linkTarget(string(section) + "/" + source)
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

// Overlaps tells whether the file may have any of some trains, by the range of
// their IDs alone.
func (f *File) Overlaps(trainIDs []uint64) bool {
	ids := f.contents.trainIDs
	if len(ids) == 0 || len(trainIDs) == 0 {
		return false
	}
	f.rangeOnce.Do(func() { f.least, f.most = slices.Min(ids), slices.Max(ids) })
	return f.least <= trainIDs[len(trainIDs)-1] && f.most >= trainIDs[0]
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
	keys, err := described(f,
		func() ([]string, error) { return f.small.Datasets(group) },
		func(file *h5.File) ([]string, error) {
			if (section == Control || section == "RUN") && file.Kind(group) == h5.Missing {
				return nil, nil
			}
			return file.Datasets(group)
		})
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
	err = f.Use(func(file *h5.File) error {
		has = key != "" && file.Kind(Dataset(section, source, key)) == h5.Data
		return nil
	})
	return has, err
}

// UseDataset calls use with a dataset, see [Dataset], which is valid until it returns
// and is not kept open.
func (f *File) UseDataset(path string, use func(*h5.Dataset) error) error {
	return f.Use(func(file *h5.File) error { return file.Once(path, use) })
}

// SmallData reads a dataset, see [Dataset], of one number an entry, all rows of it,
// around libhdf5. The error wraps [h5.ErrForm] where that cannot be.
func SmallData[T any](f *File, path string) ([]T, error) {
	return h5.SmallNumbers[T](f.small, path)
}

// Rows is the length of the first dimension of a dataset, see [Dataset].
func (f *File) Rows(path string) (int, error) {
	return described(f,
		func() (int, error) { return f.small.Rows(path) },
		func(file *h5.File) (rows int, err error) {
			err = file.Once(path, func(dataset *h5.Dataset) error {
				if len(dataset.Shape()) == 0 {
					return fmt.Errorf("%w: %s is a single value", errFormat, path)
				}
				rows = dataset.Shape()[0]
				return nil
			})
			return rows, err
		})
}

// Numbers reads a dataset of one unsigned number an entry, all rows of it.
func (f *File) Numbers(path string) ([]uint64, error) { return f.uint64s(path) }

// Flags reads a dataset of one integer an entry as whether they are not 0.
func (f *File) Flags(path string) ([]bool, error) { return f.flags(path) }

// Attributes are the attributes of a key: those of its dataset, or where it has
// none and is the value of a property, those of the property.
func (f *File) Attributes(section Section, source, key string) (attributes map[string]any, err error) {
	err = f.Use(func(file *h5.File) error {
		object := Dataset(section, source, key)
		attributes, err = file.Attributes(object)
		if err == nil && len(attributes) == 0 && path.Base(object) == "value" {
			attributes, err = file.Attributes(path.Dir(object))
		}
		return err
	})
	return attributes, err
}

// Dataset is the path in a file of the data of a key of a source.
func Dataset(section Section, source, key string) string {
	return path.Join(string(section), source, strings.ReplaceAll(key, ".", "/"))
}

func readAll[T any](file *h5.File, object string) (values []T, err error) {
	err = file.Once(object, func(dataset *h5.Dataset) error {
		values, err = h5.ReadAll[T](dataset)
		return err
	})
	return values, err
}

// described reads one of the small datasets that describe a file: around libhdf5
// where that is possible, else with it, which also tells what is wrong.
func described[T any](f *File, small func() (T, error), library func(*h5.File) (T, error)) (T, error) {
	value, err := small()
	if err == nil {
		return value, nil
	}
	err = f.Use(func(file *h5.File) error {
		value, err = library(file)
		return err
	})
	return value, err
}

func (f *File) uint64s(object string) ([]uint64, error) {
	return described(f,
		func() ([]uint64, error) { return h5.SmallNumbers[uint64](f.small, object) },
		func(file *h5.File) ([]uint64, error) { return readAll[uint64](file, object) })
}

func (f *File) texts(object string) ([]string, error) {
	return described(f,
		func() ([]string, error) { return f.small.Strings(object) },
		func(file *h5.File) ([]string, error) { return readAll[string](file, object) })
}

// flags reads integers of any size as whether they are not 0.
func (f *File) flags(object string) ([]bool, error) {
	return described(f,
		func() ([]bool, error) { return f.small.Flags(object) },
		func(file *h5.File) ([]bool, error) { return readFlags(file, object) })
}

// linkTarget is where a soft link leads, empty where there is none.
func (f *File) linkTarget(object string) (string, error) {
	return described(f,
		func() (string, error) { return f.small.LinkTarget(object) },
		func(file *h5.File) (string, error) {
			target, _ := file.LinkTarget(object)
			return target, nil
		})
}
