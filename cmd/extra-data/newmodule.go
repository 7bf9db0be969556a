package main

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"text/template"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/module"
)

// libraryPath is the path of this module.
const libraryPath = "extrapasha"

// programName is what a program in a directory is called: what Go allows in a path of
// the directory's name.
func programName(dir string) string {
	name := strings.Trim(strings.Map(func(r rune) rune {
		if r < 0x80 && (r == '-' || r == '_' || r == '.' || '0' <= r && r <= '9' || 'a' <= r|0x20 && r|0x20 <= 'z') {
			return r
		}
		return '-'
	}, filepath.Base(dir)), "-.")
	if module.CheckImportPath(modulePath(name)) != nil {
		return "program"
	}
	return name
}

// modulePath has a first part that no package of Go's own has.
func modulePath(name string) string { return "analysis/" + name }

// findLibrary is the directory of this module: the one told, or else the one that this
// program was built from, or is in.
func findLibrary(told string) (string, error) {
	if told != "" {
		full, err := filepath.Abs(told)
		if err == nil && !isLibrary(full) {
			err = fmt.Errorf("--library %s: no go.mod there of the module %s", told, libraryPath)
		}
		return full, err
	}
	_, source, _, _ := runtime.Caller(0) // no path with -trimpath
	if built := filepath.Join(filepath.Dir(source), "..", ".."); filepath.IsAbs(source) && isLibrary(built) {
		return built, nil
	}
	program, err := os.Executable()
	if err == nil {
		program, err = filepath.EvalSymlinks(program)
	}
	for dir := filepath.Dir(program); err == nil && dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
		if isLibrary(dir) {
			return dir, nil
		}
	}
	return "", fmt.Errorf("where is the clone of %s? %s is in none: name it with --library DIR", libraryPath, program)
}

func isLibrary(dir string) bool {
	text, err := os.ReadFile(filepath.Join(dir, "go.mod"))
	return err == nil && modfile.ModulePath(text) == libraryPath
}

//go:embed new
var newFiles embed.FS

// moduleFiles are the files of a new module, by name.
func moduleFiles(name, of, library string, sources map[string][]byte) (map[string][]byte, error) {
	values := map[string]string{"Name": name, "Template": of, "Sample": sampleFlags(sources)}
	for _, file := range []string{"Makefile", "README.md"} {
		var text bytes.Buffer
		if err := template.Must(template.ParseFS(newFiles, "new/"+file)).Execute(&text, values); err != nil {
			return nil, err
		}
		sources[file] = text.Bytes()
	}
	known, err := os.ReadFile(filepath.Join(library, "go.mod"))
	if err != nil {
		return nil, err
	}
	if sources["go.mod"], err = goMod(modulePath(name), library, known); err != nil {
		return nil, err
	}
	sources["go.sum"], err = os.ReadFile(filepath.Join(library, "go.sum"))
	return sources, err
}

// sampleFlags are those of a sample for a program: a whole detector for one that asks for
// it.
func sampleFlags(sources map[string][]byte) string {
	if bytes.Contains(sources["main.go"], []byte(libraryPath+"/extradata/detector")) {
		return "--detector AGIPD1M --trains 2 --pulses 4"
	}
	return "--trains 50"
}

// goMod is the go.mod of a module that imports the library from its directory: with all
// that the library requires, in its versions, so that nothing has to be looked up.
func goMod(path, library string, of []byte) ([]byte, error) {
	from, err := modfile.Parse(filepath.Join(library, "go.mod"), of, nil)
	if err != nil {
		return nil, err
	}
	f := new(modfile.File)
	if err := errors.Join(f.AddModuleStmt(path), f.AddGoStmt(from.Go.Version), f.AddTool(libraryPath+"/cmd/extra-data"), f.AddReplace(libraryPath, "", library, "")); err != nil {
		return nil, err
	}
	requires := []*modfile.Require{{Mod: module.Version{Path: libraryPath, Version: "v0.0.0"}}}
	for _, r := range from.Require {
		requires = append(requires, &modfile.Require{Mod: r.Mod, Indirect: true})
	}
	f.SetRequireSeparateIndirect(requires)
	for _, r := range from.Replace {
		with := r.New.Path
		if r.New.Version == "" && !filepath.IsAbs(with) {
			with = filepath.Join(library, with)
		}
		if err := f.AddReplace(r.Old.Path, r.Old.Version, with, r.New.Version); err != nil {
			return nil, err
		}
	}
	f.Cleanup()
	return f.Format()
}
