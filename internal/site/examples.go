package main

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/doc"
	"go/format"
	"go/printer"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// examples writes examples of what was just described, to unfold.
func (a *apiPage) examples(examples []*doc.Example) {
	for _, e := range examples {
		title := "Example"
		if e.Suffix != "" {
			title += ": " + e.Suffix
		}
		fmt.Fprintf(a, "::: details %s\n%s%s:::\n\n", title, a.text(e.Doc, 5), a.example(e))
	}
}

// writeParts writes the parts of all examples of the package: "pasha.ExampleMap.md", or
// "guide.ExampleOpen.md" of a package of tests.
func (p pack) writeParts(root string) error {
	for _, e := range p.allExamples() {
		if err := write(filepath.Join(root, made, fmt.Sprintf("%s.Example%s.md", filepath.Base(p.ImportPath), e.Name)), p.example(e)); err != nil {
			return err
		}
	}
	return nil
}

func (p pack) allExamples() []*doc.Example {
	examples := slices.Clone(p.Examples)
	for _, f := range p.Funcs {
		examples = append(examples, f.Examples...)
	}
	for _, t := range p.Types {
		examples = append(examples, t.Examples...)
		for _, f := range slices.Concat(t.Funcs, t.Methods) {
			examples = append(examples, f.Examples...)
		}
	}
	return examples
}

var outputComment = regexp.MustCompile(`(?im)^[ \t]*//[ \t]*(unordered )?output:`)

// example is the code of an example and what it prints, which its test has compared.
func (p pack) example(e *doc.Example) string {
	var out bytes.Buffer
	if err := format.Node(&out, p.fset, &printer.CommentedNode{Node: e.Code, Comments: e.Comments}); err != nil {
		return fence("text", err.Error()) // of an AST that was parsed there is none
	}
	text := out.String()
	if _, ok := e.Code.(*ast.BlockStmt); ok {
		text = strings.TrimSuffix(strings.TrimPrefix(text, "{"), "}")
	}
	if at := outputComment.FindStringIndex(text); at != nil {
		text = text[:at[0]]
	}
	text = fence("go", strings.TrimSpace(strings.ReplaceAll("\n"+text, "\n\t", "\n")))
	if e.Output != "" {
		text += "::: info Output\n" + fence("text", e.Output) + ":::\n\n"
	}
	return text
}
