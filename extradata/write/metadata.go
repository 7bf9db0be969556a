package write

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"extrapasha/extradata"
	"extrapasha/internal/h5"
)

// writer is what files tell of who wrote them.
const writer = "extrapasha"

// formatVersion is that of the files that are written, but for those of runs of the
// first version of the format, which have that.
const formatVersion = "1.0"

// runMetadata is what is told of the run: nothing of several.
func (f *file) runMetadata() (map[string]any, error) {
	metadata, err := f.collection.RunMetadata()
	if _, several := errors.AsType[*extradata.MultiRunError](err); several {
		return map[string]any{}, nil
	}
	return metadata, err
}

// newer tells whether the file is of a version of the format that lists sources in a
// group of their own, and has flags of trains.
func (f *file) newer() bool {
	metadata, err := f.runMetadata() // which is read again, and tells then
	return err != nil || metadata["dataFormatVersion"] != "0.5"
}

// metadata writes METADATA: that of the run, and the lists of sources, and of those that
// tell of them.
func (f *file) metadata() error {
	if err := f.auxiliarySources(); err != nil {
		return err
	}
	if !f.newer() {
		return f.sources("METADATA")
	}
	metadata, err := f.runMetadata()
	if err != nil {
		return err
	}
	metadata["dataFormatVersion"] = formatVersion
	for _, name := range slices.Sorted(maps.Keys(metadata)) {
		if err := f.entry("METADATA/"+name, metadata[name]); err != nil {
			return err
		}
	}
	return f.sources("METADATA/dataSources")
}

// entry writes one value of METADATA.
func (f *file) entry(path string, value any) error {
	switch v := value.(type) {
	case string:
		return h5.PutStrings(f.Writer, path, []int{1}, []string{v}, h5.Layout{})
	case int32:
		return put(f, path, v)
	case uint32:
		return put(f, path, v)
	case int64:
		return put(f, path, v)
	case uint64:
		return put(f, path, v)
	case float64:
		return put(f, path, v)
	}
	return fmt.Errorf("%s is %v, of type %T: expected a text or a number", path, value, value)
}

func put[T any](f *file, path string, value T) error {
	return h5.Put(f.Writer, path, []int{1}, []T{value}, h5.Layout{})
}

// sources writes the lists of sources, and groups of keys.
func (f *file) sources(group string) error {
	slices.Sort(f.listed)
	roots, devices := make([]string, len(f.listed)), make([]string, len(f.listed))
	for i, id := range f.listed {
		roots[i], devices[i], _ = strings.Cut(id, "/")
	}
	for name, texts := range map[string][]string{"dataSourceId": f.listed, "root": roots, "deviceId": devices} {
		if err := h5.PutStrings(f.Writer, group+"/"+name, []int{len(texts)}, texts, h5.Layout{}); err != nil {
			return err
		}
	}
	return nil
}
