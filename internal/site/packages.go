package main

import (
	"cmp"
	"go/ast"
	"go/build"
	"go/doc"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
)

// module is the path of the repository's module.
const module = "extrapasha"

// pack is a package with its documentation.
type pack struct {
	*doc.Package
	fset *token.FileSet
}

// closed are directories without packages for users.
var closed = []string{"internal", "cmd", "testdata", "docs", "notebooks", "bin"}

// load has the packages that users may import, and the examples of others, by path.
func load(root string) (packs []pack, err error) {
	err = filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil || !entry.IsDir():
			return err
		case slices.Contains(closed, entry.Name()) || strings.HasPrefix(entry.Name(), ".") && path != root:
			return filepath.SkipDir
		}
		p, err := loadPackage(root, path)
		if err == nil && p.Package != nil {
			packs = append(packs, p)
		}
		return err
	})
	slices.SortFunc(packs, func(a, b pack) int { return cmp.Compare(a.ImportPath, b.ImportPath) })
	return packs, err
}

// loadPackage has the package in a directory; none where there is no Go, or a program.
func loadPackage(root, dir string) (pack, error) {
	found, err := build.ImportDir(dir, 0)
	if len(found.GoFiles)+len(found.CgoFiles)+len(found.XTestGoFiles) == 0 || found.Name == "main" {
		return pack{}, nil
	}
	if err != nil && len(found.XTestGoFiles) == 0 { // of tests alone it is an error
		return pack{}, err
	}
	fset := token.NewFileSet()
	var files []*ast.File
	for _, name := range slices.Concat(found.GoFiles, found.CgoFiles, found.TestGoFiles, found.XTestGoFiles) {
		file, err := parser.ParseFile(fset, filepath.Join(dir, name), nil, parser.ParseComments)
		if err != nil {
			return pack{}, err
		}
		files = append(files, file)
	}
	relative, err := filepath.Rel(root, dir)
	if err != nil {
		return pack{}, err
	}
	p, err := doc.NewFromFiles(fset, files, module+"/"+filepath.ToSlash(relative))
	return pack{p, fset}, err
}

// name is what the package is called in the site: "extradata/detector".
func (p pack) name() string { return strings.TrimPrefix(p.ImportPath, module+"/") }
