// Package target keeps files that data comes from from being written over.
package target

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"

	"extrapasha/extradata"
)

// ErrSource is wrapped where a file is to be written that the data comes from.
var ErrSource = errors.New("the data comes from this file")

// Check makes sure that a file to be written is none that the data of a collection comes
// from, by whatever path, nor one behind an overview file of it.
func Check(path string, c *extradata.DataCollection) error {
	if _, err := os.Stat(path); err != nil {
		return nil // there is nothing, or creating tells what is wrong
	}
	paths, err := sourcePaths(c)
	if err != nil {
		return fmt.Errorf("cannot write %s: %w", path, err)
	}
	for _, from := range paths {
		if err := Differs(path, from); err != nil {
			return err
		}
	}
	return nil
}

// Differs makes sure that a file to be written is not one that is read, which has to be
// there.
func Differs(path, from string) error {
	source, err := os.Stat(from)
	if err != nil {
		return fmt.Errorf("cannot write %s: %w", path, err)
	}
	target, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	case os.SameFile(target, source):
		return fmt.Errorf("cannot write %s: %w, %s", path, ErrSource, from)
	}
	return nil
}

// sourcePaths are the files of the sources, and those behind an overview file.
func sourcePaths(c *extradata.DataCollection) (paths []string, err error) {
	for _, name := range c.AllSources() {
		source, err := c.Source(name)
		if err != nil {
			return nil, err
		}
		for _, file := range source.Files() {
			paths = append(paths, file.Path())
			if !file.IsOverview() {
				continue
			}
			behind, err := file.SourcePaths(source.Section(), name)
			if err != nil {
				return nil, err
			}
			paths = append(paths, behind...)
		}
	}
	slices.Sort(paths)
	return slices.Compact(paths), nil
}
