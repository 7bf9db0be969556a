package mockrun

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"extrapasha/internal/h5"
	"extrapasha/internal/trains"
	"extrapasha/run"
)

// copiedKeys are those whose data an overview file has itself.
var copiedKeys = []string{"image.pulseId", "image.cellId"}

// overview is an overview file being written.
type overview struct {
	*h5.Writer
	files    []*run.File
	trainIDs []uint64
	listed   []string // sources, and groups of keys
}

// WriteOverview writes the overview file of a run directory, as EXtra-data 1.24 does:
// all data of its files as virtual datasets. Its version is 1.
func WriteOverview(path, dir string, version int64) error {
	if err := writeOverview(path, dir, version); err != nil {
		return fmt.Errorf("mockrun: overview of %s: %w", dir, err)
	}
	return nil
}

func writeOverview(path, dir string, version int64) error {
	paths, err := run.DataFiles(dir)
	if err != nil {
		return err
	}
	w := &overview{}
	var lists [][]uint64
	for _, path := range paths {
		file, err := run.Open(path)
		if err != nil {
			return err
		}
		defer file.Close()
		w.files, lists = append(w.files, file), append(lists, file.TrainIDs())
	}
	w.trainIDs = trains.Union(lists)
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		return err
	}
	if w.Writer, err = h5.Create(path); err != nil {
		return err
	}
	defer w.Discard()
	for _, source := range w.sources() {
		if err := w.source(source); err != nil {
			return err
		}
	}
	if err := errors.Join(w.trains(), w.metadata(), w.sourceFiles(), w.SetNumber("/", "virtual_overview_version", version)); err != nil {
		return err
	}
	return w.Close()
}

// ofSource is a source and the files that have it.
type ofSource struct {
	name    string
	section run.Section
	files   []*run.File
}

// path is that of an object of the source.
func (s ofSource) path() string { return string(s.section) + "/" + s.name }

func (w *overview) sources() (sources []ofSource) {
	at := map[string]int{}
	for _, file := range w.files {
		for name, section := range file.Sources() {
			if _, ok := at[name]; !ok {
				at[name] = len(sources)
				sources = append(sources, ofSource{name: name, section: section})
			}
			s := &sources[at[name]]
			s.files = append(s.files, file)
		}
	}
	slices.SortFunc(sources, func(a, b ofSource) int { return cmp.Compare(a.name, b.name) })
	return sources
}

// source writes the data of a source, and where it comes from.
func (w *overview) source(s ofSource) error {
	groups, err := s.files[0].IndexGroups(s.section, s.name)
	if err != nil {
		return err
	}
	keys, err := s.files[0].Keys(s.section, s.name)
	if err != nil {
		return err
	}
	for _, group := range groups {
		list := s.path()
		if group != "" {
			list += "/" + group
		}
		w.listed = append(w.listed, list)
		rows, err := w.index(s, group, len(keys) > 0)
		if err != nil {
			return err
		}
		for _, key := range keys {
			if s.section == run.Control || len(key) > len(group) && key[:len(group)+1] == group+"." {
				if err := w.key(s, key, rows); err != nil {
					return err
				}
			}
		}
	}
	if len(keys) == 0 {
		if err := w.Group(s.path()); err != nil {
			return err
		}
	}
	paths := make([]string, len(s.files))
	for i, file := range s.files {
		paths[i] = file.Path()
	}
	if s.section == run.Control {
		if err := w.ExternalLink("RUN/"+s.name, paths[0], "RUN/"+s.name); err != nil {
			return err
		}
	}
	return w.SetTexts(s.path(), "source_files", paths)
}

// index writes the index of a group of keys, and tells where the entries are. Sources
// without keys have none.
func (w *overview) index(s ofSource, group string, has bool) (rows []h5.Rows, err error) {
	if !has {
		return nil, nil
	}
	n := len(w.trainIDs)
	first, count, where := make([]uint64, n), make([]uint64, n), make([]h5.Rows, n)
	for _, file := range s.files {
		index, err := file.Index(s.name, group)
		if err != nil {
			return nil, err
		}
		for i, id := range file.TrainIDs() {
			if at, _ := slices.BinarySearch(w.trainIDs, id); where[at].Count == 0 {
				where[at] = h5.Rows{Path: file.Path(), First: index.First[i], Count: index.Count[i]}
			}
		}
	}
	done := 0
	for i, here := range where {
		first[i], count[i] = uint64(done), uint64(here.Count)
		if done += here.Count; here.Count == 0 {
			continue
		}
		if n := len(rows); n > 0 && rows[n-1].Path == here.Path && rows[n-1].First+rows[n-1].Count == here.First {
			rows[n-1].Count += here.Count
			continue
		}
		rows = append(rows, here)
	}
	path := "INDEX/" + s.name
	if group != "" {
		path += "/" + group
	}
	return rows, errors.Join(h5.Put(w.Writer, path+"/first", []int{n}, first, h5.Layout{}), h5.Put(w.Writer, path+"/count", []int{n}, count, h5.Layout{}))
}

