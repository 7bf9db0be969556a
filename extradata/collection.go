package extradata

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"log/slog"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unsafe"

	"extrapasha/internal/closest"
	"extrapasha/internal/trains"
	"extrapasha/keydata"
	psh "extrapasha/pasha"
	"extrapasha/run"
)

// Types of the packages below that users of a collection meet.
type (
	// KeyData is the data of one key of one source.
	KeyData = keydata.KeyData
	// TypedKey is the data of a key whose elements are of type T.
	TypedKey[T any] = keydata.Typed[T]
	// Entries is the data of one key for one train.
	Entries[T any] = keydata.Entries[T]
	// Entry is one entry of a key, as the functor TypedKey.ByEntry gives it.
	Entry[T any] = keydata.Entry[T]
	// DType is the type of a key's elements.
	DType = keydata.DType
	// Records are structured elements, an array for each field.
	Records = keydata.Records
	// TrainSelection picks trains; [ByIndex], [ByIndices], [ByMask], [ByLabelledMask],
	// [ByID] and [ByIDs] make one.
	TrainSelection = keydata.TrainSelection
)

// Ways to pick trains, see package keydata.
var (
	ByIndex        = keydata.ByIndex
	ByIndices      = keydata.ByIndices
	ByMask         = keydata.ByMask
	ByLabelledMask = keydata.ByLabelledMask
	ByID           = keydata.ByID
	ByIDs          = keydata.ByIDs
)

// LastID as the end of [ByID] means: to the last train.
const LastID = keydata.LastID

// DataCollection is the data of a run, of a single file, or a selection of it:
// sources with keys, for a number of trains. It never changes; selecting gives a
// new one. It may be used by many goroutines.
type DataCollection struct {
	trainIDs []uint64
	sources  map[string]selected
	files    []*run.File // by path
	suspect  bool        // trains that are not valid are in
	oneRun   bool
	aliases  aliases
	keys     *sync.Map // of *keydata.KeyData by SourceKey, those that were asked for
	located  *sync.Map // of *keydata.Locations by the source's name
	noticed  *sync.Map // legacy names that a notice was given for, of all selections
}

// source is a source in the files.
type source struct {
	name, inFile string
	canonical    string // another name for a legacy one, else its own
	section      run.Section
	files        []*run.File // that have it, by path
}

// selected is a source and which of its keys are in a collection: all where keys
// is nil. They are sorted.
type selected struct {
	*source
	keys []string
}

// SourceKey names a key of a source.
type SourceKey struct{ Source, Key string }

