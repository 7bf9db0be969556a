package run

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"extrapasha/internal/closest"
)

// RootVariable is the environment variable that names the data root, the
// directory with one directory per instrument.
const RootVariable = "EXTRA_DATA_DATA_ROOT"

// defaultRoot is where the facility keeps the data on its cluster.
const defaultRoot = "/gpfs/exfel/exp"

// Root is the data root: what [RootVariable] says, else /gpfs/exfel/exp.
func Root() string {
	if root := os.Getenv(RootVariable); root != "" {
		return root
	}
	return defaultRoot
}

// FindProposal finds the directory of a proposal: a number ("4200" or
// "p004200") below the data root, or a path. The error is a [*ProposalError].
func FindProposal(proposal string) (string, error) {
	if strings.ContainsRune(proposal, filepath.Separator) {
		if info, err := os.Stat(proposal); err != nil || !info.IsDir() {
			return "", &ProposalError{Proposal: proposal}
		}
		return proposal, nil
	}
	number, err := strconv.ParseUint(strings.TrimPrefix(proposal, "p"), 10, 32)
	if err != nil {
		return "", fmt.Errorf("proposal %q: expected a number like 4200, a name like p004200, or a path", proposal)
	}
	name := fmt.Sprintf("p%06d", number)
	root := Root()
	matches, _ := filepath.Glob(filepath.Join(escape(root), "*", "*", name)) // the pattern is good
	for _, match := range matches {
		if info, err := os.Stat(match); err == nil && info.IsDir() {
			return match, nil
		}
	}
	others, _ := filepath.Glob(filepath.Join(escape(root), "*", "*", "p[0-9]*"))
	return "", &ProposalError{Proposal: name, Root: root, Closest: closest.To(name, bases(others))}
}

// FindRun finds the directory of a run ("1" or "r0001") of a proposal's data of
// one kind, "raw" or "proc". The error is a [*RunError] where there is none.
func FindRun(proposalDir, run, data string) (string, error) {
	number, err := strconv.ParseUint(strings.TrimPrefix(run, "r"), 10, 32)
	if err != nil {
		return "", fmt.Errorf("run %q: expected a number like 1, or a name like r0001", run)
	}
	name := fmt.Sprintf("r%04d", number)
	path := filepath.Join(proposalDir, data, name)
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return path, nil
	}
	others, _ := filepath.Glob(filepath.Join(escape(proposalDir), data, "r[0-9]*"))
	return "", &RunError{Path: path, Closest: closest.To(name, bases(others))}
}

// Numbers are the numbers of the runs that a proposal has data of one kind of, ascending:
// of directories, or links to some, that [FindRun] finds. There are none where the
// proposal has no directory of that kind.
func Numbers(proposalDir, data string) (numbers []int, err error) {
	entries, err := os.ReadDir(filepath.Join(proposalDir, data))
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("runs of a proposal: %w", err)
	}
	for _, entry := range entries {
		var number int
		if _, err := fmt.Sscanf(entry.Name(), "r%d", &number); err != nil || fmt.Sprintf("r%04d", number) != entry.Name() {
			continue
		}
		if _, err := FindRun(proposalDir, entry.Name(), data); err == nil {
			numbers = append(numbers, number)
		}
	}
	slices.Sort(numbers)
	return numbers, nil
}

// escape takes the special meaning of a pattern from a path.
func escape(path string) string {
	return strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`).Replace(path)
}

func bases(paths []string) []string {
	names := make([]string, len(paths))
	for i, path := range paths {
		names[i] = filepath.Base(path)
	}
	return names
}
