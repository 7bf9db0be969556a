package run

import (
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"weak"

	"extrapasha/internal/h5"
)

// Reference is a file as another process is told of it, to open it for itself.
type Reference struct {
	// Path is the absolute path of the file.
	Path string
	// Rank is the place in the order of its directory, see [File.Before].
	Rank int
	// Home is a directory that it may lead to, beside its own.
	Home string
	// State tells whether it is still the same file.
	State h5.State
}

// Reference is what another process needs to open the file with [Reopen].
func (f *File) Reference() (Reference, error) {
	f.handle.opening.Lock()
	info := f.handle.first
	f.handle.opening.Unlock()
	if info == nil {
		var err error
		if info, err = os.Stat(f.path); err != nil {
			return Reference{}, err
		}
	}
	return Reference{Path: f.path, Rank: f.rank, Home: f.home, State: h5.StateOf(info)}, nil
}

// reopened are the files that this process was told of, as long as they are in use:
// a worker process is told of the same files with each map.
var reopened = struct {
	sync.Mutex
	files map[Reference]weak.Pointer[File]
}{files: map[Reference]weak.Pointer[File]{}}

// Reopen opens files that another process has opened. What a run files map knows of
// them is taken from there. The error wraps [h5.ErrChanged] where one is not the
// file any more that it was there.
func Reopen(references []Reference) ([]*File, error) {
	files := make([]*File, len(references))
	missing := map[string][]int{} // by directory
	reopened.Lock()
	defer reopened.Unlock()
	for i, reference := range references {
		if files[i] = reopened.files[reference].Value(); files[i] == nil {
			dir := filepath.Dir(reference.Path)
			missing[dir] = append(missing[dir], i)
		}
	}
	for dir, positions := range missing {
		names := make([]string, len(positions))
		for i, position := range positions {
			names[i] = filepath.Base(references[position].Path)
		}
		opened, infos, errs := loadFilesMap(dir).open(names)
		for i, position := range positions {
			reference, file, info := references[position], opened[i], infos[i]
			err := errs[i]
			if info == nil && err == nil {
				info, err = os.Stat(reference.Path)
			}
			if err == nil && h5.StateOf(info) != reference.State {
				err = fmt.Errorf("%s: %w", reference.Path, h5.ErrChanged)
			}
			if err != nil {
				return nil, err
			}
			file.rank = reference.Rank
			if reference.Home != "" {
				file.home = reference.Home
				file.Close() // it is to be known when the file is opened
			}
			files[position] = file
			reopened.files[reference] = weak.Make(file)
		}
	}
	for reference, file := range reopened.files {
		if file.Value() == nil {
			delete(reopened.files, reference)
		}
	}
	return files, nil
}
