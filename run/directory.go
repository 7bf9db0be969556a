package run

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"extrapasha/internal/glob"
	"extrapasha/internal/h5"
)

// Choice says which files of a run directory are opened.
type Choice struct {
	// Include is a glob pattern for the names of files; empty means all.
	Include string
	// Keep tells by its path whether a file is chosen; nil means all.
	Keep func(path string) bool
	// NoOverview leaves out the overview file, also where there is a valid one.
	NoOverview bool
}

// OpenDirectory opens the chosen data files of a run directory, in the order of
// their names. What a run files map knows of a file is taken from there; a map is
// written for the next time. Where all files are chosen and there is a valid
// overview file of them, that is opened instead.
//
// A file that cannot be read is left out, with a warning through log/slog. The
// error is a [*RunError] where there is no such directory, a [*FilesError]
// where no file is chosen, and an [*UnreadableError] where none can be read.
func OpenDirectory(path string, choice Choice) ([]*File, error) {
	names, all, err := dataFiles(path, choice)
	if err != nil {
		return nil, err
	}
	if all && !choice.NoOverview {
		if overview := openOverview(path, names); overview != nil {
			return []*File{overview}, nil
		}
	}
	return openAll(path, names)
}

// DataFiles lists the paths of the data files of a run directory, sorted. The error
// is one of [OpenDirectory].
func DataFiles(dir string) ([]string, error) {
	names, _, err := dataFiles(dir, Choice{})
	for i, name := range names {
		names[i] = filepath.Join(dir, name)
	}
	slices.Sort(names)
	return names, err
}

// dataFiles lists the names of the chosen data files of a run directory, in the order
// of the directory, and whether those are all.
func dataFiles(path string, choice Choice) (names []string, all bool, err error) {
	entries, err := listDirectory(path)
	if err != nil {
		return nil, false, noDirectory(path, err)
	}
	pattern := choice.Include
	if pattern == "" {
		pattern = "*"
	}
	match, err := glob.Compile(pattern)
	if err != nil {
		return nil, false, fmt.Errorf("file name pattern: %w", err)
	}
	all = true
	for _, name := range entries {
		switch {
		case !isDataFile(name):
		case match(name) && choice.takes(filepath.Join(path, name)):
			names = append(names, name)
		default:
			all = false
		}
	}
	if len(names) == 0 {
		return nil, false, &FilesError{Path: path, Pattern: pattern}
	}
	return names, all, nil
}

// listDirectory lists the names in a directory in the order that the file system
// has them, see [File.Before].
func listDirectory(path string) ([]string, error) {
	dir, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer dir.Close()
	return dir.Readdirnames(-1)
}

func (c Choice) takes(path string) bool { return c.Keep == nil || c.Keep(path) }

func noDirectory(path string, err error) error {
	if errors.Is(err, os.ErrNotExist) {
		return &RunError{Path: path}
	}
	if info, statErr := os.Stat(path); statErr == nil && !info.IsDir() {
		return fmt.Errorf("%s is a file: open it with H5File, or name the run directory it is in", path)
	}
	return fmt.Errorf("run directory: %w", err)
}

// isDataFile leaves out the overview files, which only point to the others.
func isDataFile(name string) bool {
	return strings.HasSuffix(name, ".h5") && strings.ToLower(name) != "overview.h5"
}

// opening is how many files are opened at the same time: the file system of a cluster
// takes its time.
const opening = 8

func openAll(dir string, names []string) ([]*File, error) {
	known := loadFilesMap(dir)
	files, infos, errs := known.open(names)
	if !slices.Contains(errs, nil) {
		return nil, &UnreadableError{Path: dir, Errs: errs}
	}
	learned := false
	for i, err := range errs {
		switch {
		case err != nil:
			slog.Warn("skipping a file that cannot be read", "file", names[i], "error", err)
		case infos[i] != nil:
			learned = known.add(files[i], infos[i]) || learned
		}
		if err == nil {
			files[i].rank = i
		}
	}
	if learned {
		known.save()
	}
	files = slices.DeleteFunc(files, func(f *File) bool { return f == nil })
	slices.SortFunc(files, func(a, b *File) int { return strings.Compare(a.path, b.path) })
	return files, nil
}

// open opens files of the directory, as far as the map does not tell what they have.
// There is an info of those that were opened, and an error for each that cannot be.
func (m *filesMap) open(names []string) (files []*File, infos []os.FileInfo, errs []error) {
	files, infos, errs = make([]*File, len(names)), make([]os.FileInfo, len(names)), make([]error, len(names))
	var group sync.WaitGroup
	slots := make(chan struct{}, opening)
	for i, name := range names {
		slots <- struct{}{}
		group.Go(func() {
			defer func() { <-slots }()
			path := filepath.Join(m.dir, name)
			if files[i] = m.file(name); files[i] != nil {
				// What somebody writes is not to be read, though it is known.
				if errs[i] = h5.Probe(path); errs[i] != nil {
					files[i] = nil
				}
				return
			}
			// Before it is read: should it be replaced meanwhile, the map
			// that is written then does not fit.
			if infos[i], errs[i] = os.Stat(path); errs[i] == nil {
				files[i], errs[i] = Open(path)
			}
		})
	}
	group.Wait()
	return files, infos, errs
}
