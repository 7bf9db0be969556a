package main

import (
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"extrapasha/internal/cli"
	"extrapasha/run"
)

// place is a file or the directory of a run, with the paths of its data files.
type place struct {
	path  string
	files []string
}

// places are those that the arguments name, see [cli.RunPaths].
func places(c *cobra.Command, named []string) (found []place, err error) {
	paths, err := cli.RunPaths(c, named)
	if err != nil {
		return nil, err
	}
	for _, path := range paths {
		files := []string{path}
		if isDirectory(path) {
			if files, err = run.DataFiles(path); err != nil {
				return nil, err
			}
		}
		found = append(found, place{path, files})
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
