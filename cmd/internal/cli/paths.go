package cli

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"extrapasha/run"
)

// RunPaths are the paths of the directories or files that the arguments name: one that is
// named by its path, a run by number where [DataFlag] says, or all runs of a proposal.
func RunPaths(c *cobra.Command, named []string) ([]string, error) {
	path, numbered := named[0], byNumber(named[0])
	if numbered {
		proposal, err := run.FindProposal(path)
		if err != nil {
			return nil, err
		}
		path = proposal
	} else if _, err := os.Stat(path); errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("%s: %w", path, syscall.ENOENT)
	} else if err != nil {
		return nil, err
	}
	proposal := numbered || len(RunsIn(path, "raw", "proc")) > 0
	data, err := dataOf(c, named[0], proposal)
	if err != nil {
		return nil, err
	}
	if runs := RunsIn(path, "."); len(runs) > 0 {
		return runs, nil
	}
	if !proposal {
		return []string{path}, nil
	}
	kinds := []string{data}
	if data == "all" || data == "default" {
		kinds = []string{"raw", "proc"}
	}
	if len(named) == 2 {
		return runOf(path, named[1], kinds)
	}
	runs := RunsIn(path, kinds...)
	if len(runs) == 0 {
		return nil, fmt.Errorf("no runs in %s, looked for in %s", path, strings.Join(kinds, " and "))
	}
	return runs, nil
}

// runOf is a run's directories for kinds of data: there has to be one.
func runOf(proposal, number string, kinds []string) (paths []string, missing error) {
	for _, kind := range kinds {
		path, err := run.FindRun(proposal, number, kind)
		if err == nil {
			paths = append(paths, path)
		} else if missing == nil {
			missing = err
		}
	}
	if len(paths) > 0 {
		return paths, nil
	}
	return nil, missing
}

var runDirectory = regexp.MustCompile(`^r[0-9]+$`)

// RunsIn are the paths of the runs in directories of a proposal: "raw", "proc", or "."
// for those that lie in the directory itself, as it is where that is one of the others.
func RunsIn(proposal string, directories ...string) (runs []string) {
	for _, directory := range directories {
		entries, _ := os.ReadDir(filepath.Join(proposal, directory))
		for _, entry := range entries {
			if entry.IsDir() && runDirectory.MatchString(entry.Name()) {
				runs = append(runs, filepath.Join(proposal, directory, entry.Name()))
			}
		}
	}
	return runs
}
