package run

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"

	"extrapasha/internal/h5"
)

// An overview file presents the data of all files of a run as one, by virtual
// datasets. It is valid as long as the files are those it was made of: it notes their
// names and sizes in the group .source_files. It has no attributes of keys, and no
// auxiliary sources: those are in the files that it was made of.
const (
	overviewName = "overview.h5"
	// SourceFiles is the group of the names and sizes of the files.
	SourceFiles = ".source_files"
	// OverviewVersionName is the attribute of the version, OverviewVersion the newest.
	OverviewVersionName = "virtual_overview_version"
	OverviewVersion     = 1
	// sourceFilesName is the attribute of a source that tells which files have it.
	sourceFilesName = "source_files"
)

// OverviewPaths lists where the overview file of a run directory may be, the best
// place first: in it, and below the proposal, usr/.extra_data/RAW-R0005-OVERVIEW.h5,
// where the proposal has a directory usr.
func OverviewPaths(dir string) []string {
	paths := []string{filepath.Join(dir, overviewName)}
	place, ok := placeOf(dir)
	if !ok {
		return paths
	}
	usr := filepath.Join(place.proposal, "usr")
	if info, err := os.Stat(usr); err == nil && info.IsDir() {
		name := strings.ToUpper(place.data+"-"+place.run) + "-OVERVIEW.h5"
		paths = append(paths, filepath.Join(usr, ".extra_data", name))
	}
	return paths
}

// openOverview opens the overview file of a run directory that has files with
// those names. It is nil where there is none that is valid.
func openOverview(dir string, names []string) *File {
	for _, path := range OverviewPaths(dir) {
		if _, err := os.Stat(path); err != nil {
			continue
		}
		file, err := openFile(path, dir)
		if err == nil {
			if err = file.checkOverview(dir, names); err == nil {
				return file
			}
			file.Close()
		}
		slog.Debug("ignoring an overview file", "path", path, "error", err)
	}
	return nil
}

func (f *File) checkOverview(dir string, names []string) error {
	version, err := f.overviewVersion()
	if err != nil {
		return err
	}
	if version > OverviewVersion {
		return fmt.Errorf("it is of version %d, known are those up to %d", version, OverviewVersion)
	}
	sources, err := f.texts(SourceFiles + "/names")
	if err != nil {
		return err
	}
	sizes, err := f.Numbers(SourceFiles + "/sizes")
	if err != nil {
		return err
	}
	if len(sizes) != len(sources) {
		return fmt.Errorf("%w: %d names and %d sizes of files", errFormat, len(sources), len(sizes))
	}
	if !slices.Equal(slices.Sorted(slices.Values(sources)), slices.Sorted(slices.Values(names))) {
		return fmt.Errorf("it was made of other files, %d of them, than the %d that are there", len(sources), len(names))
	}
	for i, source := range sources {
		info, err := os.Stat(filepath.Join(dir, source))
		if err != nil {
			return err
		}
		if uint64(info.Size()) != sizes[i] {
			return fmt.Errorf("%s has changed since it was made", source)
		}
	}
	return f.checkSources()
}

// checkSources makes sure that the files are where the overview file has its data
// from: of what is not there libhdf5 reads zeros. As they have moved together, looking
// for those of one source does.
func (f *File) checkSources() error {
	for source, section := range f.contents.sources {
		paths, err := f.SourcePaths(section, source)
		if err != nil {
			return err
		}
		for _, path := range paths {
			if _, err := os.Stat(path); err != nil {
				return err
			}
		}
		return nil
	}
	return nil
}

// overviewVersion is the version of the overview file, 0 where it tells none.
func (f *File) overviewVersion() (version uint64, err error) {
	err = f.Use(func(file *h5.File) error {
		attributes, err := file.Attributes("/")
		if err != nil || attributes[OverviewVersionName] == nil {
			return err
		}
		switch v := reflect.ValueOf(attributes[OverviewVersionName]); {
		case v.CanInt():
			version = uint64(v.Int())
		case v.CanUint():
			version = v.Uint()
		default:
			return fmt.Errorf("%w: %s is %v", errFormat, OverviewVersionName, v)
		}
		return nil
	})
	return version, err
}

