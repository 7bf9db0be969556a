package write

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"extrapasha/extradata"
	"extrapasha/internal/h5"
	psh "extrapasha/pasha"
	"extrapasha/run"
)

// Overview writes an overview file of a run directory: virtual datasets of all data of
// its files, which are opened instead of the files as long as they stay the same. An
// empty path stands for the first of [run.OverviewPaths] where a file can be made.
// It tells where the file is. Sources that are legacy names are links.
func Overview(path, dir string, options ...psh.MapOption) (string, error) {
	if path != "" {
		return path, writeOverview(path, dir, options)
	}
	var errs []error
	for _, path := range run.OverviewPaths(dir) {
		err := os.MkdirAll(filepath.Dir(path), 0o777)
		if err == nil {
			err = writeOverview(path, dir, options)
		}
		if err == nil {
			return path, nil
		}
		if errs = append(errs, err); !errors.Is(err, os.ErrPermission) {
			break
		}
	}
	return "", errors.Join(errs...)
}

func writeOverview(path, dir string, options []psh.MapOption) error {
	c, err := extradata.RunDirectory(dir, extradata.WithoutOverview(), extradata.AliasFiles())
	if err != nil {
		return fmt.Errorf("cannot make an overview of %s: %w", dir, err)
	}
	defer c.Close()
	return with(path, c, overview{dir}.manner(), options)
}

// overview is the manner of overview files of a directory.
type overview struct{ dir string }

func (o overview) manner() manner {
	m := bare(linked) // which are asked for in the files behind it
	m.end = o.sources
	return m
}

// sources notes which files the data is in, all of the directory.
func (o overview) sources(f *file) error {
	paths, err := run.DataFiles(o.dir)
	if err != nil {
		return err
	}
	names, sizes := make([]string, len(paths)), make([]uint64, len(paths))
	for i, path := range paths {
		info, err := os.Stat(path)
		if err != nil {
			return err
		}
		names[i], sizes[i] = filepath.Base(path), uint64(info.Size())
	}
	n := []int{len(paths)}
	return errors.Join(
		h5.PutStrings(f.Writer, run.SourceFiles+"/names", n, names, h5.Layout{}),
		h5.Put(f.Writer, run.SourceFiles+"/sizes", n, sizes, h5.Layout{}),
		f.SetNumber("/", run.OverviewVersionName, run.OverviewVersion),
	)
}
