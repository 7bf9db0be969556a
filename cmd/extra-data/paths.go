package main

import (
	"os"
	"path/filepath"
	"strings"

	"extrapasha/internal/cli"
	"extrapasha/run"
)

// dataFiles are the paths of the files of a run, or of the one that is named.
func dataFiles(args []string, data string) (dir string, paths []string, err error) {
	path, err := cli.RunPath(args, data)
	if err != nil {
		return "", nil, err
	}
	if info, err := os.Stat(path); err == nil && !info.IsDir() {
		return path, []string{path}, nil
	}
	paths, err = run.DataFiles(path)
	return path, paths, err
}

// below is a path as seen from a directory that it lies in.
func below(dir, path string) string {
	if relative, err := filepath.Rel(dir, path); err == nil && relative != "." && !strings.HasPrefix(relative, "..") {
		return relative
	}
	return path
}
