package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// write writes a file, in a directory that is made if need be.
func write(path, content string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		return err
	}
	return os.WriteFile(path, []byte(content), 0o666)
}

func writeJSON(path string, value any) error {
	text, err := json.MarshalIndent(value, "", "  ")
	if err != nil {
		return err
	}
	return write(path, string(text)+"\n")
}

var include = regexp.MustCompile(`<!--\s*@include:\s*(\S+?)\s*-->`)

// included makes sure that what pages include is there: VitePress leaves out what is not,
// and says nothing.
func included(dir string) error {
	var missing []error
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.Name() == "node_modules" || entry.Name() == ".vitepress":
			return filepath.SkipDir
		case filepath.Ext(path) != ".md":
			return nil
		}
		text, err := os.ReadFile(path)
		for _, match := range include.FindAllStringSubmatch(string(text), -1) {
			part := filepath.Join(filepath.Dir(path), match[1])
			if below, ok := strings.CutPrefix(match[1], "@/"); ok {
				part = filepath.Join(dir, below)
			}
			if _, err := os.Stat(part); err != nil {
				missing = append(missing, fmt.Errorf("%s includes %s, which is not there", path, match[1]))
			}
		}
		return err
	})
	return errors.Join(append(missing, err)...)
}
