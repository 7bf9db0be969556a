package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
)

// benchmarks makes a part with all benchmarks, what each is beside, and where it is:
// benchmarks.md.
func benchmarks(root string) ([]item, error) {
	table := "| Benchmark | |\n| --- | --- |\n"
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && slices.Contains([]string{"docs", ".git", "bin", "testdata"}, entry.Name()):
			return filepath.SkipDir
		case !strings.HasSuffix(path, "_test.go"):
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ParseComments)
		if err != nil {
			return err
		}
		relative, err := filepath.Rel(root, filepath.Dir(path))
		for _, decl := range file.Decls {
			if f, ok := decl.(*ast.FuncDecl); ok && f.Recv == nil && strings.HasPrefix(f.Name.Name, "Benchmark") {
				name := strings.TrimPrefix(f.Name.Name, "Benchmark")
				what := strings.TrimPrefix(strings.Join(strings.Fields(f.Doc.Text()), " "), f.Name.Name+" ")
				table += fmt.Sprintf("| %s, in %s | %s |\n", name, code(filepath.ToSlash(relative)), escape(what))
			}
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return nil, write(filepath.Join(root, made, "benchmarks.md"), table)
}
