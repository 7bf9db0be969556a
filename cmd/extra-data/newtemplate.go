package main

import (
	"bytes"
	"errors"
	"io/fs"
	"path"
	"slices"

	"extrapasha/examples"
)

// otherNames are templates that are examples of another name.
var otherNames = map[string]string{"detector": "powder"}

// templates are the names of all.
func templates() (names []string) {
	mains, _ := fs.Glob(examples.Sources, "*/main.go") // the pattern is a good one
	for _, main := range mains {
		// The Makefile of a new program runs it on a run, with -out DIR.
		if text, _ := fs.ReadFile(examples.Sources, main); bytes.Contains(text, []byte(`"directory for the results"`)) {
			names = append(names, path.Dir(main))
		}
	}
	for name := range otherNames {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// templateSources are the files of a template's program.
func templateSources(template string) (map[string][]byte, error) {
	if !slices.Contains(templates(), template) {
		return nil, fs.ErrNotExist
	}
	dir := template
	if other, ok := otherNames[template]; ok {
		dir = other
	}
	entries, err := fs.ReadDir(examples.Sources, dir)
	sources := map[string][]byte{}
	for _, entry := range entries {
		text, failed := fs.ReadFile(examples.Sources, path.Join(dir, entry.Name()))
		sources[entry.Name()], err = text, errors.Join(err, failed)
	}
	return sources, err
}
