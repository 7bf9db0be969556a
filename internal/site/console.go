package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// console runs the commands of docs/console.txt, one a line, and makes a part of each with
// what it prints: "lsxfel p700000 1" is console.lsxfel-p700000-1.md. They run in an empty
// directory with the repository's runs as the data root, and the commands of bin. Lines that
// start with # are comments.
func console(root string) ([]item, error) {
	list, err := os.ReadFile(filepath.Join(root, docs, "console.txt"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "site")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	for line := range strings.Lines(string(list)) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		printed, err := shell(root, dir, line)
		if err != nil {
			return nil, err
		}
		if err := write(filepath.Join(root, made, "console."+slug(line)+".md"), fence("console", "$ "+line+"\n"+printed)); err != nil {
			return nil, err
		}
	}
	return nil, nil
}

// shell runs a command line in a directory and returns what it prints.
func shell(root, dir, line string) (string, error) {
	absolute, err := filepath.Abs(root)
	if err != nil {
		return "", err
	}
	command := exec.Command("sh", "-c", line)
	command.Dir = dir
	command.Env = append(os.Environ(), "COLUMNS=80", "LC_ALL=C.UTF-8",
		"PATH="+filepath.Join(absolute, "bin")+":"+os.Getenv("PATH"),
		"EXTRA_DATA_DATA_ROOT="+filepath.Join(absolute, "testdata"))
	var errs strings.Builder
	command.Stderr = &errs
	out, err := command.Output()
	if err != nil {
		return "", fmt.Errorf("%s: %w: %s", line, err, errs.String())
	}
	return string(out), nil
}
