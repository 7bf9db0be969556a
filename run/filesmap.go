package run

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"unicode/utf16"

	"extrapasha/internal/pending"
)

// A run files map is a JSON file that keeps what trains and sources each file of
// a run has, so that opening the run need not open the files. It is the one that
// EXtra-data writes, to the byte: each can read the other's.
//
// It lies in the run directory, or where that cannot be written below the
// proposal's scratch directory: scratch/.karabo_data_maps/raw_r0001.json.
const filesMapName = "karabo_data_map.json"

// mapEntry is what a files map keeps of a file. The order is that of the file.
type mapEntry struct {
	Filename          string            `json:"filename"`
	Mtime             float64           `json:"mtime"`
	Size              int64             `json:"size"`
	TrainIDs          []uint64          `json:"train_ids"`
	ControlSources    []string          `json:"control_sources"`
	InstrumentSources []string          `json:"instrument_sources"`
	LegacySources     map[string]string `json:"legacy_sources"`
	SuspectTrains     []int             `json:"suspect_train_indices"`

	info os.FileInfo // of the file that it is of
}

// filesMap is the map of one run directory.
type filesMap struct {
	dir     string
	path    string              // where it was read from, empty where there was none
	entries map[string]mapEntry // those that fit the files as they are
}

// loadFilesMap reads the newest map there is for a run directory. One that is
// damaged or does not fit the files is as good as none.
func loadFilesMap(dir string) *filesMap {
	m := &filesMap{dir: dir, entries: map[string]mapEntry{}}
	for _, path := range newestFirst(mapPaths(dir)) {
		err := readFilesMap(path, func(entry mapEntry) {
			if entry.fit(dir) {
				m.entries[entry.Filename] = entry
			}
		})
		if err == nil {
			m.path = path
			break
		}
		slog.Debug("ignoring a run files map", "path", path, "error", err)
		clear(m.entries)
	}
	return m
}

// WriteFilesMap opens the data files of a run directory, as far as the files map does
// not fit them already, and writes the map. It returns the map's path, and how many
// files it tells of. Files that cannot be read are left out, with a warning.
func WriteFilesMap(dir string) (path string, files int, err error) {
	names, _, err := dataFiles(dir, Choice{})
	if err != nil {
		return "", 0, err
	}
	if _, err := openAll(dir, names); err != nil {
		return "", 0, err
	}
	m := loadFilesMap(dir)
	if m.path == "" {
		return "", 0, fmt.Errorf("no files map of %s: %s cannot be written", dir, strings.Join(mapPaths(dir), " or "))
	}
	return m.path, len(m.entries), nil
}

// CheckFilesMap compares the files map of a run directory to files of it that were
// opened without one. It returns the map's path, empty where there is none, the files
// that it tells something wrong of, and those that it does not know as they are.
func CheckFilesMap(dir string, files []*File) (path string, wrong, unknown []*File) {
	m := loadFilesMap(dir)
	for _, f := range files {
		told := m.file(f.String())
		switch {
		case told == nil:
			unknown = append(unknown, f)
		case !slices.Equal(told.contents.trainIDs, f.contents.trainIDs), !maps.Equal(told.contents.sources, f.contents.sources),
			!maps.Equal(told.contents.legacy, f.contents.legacy), !slices.Equal(told.contents.valid, f.contents.valid):
			wrong = append(wrong, f)
		}
	}
	return m.path, wrong, unknown
}

// fit tells whether an entry has everything and is of the file as it is now, which it
// notes.
func (e *mapEntry) fit(dir string) bool {
	if e.Filename != filepath.Base(e.Filename) || e.TrainIDs == nil || e.ControlSources == nil || e.InstrumentSources == nil ||
		e.LegacySources == nil || e.SuspectTrains == nil {
		return false
	}
	for _, i := range e.SuspectTrains {
		if i < 0 || i >= len(e.TrainIDs) {
			return false
		}
	}
	var err error
	e.info, err = os.Stat(filepath.Join(dir, e.Filename))
	return err == nil && e.info.Mode().IsRegular() && e.info.Size() == e.Size && mtime(e.info) == e.Mtime
}

