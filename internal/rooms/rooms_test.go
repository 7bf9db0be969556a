// Package rooms checks which packages know which, and that none is crowded.
package rooms

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const module = "extrapasha/"

// floors are the packages from the top to the bottom. A package imports those of the
// floors below its own, those of its own line as the names in arrows say, and the
// helpers, which know nothing but helpers.
var floors = [][]string{
	{"cmd", "examples"},
	{"extradata/"},
	{"extradata"},
	{"keydata"},
	{"run", "pasha"},
	{"internal/h5", "internal/process", "internal/ranks", "internal/fold"},
	{"internal/crew", "internal/mpi"},
	{"internal/shm", "internal/cross"},
	{"internal/h5/filter"},
	{"internal/h5/format"},
}

// arrows are the imports within a floor, of all that have a name there or of a package:
// wings do not know each other, but all may draw, look at what they write over and go step
// by step,
// detectors know geometries, and what shows runs knows both.
var arrows = map[string][]string{
	"extradata/":         {"extradata/picture", "extradata/internal/steps", "extradata/internal/target"},
	"extradata/detector": {"extradata/geometry"},
	"extradata/draw":     {"extradata/detector", "extradata/geometry"},
	"extradata/notebook": {"extradata/detector", "extradata/draw"},
}

// blind are packages that know no runs and no HDF5.
var blind = []string{"pasha", "extradata/picture", "extradata/geometry"}

// binding are the packages with cgo.
var binding = []string{"internal/h5", "internal/h5/filter", "internal/mpi"}

type listed struct {
	ImportPath              string
	Imports, CgoFiles, Deps []string
}

func list(t *testing.T) (packages []listed) {
	command := exec.Command("go", "list", "-deps", "-json=ImportPath,Imports,CgoFiles,Deps", "./...")
	command.Dir = "../.."
	var stderr bytes.Buffer
	command.Stderr = &stderr
	out, err := command.Output()
	if err != nil {
		t.Fatal(err, stderr.String())
	}
	for decoder := json.NewDecoder(bytes.NewReader(out)); ; {
		var p listed
		switch err := decoder.Decode(&p); {
		case errors.Is(err, io.EOF):
			return packages
		case err != nil:
			t.Fatal(err)
		}
		if ours(p.ImportPath) {
			packages = append(packages, p)
		}
	}
}

func ours(path string) bool { return strings.HasPrefix(path, module) }

// floorOf is the floor that a package is on and the name that it has there; -1 is a
// helper.
func floorOf(path string) (floor int, name string) {
	for i, names := range floors {
		for _, name := range names {
			if path == name || strings.HasPrefix(path, strings.TrimSuffix(name, "/")+"/") && (strings.HasSuffix(name, "/") || i == 0) {
				return i, name
			}
		}
	}
	return -1, path
}

// judges import anything: they make data for tests, or ask for answers.
var judges = []string{"internal/conformance", "internal/damage", "internal/mockrun", "internal/mpi/launch", "internal/turns", "internal/versus"}

// TestArrows has each import point down.
func TestArrows(t *testing.T) {
	packages := list(t)
	if len(packages) < 20 {
		t.Fatalf("%d packages are listed", len(packages))
	}
	for _, p := range packages {
		path := strings.TrimPrefix(p.ImportPath, module)
		if slices.Contains(judges, path) {
			continue
		}
		floor, name := floorOf(path)
		for _, imported := range p.Imports {
			if !ours(imported) {
				continue
			}
			imported := strings.TrimPrefix(imported, module)
			to, _ := floorOf(imported)
			switch {
			case to == -1 && !slices.Contains(judges, imported):
			case floor == 0: // the programs: the sample maker is a command
			case floor == -1:
				t.Errorf("%s, a helper, imports %s", path, imported)
			case to < floor:
				t.Errorf("%s imports %s, which is above it", path, imported)
			case to == floor && !slices.Contains(slices.Concat(arrows[name], arrows[path]), imported):
				t.Errorf("%s imports %s, which is beside it", path, imported)
			}
		}
		for _, known := range []string{"run", "internal/h5"} {
			if slices.Contains(blind, path) && slices.Contains(p.Deps, module+known) {
				t.Errorf("%s knows %s", path, known)
			}
		}
		if len(p.CgoFiles) > 0 && !slices.Contains(binding, path) {
			t.Errorf("%s has cgo in %v", path, p.CgoFiles)
		}
	}
}

// TestLength is about files that hold more than one idea.
func TestLength(t *testing.T) {
	const most = 400
	err := filepath.WalkDir("../..", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || filepath.Ext(path) != ".go" {
			return err
		}
		content, err := os.ReadFile(path)
		if lines := bytes.Count(content, []byte("\n")); lines > most {
			t.Errorf("%s has %d lines, expected at most %d", path, lines, most)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
