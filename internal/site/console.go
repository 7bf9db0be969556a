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
// what it prints: "lsxfel p700000 1" is console.lsxfel-p700000-1.md. They run in a
// directory with the repository's run as the data root, and the commands of bin. Lines that
// start with # are comments. Pictures that they write are shown as /generated/NAME.
func console(root string) ([]item, error) {
	list, err := os.ReadFile(filepath.Join(root, docs, "console.txt"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(filepath.Join(root, pictures), 0o777); err != nil {
		return nil, err
	}
	for line := range strings.Lines(string(list)) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		printed, err := shell(root, line)
		if err != nil {
			return nil, err
		}
		if err := write(filepath.Join(root, made, "console."+slug(line)+".md"), fence("console", "$ "+line+"\n"+printed)); err != nil {
			return nil, err
		}
	}
	return nil, nil
}

// shell runs a command line and returns what it prints.
func shell(root, line string) (string, error) {
	absolute, err := filepath.Abs(root)
	if err != nil {
		return "", err
	}
	command := exec.Command("sh", "-c", line)
	command.Dir = filepath.Join(absolute, pictures)
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