// mtime is the time of the last change as Python's st_mtime works it out.
func mtime(info os.FileInfo) float64 {
	t := info.ModTime()
	return float64(t.Unix()) + 1e-9*float64(t.Nanosecond())
}

// mapPaths lists where the map of a run directory may be, the best place first.
func mapPaths(dir string) []string {
	paths := []string{filepath.Join(dir, filesMapName)}
	place, ok := placeOf(dir)
	if !ok {
		return paths
	}
	scratch := filepath.Join(place.proposal, "scratch")
	if info, err := os.Stat(scratch); err == nil && info.IsDir() {
		paths = append(paths, filepath.Join(scratch, ".karabo_data_maps", place.data+"_"+place.run+".json"))
	}
	return paths
}

func newestFirst(paths []string) []string {
	times := map[string]int64{}
	for _, path := range paths {
		if info, err := os.Stat(path); err == nil {
			times[path] = info.ModTime().UnixNano()
		}
	}
	there := slices.DeleteFunc(slices.Clone(paths), func(path string) bool { _, ok := times[path]; return !ok })
	slices.SortStableFunc(there, func(a, b string) int { return int(min(max(times[b]-times[a], -1), 1)) })
	return there
}

// file is a file that need not be opened, nil where the map does not have it.
func (m *filesMap) file(name string) *File {
	entry, ok := m.entries[name]
	if !ok {
		return nil
	}
	f, err := newFile(filepath.Join(m.dir, name))
	if err != nil {
		return nil
	}
	f.handle.first = entry.info // what is known holds for that
	f.contents = contents{trainIDs: entry.TrainIDs, valid: make([]bool, len(entry.TrainIDs)), sources: map[string]Section{}, legacy: entry.LegacySources}
	for i := range f.contents.valid {
		f.contents.valid[i] = true
	}
	for _, i := range entry.SuspectTrains {
		f.contents.valid[i] = false
	}
	for _, source := range entry.ControlSources {
		f.contents.sources[source] = Control
	}
	for _, source := range entry.InstrumentSources {
		f.contents.sources[source] = Instrument
	}
	return f
}

// add notes a file that was opened. It tells whether that is something new. A
// file with trains of ID 0 between others cannot be noted: the map has no place
// for their rows.
func (m *filesMap) add(f *File, info os.FileInfo) bool {
	if _, known := m.entries[f.String()]; known || f.contents.rows != nil {
		return false
	}
	entry := mapEntry{
		Filename: f.String(), Mtime: mtime(info), Size: info.Size(), TrainIDs: f.contents.trainIDs,
		ControlSources: []string{}, InstrumentSources: []string{}, LegacySources: f.contents.legacy, SuspectTrains: []int{},
	}
	if entry.TrainIDs == nil {
		entry.TrainIDs = []uint64{}
	}
	for source, section := range f.contents.sources {
		if section == Control {
			entry.ControlSources = append(entry.ControlSources, source)
		} else {
			entry.InstrumentSources = append(entry.InstrumentSources, source)
		}
	}
	slices.Sort(entry.ControlSources)
	slices.Sort(entry.InstrumentSources)
	for i, valid := range f.contents.valid {
		if !valid {
			entry.SuspectTrains = append(entry.SuspectTrains, i)
		}
	}
	m.entries[entry.Filename] = entry
	return true
}

// save writes the map to the first place that takes it. It is a cache: where none
// does there is no map.
func (m *filesMap) save() {
	text := m.encode()
	for _, path := range mapPaths(m.dir) {
		err := writeFilesMap(path, text)
		if err == nil {
			return
		}
		slog.Debug("a run files map cannot be written", "path", path, "error", err)
	}
}

