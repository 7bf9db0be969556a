// Package clone does what the README tells newcomers to do.
package clone

import (
	"bytes"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestClone does what the README says, from a clone: it makes a program of each example
// and runs it on a sample.
func TestClone(t *testing.T) {
	if testing.Short() {
		t.Skip("builds and runs all examples")
	}
	dir := t.TempDir()
	clone := filepath.Join(dir, "clone")
	if err := exec.Command("git", "clone", "-q", "../..", clone).Run(); err != nil {
		t.Logf("no repository: %v; the directory is copied", err)
		if err := os.CopyFS(clone, os.DirFS("../..")); err != nil {
			t.Fatal(err)
		}
	}
	shell(t, clone, "go", "build", "-ldflags=-s", "-o", "bin/", "./cmd/extra-data")
	results := map[string][]string{
		"azint": {"azint.npy", "azint.png"}, "correlate": {"correlate.csv", "correlate.png"}, "dark": {"dark.npz"},
		"detector": {"powder.npy", "powder.png"}, "hits": {"hits.csv", "hits.png"}, "scan": {"scan.csv", "scan.png"},
		"start": {"intensity.npy", "intensity.png"}, "trainmean": {"trainmean.npz", "trainmean.png"},
	}
	names := strings.Fields(shell(t, clone, "bin/extra-data", "__complete", "new", "--template", ""))
	for template := range results {
		if !slices.Contains(names, template) {
			t.Errorf("no template %s, only %v", template, names)
		}
	}
	for template, files := range results {
		t.Run(template, func(t *testing.T) {
			shell(t, dir, "clone/bin/extra-data", "new", template, "--template", template)
			mine := filepath.Join(dir, template)
			printed := shell(t, mine, "make", "run")
			for _, name := range files {
				text, err := os.ReadFile(filepath.Join(mine, "results", name))
				if err != nil || len(text) == 0 || filepath.Ext(name) == ".png" && !bytes.HasPrefix(text, []byte("\x89PNG")) {
					t.Errorf("%s: %v, %d bytes; printed\n%s", name, err, len(text), printed)
				}
			}
			shell(t, mine, "make", "clean")
		})
	}
}

// TestSources looks at all files that the programs are built from, which go test takes as
// inputs: else it would keep results of old ones.
func TestSources(t *testing.T) {
	err := filepath.WalkDir("../..", func(path string, entry fs.DirEntry, err error) error {
		if err == nil && entry.IsDir() && entry.Name() == ".git" {
			return fs.SkipDir
		}
		if err == nil && !entry.IsDir() && slices.Contains([]string{".go", ".c", ".h", ".mod", ""}, filepath.Ext(path)) {
			_, err = os.Stat(path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// shell runs a command in a directory, and returns what it printed.
func shell(t *testing.T, dir, name string, args ...string) string {
	t.Helper()
	c := exec.CommandContext(t.Context(), name, args...)
	c.Dir = dir
	out, err := c.CombinedOutput()
	if err != nil {
		t.Fatalf("%s %q: %v\n%s", name, args, err, out)
	}
	return string(out)
}
