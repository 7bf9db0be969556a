package run

import (
	"errors"
	"reflect"
	"slices"
	"strings"

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
			kind, err := file.Kind("METADATA/" + name)
			if err != nil {
				return err
			}
			if kind != h5.Data {
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
			if values[key], err = readFirst(file, Dataset("RUN", source, key)); err != nil {
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
		path := Dataset("RUN", source, key)
		places := []string{path}
		if !strings.HasSuffix(key, ".value") {
			places = []string{path + "/value", path}
		}
		for _, path := range places {
			kind, err := file.Kind(path)
			if err != nil {
				return err
			}
			if kind == h5.Data {
				value, err = readFirst(file, path)
				return err
			}
		}
		return nil
	})
	return value, err
}

// Entry tells the element type and the shape of a row of a dataset, see [Dataset]; the
// shape is nil where a row is one element.
func (f *File) Entry(path string) (dtype h5.DType, shape []int, err error) {
	err = f.UseDataset(path, func(dataset *h5.Dataset) error {
		dtype = dataset.DType()
		if all := dataset.Shape(); len(all) > 1 {
			shape = slices.Clone(all[1:])
		}
		return nil
	})
	return dtype, shape, err
}

// readFirst reads the first row of a dataset: a value where rows are single, else
// a slice. It is nil where there are no rows, or of a type that cannot be read.
func readFirst(file *h5.File, object string) (value any, err error) {
	dataset, err := file.Once(object)
	if err != nil || dataset.DType().Go() == nil {
		return nil, err
	}
	region := h5.Whole(dataset.Shape())
	if len(region.Count) > 0 {
		if region.Count[0] == 0 {
			return nil, nil
		}
		region.Count[0] = 1
	}
	row, err := h5.ReadFew(dataset, region)
	if err != nil || len(region.Count) > 1 {
		return row, err
	}
	return reflect.ValueOf(row).Index(0).Interface(), nil
}

// Timestamps reads when each of TrainIDs was, in nanoseconds since 1970, 0 where
// it is not known. Files of version 0.5 do not know it of any train: nil.
func (f *File) Timestamps() ([]uint64, error) {
	all, err := f.Numbers("INDEX/timestamp")
	if errors.Is(err, h5.ErrNoObject) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return perTrain(f, all), nil
}
