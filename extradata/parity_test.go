package extradata_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestParityTable looks up every Go name of the table in the package's documentation.
func TestParityTable(t *testing.T) {
	text, err := os.ReadFile("doc_parity.go")
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{"GOMAXPROCS": true, "IDs": true, "time.Time": true}
	for _, dir := range []string{".", "../keydata", "../run", "../pasha", "detector", "table", "validate", "write"} {
		exportedNames(t, dir, known)
	}
	name, rows := regexp.MustCompile(`\b(?:[A-Za-z]+\.)?[A-Z][A-Za-z0-9]+\b`), 0
	for line := range strings.Lines(string(text)) {
		row, ok := strings.CutPrefix(line, "//\t")
		if !ok || len([]rune(row)) < 43 {
			continue
		}
		rows++
		for _, found := range name.FindAllString(string([]rune(row)[43:]), -1) {
			if !known[found] {
				t.Errorf("%s is nowhere: %s", found, strings.TrimSpace(row))
			}
		}
	}
	if rows < 70 {
		t.Errorf("%d rows", rows)
	}
}

// exportedNames adds what a package exports, methods and fields as Type.Name, functions
// also as package.Name.
func exportedNames(t *testing.T, dir string, names map[string]bool) {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range paths {
		p, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(p, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.FuncDecl:
				if n.Recv == nil {
					names[n.Name.Name], names[packageOf(p)+"."+n.Name.Name] = true, true
					return false
				}
				names[receiver(n.Recv.List[0].Type)+"."+n.Name.Name] = true
				return false
			case *ast.TypeSpec:
				names[n.Name.Name], names[packageOf(p)+"."+n.Name.Name] = true, true
				if s, ok := n.Type.(*ast.StructType); ok {
					for _, field := range s.Fields.List {
						for _, name := range field.Names {
							names[n.Name.Name+"."+name.Name] = true
						}
					}
				}
			case *ast.ValueSpec:
				for _, name := range n.Names {
					names[name.Name] = true
				}
			}
			return true
		})
	}
}

// packageOf is the name that a package is imported by.
func packageOf(p *ast.File) string {
	if p.Name.Name == "pasha" {
		return "psh"
	}
	return p.Name.Name
}

// receiver is the name of a method's type.
func receiver(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.StarExpr:
		return receiver(e.X)
	case *ast.IndexExpr:
		return receiver(e.X)
	case *ast.IndexListExpr:
		return receiver(e.X)
	case *ast.Ident:
		return e.Name
	}
	return ""
}