// IsOverview tells whether the file presents the data of others, by virtual datasets.
func (f *File) IsOverview() bool { return f.overview }

func (f *File) readIsOverview() (is bool, err error) {
	err = f.Use(func(file *h5.File) error {
		kind, err := file.Kind(SourceFiles)
		is = kind == h5.Group
		return err
	})
	return is, err
}

// SourcePaths are the paths of the files that an overview file has a source from, in
// its order, none where it does not tell.
func (f *File) SourcePaths(section Section, source string) (paths []string, err error) {
	err = f.Use(func(file *h5.File) error {
		attributes, err := file.Attributes(string(section) + "/" + source)
		if errors.Is(err, h5.ErrNoObject) {
			return nil
		}
		paths, _ = attributes[sourceFilesName].([]string)
		return err
	})
	for i, path := range paths {
		if !filepath.IsAbs(path) {
			paths[i] = filepath.Join(filepath.Dir(f.path), path)
		}
	}
	return paths, err
}

// Part is rows of a dataset that come from another file.
type Part = h5.Part

// Parts tells which rows of a key an overview file has from which files. Where a key
// was copied instead, which overview files do with some, they are those of another key
// of its group. There are none where there is no data.
func (f *File) Parts(section Section, source, key string) ([]Part, error) {
	parts, err := f.partsOf(section, source, key)
	if err != nil || len(parts) > 0 {
		return parts, err
	}
	keys, err := f.Keys(section, source)
	if err != nil {
		return nil, err
	}
	group, _, _ := strings.Cut(key, ".")
	for _, other := range keys {
		if section != Control && !strings.HasPrefix(other, group+".") {
			continue
		}
		if parts, err = f.partsOf(section, source, other); err != nil || len(parts) > 0 {
			return parts, err
		}
	}
	return nil, nil
}

func (f *File) partsOf(section Section, source, key string) (parts []Part, err error) {
	err = f.UseDataset(Dataset(section, source, key), func(dataset *h5.Dataset) error {
		parts, err = dataset.Parts()
		return err
	})
	return parts, err
}

// origin is the file that an overview file has the first rows of a key from, or any of
// its source.
func (f *File) origin(section Section, source, key string) (*File, error) {
	parts, err := f.Parts(section, source, key)
	if err != nil {
		return nil, err
	}
	var paths []string
	if len(parts) > 0 {
		paths = []string{parts[0].Path}
	} else if paths, err = f.SourcePaths(section, source); err != nil {
		return nil, err
	}
	if len(paths) == 0 {
		return f, nil
	}
	files, err := f.Behind(paths[:1])
	if err != nil {
		return nil, err
	}
	return files[0], nil
}

// closeBehind closes the files that an overview file has data from.
func (f *File) closeBehind() error {
	f.behindMutex.Lock()
	defer f.behindMutex.Unlock()
	var err error
	for _, file := range f.behind {
		err = errors.Join(err, file.Close())
	}
	return err
}

// Behind opens files that an overview file has data from, those that are not open yet.
// They stay in use as long as it does.
func (f *File) Behind(paths []string) ([]*File, error) {
	f.behindMutex.Lock()
	defer f.behindMutex.Unlock()
	missing := map[string][]string{} // names, by directory
	for _, path := range paths {
		if f.behind[filepath.Clean(path)] == nil {
			dir := filepath.Dir(path)
			missing[dir] = append(missing[dir], filepath.Base(path))
		}
	}
	for dir, names := range missing {
		files, _, errs := loadFilesMap(dir).open(names)
		for i, file := range files {
			if errs[i] != nil {
				return nil, fmt.Errorf("%s has its data from another file: %w", f.path, errs[i])
			}
			if f.behind == nil {
				f.behind = map[string]*File{}
			}
			f.behind[file.path] = file
		}
	}
	files := make([]*File, len(paths))
	for i, path := range paths {
		files[i] = f.behind[filepath.Clean(path)]
	}
	return files, nil
}
