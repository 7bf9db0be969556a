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
)

// OpenDirectory opens the data files of a run directory whose names match a
// glob pattern ("*": all of them). They come in the order of their names.
//
// A file that cannot be read is left out, with a warning through log/slog. The
// error is a [*RunError] where there is no such directory, a [*FilesError]
// where no file matches, and an [*UnreadableError] where none can be read.
func OpenDirectory(path, pattern string) ([]*File, error) {
	entries, err := os.ReadDir(path)
	if err != nil {
		return nil, noDirectory(path, err)
	}
	var names []string
	for _, entry := range entries {
		match, err := filepath.Match(pattern, entry.Name())
		if err != nil {
			return nil, fmt.Errorf("file name pattern %q: %w", pattern, err)
		}
		if match && isDataFile(entry.Name()) {
			names = append(names, entry.Name())
		}
	}
	if len(names) == 0 {
		return nil, &FilesError{Path: path, Pattern: pattern}
	}
	return openAll(path, names)
}

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
	name = strings.ToLower(name)
	return strings.HasSuffix(name, ".h5") && name != "overview.h5"
}

// opening is how many files are opened at the same time: what waits is the file
// system, which on a cluster takes its time.
const opening = 8

func openAll(dir string, names []string) ([]*File, error) {
	files, errs := make([]*File, len(names)), make([]error, len(names))
	var group sync.WaitGroup
	slots := make(chan struct{}, opening)
	for i, name := range names {
		slots <- struct{}{}
		group.Go(func() {
			defer func() { <-slots }()
			files[i], errs[i] = Open(filepath.Join(dir, name))
		})
	}
	group.Wait()
	for i, err := range errs {
		if err != nil && !allFailed(errs) {
			slog.Warn("skipping a file that cannot be read", "file", names[i], "error", err)
		}
	}
	if allFailed(errs) {
		return nil, &UnreadableError{Path: dir, Errs: errs}
	}
	return slices.DeleteFunc(files, func(f *File) bool { return f == nil }), nil
}

func allFailed(errs []error) bool { return !slices.Contains(errs, nil) }
