package main

import (
	"bytes"
	"errors"
	"fmt"
	"go/ast"
	"go/doc"
	"go/format"
	"path/filepath"
	"strings"
)

// api makes a page for each package that users may import, and a part of each example,
// also of those that only tests have.
func api(root string) (items []item, err error) {
	packs, err := load(root)
	if err != nil {
		return nil, err
	}
	for _, p := range packs {
		if err := errors.Join(p.writeParts(root), p.writeSections(root)); err != nil {
			return nil, err
		}
		if strings.HasPrefix(p.name(), "examples") {
			continue
		}
		items = append(items, item{p.name(), page(p.name())})
		if err := write(filepath.Join(root, docs, page(p.name())+".md"), p.markdown()); err != nil {
			return nil, err
		}
	}
	return items, write(filepath.Join(root, docs, "api/index.md"), overview(packs))
}

// overview lists the packages with what each is for.
func overview(packs []pack) string {
	var out strings.Builder
	out.WriteString("---\neditLink: false\n---\n\n# Packages\n\nWhat users may import, from the doc comments; `go doc` prints the same.\n\n| Package | |\n| --- | --- |\n")
	for _, p := range packs {
		if !strings.HasPrefix(p.name(), "examples") {
			fmt.Fprintf(&out, "| [%s](%s) | %s |\n", p.name(), page(p.name()), escape(p.Synopsis(p.Doc)))
		}
	}
	return out.String()
}

// apiPage is a page of a package in the making.
type apiPage struct {
	strings.Builder
	pack
}

func (p pack) markdown() string {
	a := apiPage{pack: p}
	fmt.Fprintf(&a, "---\ntitle: %s\noutline: [2, 3]\neditLink: false\n---\n\n# %s\n\n", p.name(), p.name())
	alias := ""
	if p.Name == "pasha" {
		alias = "psh "
	}
	a.WriteString(fence("go", fmt.Sprintf("import %s%q", alias, p.ImportPath)))
	a.WriteString(p.text(p.Doc, 2))
	a.examples(p.Examples)
	a.values("Constants", p.Consts)
	a.values("Variables", p.Vars)
	if len(p.Funcs) > 0 {
		a.WriteString("## Functions\n\n")
	}
	for _, f := range p.Funcs {
		a.function("###", "", f)
	}
	if len(p.Types) > 0 {
		a.WriteString("## Types\n\n")
	}
	for _, t := range p.Types {
		a.typed(t)
	}
	return a.String()
}

// values writes constants or variables.
func (a *apiPage) values(title string, values []*doc.Value) {
	if len(values) > 0 && title != "" {
		fmt.Fprintf(a, "## %s\n\n", title)
	}
	for _, v := range values {
		for _, name := range v.Names {
			a.anchor(name)
		}
		a.declaration(v.Decl)
		a.WriteString(a.text(v.Doc, 4))
	}
}

// function writes a function, or a method of a type.
func (a *apiPage) function(heading, receiver string, f *doc.Func) {
	title, id := "func "+f.Name, f.Name
	if receiver != "" {
		title, id = fmt.Sprintf("func (%s) %s", f.Recv, f.Name), receiver+"."+f.Name
	}
	fmt.Fprintf(a, "%s %s {#%s}\n\n", heading, escape(title), id)
	a.declaration(f.Decl)
	a.WriteString(a.text(f.Doc, 5))
	a.examples(f.Examples)
}

// typed writes a type with what belongs to it.
func (a *apiPage) typed(t *doc.Type) {
	fmt.Fprintf(a, "### type %s {#%s}\n\n", t.Name, t.Name)
	for _, member := range members(t) {
		a.anchor(t.Name + "." + member)
	}
	a.declaration(t.Decl)
	a.WriteString(a.text(t.Doc, 5))
	a.examples(t.Examples)
	a.values("", t.Consts)
	a.values("", t.Vars)
	for _, f := range t.Funcs {
		a.function("####", "", f)
	}
	for _, m := range t.Methods {
		a.function("####", t.Name, m)
	}
}

// members are the fields of a struct, or methods of an interface, which doc comments may
// link to.
func members(t *doc.Type) (names []string) {
	for _, spec := range t.Decl.Specs {
		var fields *ast.FieldList
		switch spec := spec.(*ast.TypeSpec); declared := spec.Type.(type) {
		case *ast.InterfaceType:
			fields = declared.Methods
		case *ast.StructType:
			fields = declared.Fields
		}
		if fields == nil || spec.(*ast.TypeSpec).Name.Name != t.Name {
			continue
		}
		for _, field := range fields.List {
			for _, name := range field.Names {
				names = append(names, name.Name)
			}
		}
	}
	return names
}

func (a *apiPage) anchor(id string) { fmt.Fprintf(a, "<a id=\"%s\"></a>\n", id) }

// declaration writes what is declared, without the comment, which stands below as text.
func (a *apiPage) declaration(decl ast.Decl) {
	switch decl := decl.(type) {
	case *ast.FuncDecl:
		decl.Doc, decl.Body = nil, nil
	case *ast.GenDecl:
		decl.Doc = nil
	}
	var out bytes.Buffer
	if err := format.Node(&out, a.fset, decl); err != nil {
		fmt.Fprintf(&out, "// %v", err) // of an AST that was parsed there is none
	}
	a.WriteString("\n" + fence("go", out.String()))
}