// key writes the data of a key.
func (w *overview) key(s ofSource, key string, rows []h5.Rows) error {
	path := run.Dataset(s.section, s.name, key)
	var shape []int
	err := s.files[0].UseDataset(path, func(d *h5.Dataset) error {
		shape = slices.Clone(d.Shape())
		return nil
	})
	if err != nil {
		return err
	}
	shape[0] = 0
	for _, part := range rows {
		shape[0] += part.Count
	}
	if slices.Contains(copiedKeys, key) {
		return w.copied(s, path, shape, rows)
	}
	return w.Virtual(path, shape, s.files[0].Path(), rows)
}

// copied writes the numbers of a key that an overview file has itself.
func (w *overview) copied(s ofSource, path string, shape []int, rows []h5.Rows) error {
	var numbers []uint64
	for _, part := range rows {
		file := s.files[slices.IndexFunc(s.files, func(f *run.File) bool { return f.Path() == part.Path })]
		all, err := file.Numbers(path)
		if err != nil {
			return err
		}
		numbers = append(numbers, all[part.First:part.First+part.Count]...)
	}
	var narrow bool
	err := s.files[0].UseDataset(path, func(d *h5.Dataset) error {
		narrow = d.DType() == h5.Uint16
		return nil
	})
	if err != nil || !narrow {
		return errors.Join(err, h5.Put(w.Writer, path, shape, numbers, h5.Layout{}))
	}
	short := make([]uint16, len(numbers))
	for i, number := range numbers {
		short[i] = uint16(number)
	}
	return h5.Put(w.Writer, path, shape, short, h5.Layout{})
}

// trains writes the IDs of the trains, when they were, and whether they are valid in
// any file.
func (w *overview) trains() error {
	n := len(w.trainIDs)
	flags, stamps := make([]int32, n), make([]uint64, n)
	for _, file := range w.files {
		nanoseconds, err := file.Timestamps()
		if err != nil {
			return err
		}
		for i, id := range file.TrainIDs() {
			at, _ := slices.BinarySearch(w.trainIDs, id)
			if file.Valid()[i] {
				flags[at] = 1
			}
			if nanoseconds != nil && stamps[at] == 0 {
				stamps[at] = nanoseconds[i]
			}
		}
	}
	return errors.Join(
		h5.Put(w.Writer, "INDEX/trainId", []int{n}, w.trainIDs, h5.Layout{}),
		h5.Put(w.Writer, "INDEX/flag", []int{n}, flags, h5.Layout{}),
		h5.Put(w.Writer, "INDEX/timestamp", []int{n}, stamps, h5.Layout{}),
	)
}

// metadata writes that of the first file, with the list of sources.
func (w *overview) metadata() error {
	metadata, err := w.files[0].Metadata()
	if err != nil {
		return err
	}
	metadata["dataFormatVersion"] = "1.0"
	for name, value := range metadata {
		path := "METADATA/" + name
		switch v := value.(type) {
		case string:
			err = h5.PutStrings(w.Writer, path, []int{1}, []string{v}, h5.Layout{})
		case int32:
			err = h5.Put(w.Writer, path, []int{1}, []int32{v}, h5.Layout{})
		case uint32:
			err = h5.Put(w.Writer, path, []int{1}, []uint32{v}, h5.Layout{})
		case int64:
			err = h5.Put(w.Writer, path, []int{1}, []int64{v}, h5.Layout{})
		case uint64:
			err = h5.Put(w.Writer, path, []int{1}, []uint64{v}, h5.Layout{})
		default:
			err = fmt.Errorf("%s is %v (%T)", path, value, value)
		}
		if err != nil {
			return err
		}
	}
	return h5.PutStrings(w.Writer, "METADATA/dataSources/dataSourceId", []int{len(w.listed)}, w.listed, h5.Layout{})
}

// sourceFiles lists the files that the data is in.
func (w *overview) sourceFiles() error {
	n := len(w.files)
	names, sizes := make([]string, n), make([]uint64, n)
	for i, file := range w.files {
		info, err := os.Stat(file.Path())
		if err != nil {
			return err
		}
		names[i], sizes[i] = file.String(), uint64(info.Size())
	}
	return errors.Join(
		h5.PutStrings(w.Writer, ".source_files/names", []int{n}, names, h5.Layout{}),
		h5.Put(w.Writer, ".source_files/sizes", []int{n}, sizes, h5.Layout{}),
	)
}