// with is a new collection with everything but the given fields from c.
func (c *DataCollection) with(trainIDs []uint64, sources map[string]selected) *DataCollection {
	return &DataCollection{
		trainIDs: trainIDs, sources: sources, files: c.files, suspect: c.suspect, oneRun: c.oneRun, aliases: c.aliases, keys: &sync.Map{}, located: &sync.Map{}, noticed: c.noticed,
	}
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

// TrainIDs are the trains: all that any file has, in ascending order, or those
// selected, see [TrainSelection]. Do not change them.
func (c *DataCollection) TrainIDs() []uint64 { return c.trainIDs }

// ControlSources are the names of the sources with one entry per train, sorted.
func (c *DataCollection) ControlSources() []string {
	return c.names(func(s selected) bool { return s.section == run.Control })
}

// InstrumentSources are the names of the sources with any number of entries per
// train, sorted, also those that are legacy names.
func (c *DataCollection) InstrumentSources() []string {
	return c.names(func(s selected) bool { return s.section == run.Instrument })
}

// AllSources are the names of all sources, sorted.
func (c *DataCollection) AllSources() []string {
	return c.names(func(selected) bool { return true })
}

var detectorPattern = regexp.MustCompile(`^(.+/(?:DET|CORR))/\d+CH`)

// DetectorSources are the names of the modules of detectors, sorted, without
// legacy names.
func (c *DataCollection) DetectorSources() []string {
	return c.names(func(s selected) bool {
		return s.section == run.Instrument && !s.legacy() && detectorPattern.MatchString(s.name)
	})
}

// LegacySources tells for each old name of a source what it is called now.
func (c *DataCollection) LegacySources() map[string]string {
	legacy := map[string]string{}
	for name, source := range c.sources {
		if source.legacy() {
			legacy[name] = source.canonical
		}
	}
	return legacy
}

func (s *source) legacy() bool { return s.canonical != s.name }

func (c *DataCollection) names(take func(selected) bool) []string {
	var names []string
	for name, source := range c.sources {
		if take(source) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// SelectedKeys tells which keys of each source were selected, sorted; nil stands
// for all of them.
func (c *DataCollection) SelectedKeys() map[string][]string {
	keys := map[string][]string{}
	for name, source := range c.sources {
		keys[name] = slices.Clone(source.keys)
	}
	return keys
}

// String tells how much data there is.
func (c *DataCollection) String() string {
	text := fmt.Sprintf("%d trains, %d sources in %d files", len(c.trainIDs), len(c.sources), len(c.files))
	if n := len(c.trainIDs); n > 0 {
		text += fmt.Sprintf(", train IDs %d to %d", c.trainIDs[0], c.trainIDs[n-1])
	}
	return text
}

// Source is one source of the collection. The error is a [*SourceNameError],
// with the names that come close. For a legacy name a notice goes to log/slog,
// once for the data that was opened.
func (c *DataCollection) Source(name string) (*SourceData, error) {
	s, ok := c.sources[name]
	if !ok {
		return nil, c.unknown(name)
	}
	if s.legacy() {
		if _, before := c.noticed.LoadOrStore(name, true); !before {
			slog.Warn("this name of a source will not be in later data", "name", name, "use", s.canonical)
		}
	}
	s.source = s.narrowed(c.trainIDs, c.suspect)
	located, _ := c.located.LoadOrStore(name, &keydata.Locations{})
	return &SourceData{selected: s, trainIDs: c.trainIDs, suspect: c.suspect, oneRun: c.oneRun, located: located.(*keydata.Locations)}, nil
}

// Has tells whether there is a source, or with a key whether that source has the key,
// of which the ending ".value" may be left out. The error is one of reading.
func (c *DataCollection) Has(source, key string) (bool, error) {
	s, ok := c.sources[source]
	if !ok || key == "" {
		return ok, nil
	}
	return (&SourceData{selected: selected{s.narrowed(c.trainIDs, c.suspect), s.keys}}).Has(key)
}

func (c *DataCollection) unknown(source string) error {
	return &SourceNameError{Source: source, Closest: closest.To(source, c.AllSources())}
}

// Keys lists the keys of a source, sorted: all, or those selected. The error is a
// [*SourceNameError] where there is no such source.
func (c *DataCollection) Keys(source string) ([]string, error) {
	s, err := c.Source(source)
	if err != nil {
		return nil, err
	}
	return s.Keys()
}

// Key is the data of one key of one source. The ending ".value" of a control
// source's key may be left out. The error is a [*SourceNameError] or a
// [*KeyNameError], with the names that come close.
func (c *DataCollection) Key(source, key string) (*KeyData, error) {
	if k, ok := c.keys.Load(SourceKey{source, key}); ok {
		return k.(*KeyData), nil
	}
	s, err := c.Source(source)
	if err != nil {
		return nil, err
	}
	k, err := s.Key(key)
	if err != nil {
		return nil, err
	}
	c.keys.Store(SourceKey{source, key}, k)
	return k, nil
}

// Key is the data of one key of one source as elements of type T: to read, or to
// map over. The error is one of [DataCollection.Key], or a [*TypeError] where
// the elements are of another type. A structured key is read as structs:
//
//	type Hit struct{ X, Y float32 }
//	hits, err := extradata.Key[Hit](run, "SQS_REMI_DLD6/DET/TOP:output", "rec.hits")
//
// See [keydata.As] for what goes into which field; the error wraps a [*FieldError] where
// the struct does not fit.
func Key[T any](c *DataCollection, source, key string) (*TypedKey[T], error) {
	k, err := c.Key(source, key)
	if err != nil {
		return nil, err
	}
	return keydata.As[T](k)
}

// KeyAs is [Key] for numbers of any type, read as another: raw and corrected images both
// as float32, say. The error is one of [DataCollection.Key], or a [*TypeError] where the
// elements cannot be converted, see Convert of package keydata.
func KeyAs[T any](c *DataCollection, source, key string) (*TypedKey[T], error) {
	k, err := c.Key(source, key)
	if err != nil {
		return nil, err
	}
	return keydata.Convert[T](k)
}

// PerTrain is one value of a key for each of TrainIDs, and whether there is one, see
// PerTrain of package keydata.
func PerTrain[T any](c *DataCollection, source, key string) (values psh.Array[T], there []bool, err error) {
	k, err := c.Key(source, key)
	if err != nil {
		return values, nil, err
	}
	return keydata.PerTrain[T](k)
}

// newCollection collects what the files have, except for the sources that skip
// tells to leave out.
func newCollection(files []*run.File, suspect bool, skip func(file *run.File, source string) bool) (*DataCollection, error) {
	files = slices.Clone(files)
	slices.SortStableFunc(files, byName)
	c := &DataCollection{sources: map[string]selected{}, files: files, suspect: suspect, oneRun: true, keys: &sync.Map{}, located: &sync.Map{}, noticed: &sync.Map{}}
	for _, file := range files {
		for name, section := range file.Sources() {
			if skip != nil && skip(file, name) {
				continue
			}
			s, ok := c.sources[name]
			if !ok {
				s.source = &source{name: name, inFile: name, canonical: name, section: section}
				c.sources[name] = s
			}
			if canonical, legacy := file.LegacySources()[name]; legacy {
				s.canonical = canonical
			}
			s.files = append(s.files, file)
		}
	}
	c.trainIDs = trains.Union(c.trainsOf(files))
	return c, c.checkConflicts()
}

// trainsOf are the trains that count of each file.
func (c *DataCollection) trainsOf(files []*run.File) [][]uint64 {
	lists := make([][]uint64, len(files))
	for i, file := range files {
		lists[i] = file.Trains(c.suspect)
	}
	return lists
}

// byName orders files by name, and by path where those are the same.
func byName(a, b *run.File) int {
	return cmp.Or(strings.Compare(a.String(), b.String()), strings.Compare(a.Path(), b.Path()))
}

// checkConflicts makes sure that a train of a source is in one file only.
// Sources share their files, so each set of files is looked at once.
func (c *DataCollection) checkConflicts() error {
	checked := map[string]bool{}
	var conflicts []string
	for name, source := range c.sources {
		set := fileSet(source.files)
		conflict, known := checked[set]
		if !known {
			conflict = trains.AnyTwice(c.trainsOf(source.files))
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
	twice, _ := run.FindTwice(c.sources[conflicts[0]].files, c.suspect)
	return &ConflictError{Sources: conflicts, Example: twice.String()}
}

// fileSet is the same for the same files.
func fileSet(files []*run.File) string {
	set := make([]byte, 0, 8*len(files))
	for _, file := range files {
		set = binary.NativeEndian.AppendUint64(set, uint64(uintptr(unsafe.Pointer(file))))
	}
	return string(set)
}
