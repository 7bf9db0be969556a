package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"extrapasha/cmd/internal/cli"
	"extrapasha/run"
)

// place is a file or the directory of a run, with the paths of its data files.
type place struct {
	path  string
	files []string
}

// places are those that the arguments name, see [cli.RunPaths]. Of the runs of a proposal
// those without files are left out, with a warning.
func places(c *cobra.Command, named []string) (found []place, err error) {
	paths, err := cli.RunPaths(c, named)
	if err != nil {
		return nil, err
	}
	for _, path := range paths {
		if !isDirectory(path) {
			found = append(found, place{path, []string{path}})
			continue
		}
		files, none := run.DataFiles(path)
		switch {
		case none == nil:
			found = append(found, place{path, files})
		case len(paths) == 1 || !errors.Is(none, fs.ErrNotExist):
			return nil, none
		default:
			cli.Warnf(c, "%s", cli.Reason(none))
		}
	}
	if len(found) == 0 {
		return nil, fmt.Errorf("no files in %s", cli.Plural(len(paths), "run"))
	}
	return found, nil
}

func isDirectory(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// below is a path as seen from a directory that it lies in.
func below(dir, path string) string {
	if relative, err := filepath.Rel(dir, path); err == nil && relative != "." && !strings.HasPrefix(relative, "..") {
		return relative
	}
	return path
}