// encode writes the map as Python's json.dump(…, indent=2) does.
func (m *filesMap) encode() []byte {
	entries := make([]mapEntry, 0, len(m.entries))
	for _, entry := range m.entries {
		entries = append(entries, entry)
	}
	slices.SortFunc(entries, func(a, b mapEntry) int { return strings.Compare(a.Filename, b.Filename) })
	return appendList(nil, 0, entries, mapEntry.append)
}

func (e mapEntry) append(out []byte) []byte {
	field := func(name string) { out = append(append(out, "\n    \""...), name+`": `...) }
	out = append(out, '{')
	field("filename")
	out = appendString(out, e.Filename)
	out = append(out, ',')
	field("mtime")
	out = appendFloat(out, e.Mtime)
	out = append(out, ',')
	field("size")
	out = strconv.AppendInt(out, e.Size, 10)
	out = append(out, ',')
	field("train_ids")
	out = appendList(out, 4, e.TrainIDs, func(id uint64, out []byte) []byte { return strconv.AppendUint(out, id, 10) })
	out = append(out, ',')
	field("control_sources")
	out = appendList(out, 4, e.ControlSources, func(source string, out []byte) []byte { return appendString(out, source) })
	out = append(out, ',')
	field("instrument_sources")
	out = appendList(out, 4, e.InstrumentSources, func(source string, out []byte) []byte { return appendString(out, source) })
	out = append(out, ',')
	field("legacy_sources")
	out = appendMap(out, e.LegacySources)
	out = append(out, ',')
	field("suspect_train_indices")
	out = appendList(out, 4, e.SuspectTrains, func(i int, out []byte) []byte { return strconv.AppendInt(out, int64(i), 10) })
	return append(out, "\n  }"...)
}

func appendList[T any](out []byte, indent int, items []T, item func(T, []byte) []byte) []byte {
	if len(items) == 0 {
		return append(out, "[]"...)
	}
	start := "\n" + strings.Repeat(" ", indent+2)
	out = append(out, '[')
	for i, value := range items {
		if i > 0 {
			out = append(out, ',')
		}
		out = item(value, append(out, start...))
	}
	return append(append(out, start[:len(start)-2]...), ']')
}

func appendMap(out []byte, names map[string]string) []byte {
	if len(names) == 0 {
		return append(out, "{}"...)
	}
	out = append(out, '{')
	for i, name := range slices.Sorted(maps.Keys(names)) {
		if i > 0 {
			out = append(out, ',')
		}
		out = appendString(append(out, "\n      "...), name)
		out = appendString(append(out, ": "...), names[name])
	}
	return append(out, "\n    }"...)
}

// appendFloat writes a float as Python does: always with a point.
func appendFloat(out []byte, f float64) []byte {
	text := strconv.FormatFloat(f, 'f', -1, 64)
	if !strings.Contains(text, ".") {
		text += ".0"
	}
	return append(out, text...)
}

// appendString quotes a string as Python does: what is not ASCII is escaped.
func appendString(out []byte, text string) []byte {
	out = append(out, '"')
	for _, r := range text {
		switch {
		case r == '"' || r == '\\':
			out = append(out, '\\', byte(r))
		case r == '\n':
			out = append(out, `\n`...)
		case r == '\r':
			out = append(out, `\r`...)
		case r == '\t':
			out = append(out, `\t`...)
		case r == '\b':
			out = append(out, `\b`...)
		case r == '\f':
			out = append(out, `\f`...)
		case r >= 0x20 && r < 0x7f:
			out = append(out, byte(r))
		case r < 0x10000:
			out = fmt.Appendf(out, `\u%04x`, r)
		default:
			high, low := utf16.EncodeRune(r)
			out = fmt.Appendf(out, `\u%04x\u%04x`, high, low)
		}
	}
	return append(out, '"')
}

func writeFilesMap(path string, text []byte) error {
	if err := os.Mkdir(filepath.Dir(path), 0o777); err != nil && !errors.Is(err, syscall.EEXIST) {
		return err
	}
	return pending.Write(path, 0o644, func(w io.Writer) error {
		_, err := w.Write(text)
		return err
	})
}
