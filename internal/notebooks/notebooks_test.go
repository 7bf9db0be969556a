// Package notebooks tests what runs notebooks and compares what they say.
package notebooks

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

const python = "/usr/bin/python3" // as Debian's Jupyter wants it

// jupyter is the repository with a kernel in it; the test is skipped where there is none.
func jupyter(t *testing.T) (repo string) {
	repo, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	if err := exec.Command(python, "-c", "import nbclient, nbformat").Run(); err != nil {
		t.Skip("there is no Jupyter for Python: make notebook-kernel installs it")
	}
	if _, err := os.Stat(filepath.Join(repo, "bin/jupyter/kernels/gonb/kernel.json")); err != nil {
		t.Skip("there is no kernel for Go: make notebook-kernel builds it")
	}
	return repo
}

// cell is one of a notebook that has printed something, or was not run.
func cell(source, printed string) map[string]any {
	outputs := []any{}
	if printed != "" {
		outputs = append(outputs, map[string]any{"output_type": "stream", "name": "stdout", "text": printed})
	}
	return map[string]any{
		"cell_type": "code", "id": "a", "metadata": map[string]any{}, "execution_count": nil,
		"source": source, "outputs": outputs,
	}
}

// write writes a notebook of one cell.
func write(t *testing.T, dir, name string, of map[string]any) string {
	content, err := json.Marshal(map[string]any{
		"cells": []any{of}, "nbformat": 4, "nbformat_minor": 5,
		"metadata": map[string]any{"kernelspec": map[string]any{"name": "gonb", "display_name": "Go", "language": "go"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, name+".ipynb")
	if err := os.WriteFile(path, content, 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// check runs the check, and tells whether it passed and what it said.
func check(repo string, args ...string) (passed bool, said string) {
	command := exec.Command(python, append([]string{filepath.Join(repo, "notebooks/check.py")}, args...)...)
	command.Env = append(os.Environ(), "PATH="+filepath.Join(repo, "bin")+":"+os.Getenv("PATH"),
		"JUPYTER_DATA_DIR="+filepath.Join(repo, "bin/jupyter"), "GOFLAGS=-buildvcs=false -ldflags=-w")
	out, err := command.CombinedOutput()
	return err == nil, string(out)
}

const digest = "%%\nfmt.Println(\"digest 1d7a9354e98e0d5f\")"

// TestCheck fails for each way in which a notebook is not what is stored, and for no other.
func TestCheck(t *testing.T) {
	repo, dir := jupyter(t), t.TempDir()
	shown := cell(digest, "digest 1d7a9354e98e0d5f\n")
	shown["outputs"] = append(shown["outputs"].([]any), map[string]any{
		"output_type": "display_data", "metadata": map[string]any{}, "data": map[string]any{"image/png": ""},
	})
	var paths []string
	for _, of := range []struct {
		name string
		cell map[string]any
	}{
		{"right", cell(digest, "digest 1d7a9354e98e0d5f\n")},
		{"digest", cell(digest, "digest 1d7a9354e98e0d5e\n")},
		{"picture", shown},
		{"panic", cell("%%\npanic(\"of the cell\")", "")},
		{"exit", cell("%%\nos.Exit(3)", "")},
		{"syntax", cell("%%\nthis is no Go", "")},
	} {
		paths = append(paths, write(t, dir, of.name, of.cell))
	}
	passed, said := check(repo, paths...)
	if passed {
		t.Error("it passed")
	}
	for _, want := range []string{
		"right.ipynb: ok", "digest.ipynb: FAILED", "-digest 1d7a9354e98e0d5e", "+digest 1d7a9354e98e0d5f",
		"picture.ipynb: FAILED", "-image/png", "panic.ipynb: FAILED", "panic: of the cell",
		"exit.ipynb: FAILED", "exit status 3", "syntax.ipynb: FAILED", "does not run", "1 passed, 5 failed\n",
	} {
		if !strings.Contains(said, want) {
			t.Errorf("expected %q in:\n%s", want, said)
		}
	}
}

// TestUpdate stores what a notebook says, but for one that ends badly.
func TestUpdate(t *testing.T) {
	repo, dir := jupyter(t), t.TempDir()
	path := write(t, dir, "new", cell(digest, ""))
	if passed, said := check(repo, "--update", path); !passed {
		t.Fatal(said)
	}
	if passed, said := check(repo, path); !passed || !strings.HasSuffix(said, "1 passed, 0 failed\n") {
		t.Error(said)
	}
	bad := write(t, dir, "bad", cell("%%\npanic(\"of the cell\")", ""))
	before, _ := os.ReadFile(bad)
	if passed, said := check(repo, "--update", bad); passed {
		t.Error(said)
	}
	if after, _ := os.ReadFile(bad); string(after) != string(before) {
		t.Error("the notebook was changed")
	}
}
