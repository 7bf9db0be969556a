package write

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"extrapasha/extradata"
	"extrapasha/extradata/internal/target"
	"extrapasha/internal/h5"
	"extrapasha/internal/pending"
	"extrapasha/run"
)

// Data says which data a clone of a run has beside what describes it: INDEX, METADATA,
// and what data reduction and errata tell.
type Data struct {
	// Run and Control are the data in RUN and CONTROL.
	Run, Control bool
}

// CopyStructure clones the data files of a run directory into another directory: all
// groups, datasets, attributes and links, but without the data of INSTRUMENT, and of RUN and
// CONTROL unless they are asked for. What has no data reads as what was never written. Each
// file tells of which file it is a clone, see [extradata.DataCollection.Origin].
//
// A directory that was not there appears with all files in it, or not at all. In one that
// was each file is there when it is whole, and replaces one of that name; those before one
// that fails stay. The error wraps [ErrSource] where both directories are the same.
func CopyStructure(from, to string, data Data) error {
	if err := data.copyRun(from, to); err != nil {
		return fmt.Errorf("cannot copy the structure of %s: %w", from, err)
	}
	return nil
}

func (data Data) copyRun(from, to string) error {
	paths, err := run.DataFiles(from)
	if err != nil {
		return err
	}
	if _, err := os.Lstat(to); !errors.Is(err, fs.ErrNotExist) {
		if err := os.MkdirAll(to, 0o777); err != nil { // what is there may be no directory
			return err
		}
		return data.copyFiles(paths, to, func(name string) (*pending.File, error) {
			return pending.Create(filepath.Join(to, name), 0o666)
		})
	}
	if err := os.MkdirAll(filepath.Dir(filepath.Clean(to)), 0o777); err != nil {
		return err
	}
	dir, err := pending.CreateDirectory(to, 0o777)
	if err != nil {
		return err
	}
	defer dir.Discard()
	err = data.copyFiles(paths, to, func(name string) (*pending.File, error) { return dir.Create(name, 0o666) })
	if err != nil {
		return err
	}
	return dir.Complete()
}

// copyFiles clones files into a directory, which create makes them in.
func (data Data) copyFiles(paths []string, to string, create func(name string) (*pending.File, error)) error {
	for _, from := range paths {
		if err := data.copyFile(from, filepath.Join(to, filepath.Base(from)), create); err != nil {
			return err
		}
	}
	return nil
}

// copyFile clones a file into one that will be at a path.
func (data Data) copyFile(from, path string, create func(name string) (*pending.File, error)) error {
	if err := target.Differs(path, from); err != nil {
		return err
	}
	file, err := h5.Open(from)
	if err != nil {
		return err
	}
	defer file.Close()
	to, err := create(filepath.Base(path))
	if err != nil {
		return err
	}
	defer to.Discard()
	w, err := h5.CreateIn(to.File, path, h5.Form{})
	if err != nil {
		return err
	}
	defer w.Discard()
	err = w.CopyTree("/", file, "/", data.has)
	if err == nil {
		err = origin(w, from)
	}
	if err != nil {
		return fmt.Errorf("cannot write %s: %w", path, err)
	}
	if err := w.Close(); err != nil {
		return err
	}
	return to.Complete(false)
}

// origin tells which file it is a clone of.
func origin(w *h5.Writer, from string) error {
	collection, err := extradata.H5File(from)
	if err != nil {
		return err
	}
	defer collection.Close()
	origin, err := collection.Origin()
	if err != nil {
		return err
	}
	return w.SetAttribute("/", extradata.OriginName, origin.Text())
}

// has tells whether the data of a dataset is copied.
func (data Data) has(path string) bool {
	switch section, _, _ := strings.Cut(path, "/"); section {
	case string(run.Instrument):
		return false
	case string(run.Control):
		return data.Control
	case "RUN":
		return data.Run
	}
	return true
}
