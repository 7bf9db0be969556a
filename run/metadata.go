package run

import (
	"strings"

	"github.com/x448/float16"

	"extrapasha/internal/h5"
)

// Metadata reads METADATA but for the lists of sources: the date, the versions of
// the software, the numbers of proposal and run. Files of version 0.5 have none
// but their version.
func (f *File) Metadata() (map[string]any, error) {
	version, err := f.FormatVersion()
	if err != nil || version == "0.5" {
		return map[string]any{"dataFormatVersion": version}, err
	}
	metadata := map[string]any{}
	err = f.Use(func(file *h5.File) error {
		names, err := file.Children("METADATA")
		if err != nil {
			return err
		}
		for _, name := range names {
			if file.Kind("METADATA/"+name) != h5.Data {
				continue
			}
			if metadata[name], err = readFirst(file, "METADATA/"+name); err != nil {
				return err
			}
		}
		return nil
	})
	return metadata, err
}

// RunValues reads what RUN has of a control source: the values at the start of
// the run, with their timestamps, by key. A value is a number, bool or string, or
// a slice of them in C order.
func (f *File) RunValues(source string) (map[string]any, error) {
	keys, err := f.RunKeys(source)
	if err != nil {
		return nil, err
	}
	values := map[string]any{}
	err = f.Use(func(file *h5.File) (err error) {
		for _, key := range keys {
			if values[key], err = readFirst(file, object("RUN", source, key)); err != nil {
				return err
			}
		}
		return nil
	})
	return values, err
}

// RunValue reads one value of RUN; ".value" may be left out. It is nil where
// there is none.
func (f *File) RunValue(source, key string) (value any, err error) {
	err = f.Use(func(file *h5.File) error {
		path := object("RUN", source, key)
		if !strings.HasSuffix(key, ".value") && file.Kind(path+"/value") == h5.Data {
			path += "/value"
		}
		if file.Kind(path) == h5.Data {
			value, err = readFirst(file, path)
		}
		return err
	})
	return value, err
}

// readFirst reads the first row of a dataset: a value where rows are single, else
// a slice. It is nil where there are no rows, or of a type that cannot be read.
func readFirst(file *h5.File, object string) (any, error) {
	dataset, err := file.Dataset(object)
	if err != nil {
		return nil, err
	}
	switch dataset.DType() {
	case h5.Bool:
		return firstOf[bool](dataset)
	case h5.Int8:
		return firstOf[int8](dataset)
	case h5.Int16:
		return firstOf[int16](dataset)
	case h5.Int32:
		return firstOf[int32](dataset)
	case h5.Int64:
		return firstOf[int64](dataset)
	case h5.Uint8:
		return firstOf[uint8](dataset)
	case h5.Uint16:
		return firstOf[uint16](dataset)
	case h5.Uint32:
		return firstOf[uint32](dataset)
	case h5.Uint64:
		return firstOf[uint64](dataset)
	case h5.Float16:
		return firstOf[float16.Float16](dataset)
	case h5.Float32:
		return firstOf[float32](dataset)
	case h5.Float64:
		return firstOf[float64](dataset)
	case h5.Complex64:
		return firstOf[complex64](dataset)
	case h5.Complex128:
		return firstOf[complex128](dataset)
	case h5.String:
		return firstOf[string](dataset)
	}
	return nil, nil
}

func firstOf[T any](dataset *h5.Dataset) (any, error) {
	region := h5.Whole(dataset.Shape())
	size := 1
	if len(region.Count) > 0 {
		if region.Count[0] == 0 {
			return nil, nil
		}
		region.Count[0] = 1
	}
	for _, count := range region.Count {
		size *= count
	}
	row := make([]T, size)
	if err := h5.Read(dataset, region, row); err != nil {
		return nil, err
	}
	if len(region.Count) <= 1 {
		return row[0], nil
	}
	return row, nil
}

// Timestamps reads when each of TrainIDs was, in nanoseconds since 1970, 0 where
// it is not known. Files of version 0.5 do not know it of any train: nil.
func (f *File) Timestamps() (stamps []uint64, err error) {
	err = f.Use(func(file *h5.File) error {
		if file.Kind("INDEX/timestamp") != h5.Data {
			return nil
		}
		all, err := readAll[uint64](file, "INDEX/timestamp")
		if err != nil {
			return err
		}
		stamps = make([]uint64, len(f.contents.trainIDs))
		for i := range stamps {
			row := i
			if f.contents.rows != nil {
				row = f.contents.rows[i]
			}
			if row < len(all) {
				stamps[i] = all[row]
			}
		}
		return nil
	})
	return stamps, err
}
