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

var (
	include = regexp.MustCompile(`<!--\s*@include:\s*(\S+?)\s*-->`)
	snippet = regexp.MustCompile(`(?m)^<<<\s*([^\s#{]+)(?:#(\w+))?`)
)

// included makes sure that what pages include is there: VitePress leaves out what is not,
// or takes a whole file for a region of it, and says nothing.
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
			missing = append(missing, part(dir, path, match[1], ""))
		}
		for _, match := range snippet.FindAllStringSubmatch(string(text), -1) {
			missing = append(missing, part(dir, path, match[1], match[2]))
		}
		return err
	})
	return errors.Join(append(missing, err)...)
}

// part makes sure that a file that a page includes is there and has a region, if one is
// named. Its path is seen from the page, or with @ from the directory of all pages.
func part(dir, page, name, region string) error {
	path := filepath.Join(filepath.Dir(page), name)
	if below, ok := strings.CutPrefix(name, "@/"); ok {
		path = filepath.Join(dir, below)
	}
	text, err := os.ReadFile(path)
	switch {
	case err != nil:
		return fmt.Errorf("%s includes %s, which is not there", page, name)
	case region != "" && !strings.Contains(string(text), "#region "+region+"\n"):
		return fmt.Errorf("%s includes region %s of %s, which is not there", page, region, name)
	}
	return nil
}
