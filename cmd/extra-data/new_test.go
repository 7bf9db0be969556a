package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/mod/modfile"

	"extrapasha/cmd/internal/cli"
)

// TestNew makes a program of each example: all of it is text of the example, a module
// that says where the library is, and what runs it.
func TestNew(t *testing.T) {
	home, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	for _, template := range templates() {
		dir := filepath.Join(t.TempDir(), "my "+template)
		if stdout, err := execute("new", dir, "--template", template); err != nil || !strings.Contains(stdout, home) {
			t.Fatalf("%s: %v, printed %q", template, err, stdout)
		}
		text, err := os.ReadFile(filepath.Join(dir, "go.mod"))
		if err != nil {
			t.Fatal(err)
		}
		f, err := modfile.Parse("go.mod", text, nil)
		if err != nil {
			t.Fatal(err)
		}
		if f.Module.Mod.Path != "analysis/my-"+template || len(f.Replace) != 1 || f.Replace[0].New.Path != home {
			t.Errorf("%s: go.mod has\n%s", template, text)
		}
		for _, name := range []string{"main.go", "go.sum", "Makefile", "README.md"} {
			text, err := os.ReadFile(filepath.Join(dir, name))
			if err != nil || len(text) == 0 || bytes.Contains(text, []byte("/internal/")) {
				t.Errorf("%s: %s: %v, %d bytes, or internal packages in it", template, name, err, len(text))
			}
		}
	}
}

// TestNewRefuses has nothing made, and nothing changed, where a program cannot be.
func TestNewRefuses(t *testing.T) {
	full, file := t.TempDir(), filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(filepath.Join(full, "mine"), nil, 0o666); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	free := filepath.Join(t.TempDir(), "free")
	for _, c := range []struct {
		args []string
		code int
		says string
	}{
		{[]string{}, 2, "one directory, not 0"},
		{[]string{free, free}, 2, "one directory, not 2"},
		{[]string{free, "--template", "hit"}, 2, "hits"},
		{[]string{free, "--template", "example"}, 2, "expected one of"},
		{[]string{free, "--library", full}, 1, "no go.mod there"},
		{[]string{full}, 1, "is not empty"},
		{[]string{file}, 1, file},
		{[]string{filepath.Join(free, "below")}, 1, free},
	} {
		_, err := execute(append([]string{"new"}, c.args...)...)
		if cli.ExitCode(err) != c.code || !strings.Contains(err.Error(), c.says) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%q: %v, want exit code %d and one line with %q", c.args, err, c.code, c.says)
		}
		if _, err := os.Lstat(free); err == nil {
			t.Fatalf("%q: %s was made", c.args, free)
		}
	}
	if got := files(t, full); len(got) != 1 {
		t.Errorf("a directory that was not empty has %v", got)
	}
}

// TestNewHalf has one of the files fail: the others go again, and a directory that was
// there stays.
func TestNewHalf(t *testing.T) {
	bad := map[string][]byte{"a": []byte("a"), "b": nil, "none/c": nil}
	empty := t.TempDir()
	for _, dir := range []string{empty, filepath.Join(empty, "new")} {
		for range 5 { // maps are in any order
			if err := writeDirectory(dir, bad); err == nil {
				t.Fatal("no error")
			}
			if left, err := os.ReadDir(empty); err != nil || len(left) > 0 {
				t.Fatalf("left behind: %v, %v", left, err)
			}
		}
	}
	if err := writeDirectory(empty, map[string][]byte{"a": nil}); err != nil {
		t.Error(err)
	}
}

func TestProgramName(t *testing.T) {
	for dir, want := range map[string]string{
		"/a/hits": "hits", "/a/Hits 2": "Hits-2", "/a/.hits": "hits", "/a/fmt": "fmt", "/a/größe": "gr--e",
		"/": "program", "/a/ß": "program", "/a/con": "program", "/a/p4200_r7": "p4200_r7",
	} {
		if got := programName(dir); got != want {
			t.Errorf("%s: %s, want %s", dir, got, want)
		}
	}
}

// TestGoMod has the library's own replacements taken along, and a directory with a space.
func TestGoMod(t *testing.T) {
	text, err := goMod("analysis/a", "/my lib", []byte("module extrapasha\ngo 1.26.0\nrequire (\n\tb.org/c v1.2.3\n\td.org/e v1.0.0 // indirect\n)\nreplace b.org/c => ../c\nreplace d.org/e => f.org/e v1.1.0\n"))
	if err != nil {
		t.Fatal(err)
	}
	f, err := modfile.Parse("go.mod", text, nil)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, r := range f.Replace {
		got[r.Old.Path] = r.New.Path
	}
	if len(f.Require) != 3 || got["extrapasha"] != "/my lib" || got["b.org/c"] != "/c" || got["d.org/e"] != "f.org/e" || f.Go.Version != "1.26.0" {
		t.Errorf("go.mod has\n%s", text)
	}
	if _, err := goMod("analysis/a", "/lib", []byte("module")); err == nil {
		t.Error("no error for a go.mod that is none")
	}
}
