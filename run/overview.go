package run

import (
	"fmt"
	"log/slog"
	"math"
	"os"
	"path/filepath"
	"slices"

	"extrapasha/internal/h5"
)

// An overview file presents the data of all files of a run as one, by virtual
// datasets. It is valid as long as the files are those it was made of: it notes
// their names, sizes and times of change in the group .source_files.
const overviewName = "overview.h5"

// openOverview opens the overview file of a run directory that has files with
// those names. It is nil where there is none that is valid.
func openOverview(dir string, names []string) *File {
	paths := []string{filepath.Join(dir, overviewName)}
	for _, mapPath := range mapPaths(dir)[1:] {
		paths = append(paths, mapPath[:len(mapPath)-len(".json")]+"_"+overviewName)
	}
	for _, path := range paths {
		if _, err := os.Stat(path); err != nil {
			continue
		}
		file, err := Open(path)
		if err == nil {
			err = file.checkOverview(dir, names)
		}
		if err == nil {
			return file
		}
		slog.Debug("ignoring an overview file", "path", path, "error", err)
	}
	return nil
}

func (f *File) checkOverview(dir string, names []string) error {
	sources, err := f.texts(".source_files/names")
	if err != nil {
		return err
	}
	sizes, err := f.Numbers(".source_files/sizes")
	if err != nil {
		return err
	}
	times, err := f.readTimes(".source_files/mtimes")
	if err != nil {
		return err
	}
	if len(sizes) != len(sources) || len(times) != len(sources) || len(sources) != len(names) {
		return fmt.Errorf("it was made of %d files, there are %d", len(sources), len(names))
	}
	for i, source := range sources {
		name := filepath.Base(source)
		info, err := os.Stat(filepath.Join(dir, name))
		switch {
		case !slices.Contains(names, name):
			return fmt.Errorf("it was made of %s, which is not among the files", name)
		case err != nil:
			return err
		case uint64(info.Size()) != sizes[i] || !times[i](mtime(info)):
			return fmt.Errorf("%s has changed since it was made", name)
		}
	}
	return nil
}

// readTimes reads times of change, as what tells whether a time is the same: some
// files have them as float32, which is good for a minute or two.
func (f *File) readTimes(object string) (same []func(float64) bool, err error) {
	err = f.UseDataset(object, func(dataset *h5.Dataset) error {
		if dataset.DType() == h5.Float32 {
			times, err := h5.ReadAll[float32](dataset)
			for _, noted := range times {
				same = append(same, func(t float64) bool { return float32(t) == noted })
			}
			return err
		}
		times, err := h5.ReadAll[float64](dataset)
		for _, noted := range times {
			same = append(same, func(t float64) bool { return math.Abs(t-noted) < 1e-6 })
		}
		return err
	})
	return same, err
}
