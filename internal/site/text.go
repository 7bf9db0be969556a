package main

import (
	"go/ast"
	"go/doc/comment"
	"go/parser"
	"go/token"
	"strings"
)

// text is a doc comment as Markdown, with headings from a level on.
func (p pack) text(comments string, level int) string {
	printer := p.Printer()
	printer.HeadingLevel = level
	printer.DocLinkURL = linkURL
	var out strings.Builder
	for _, block := range p.Parser().Parse(comments).Content {
		if code, ok := block.(*comment.Code); ok {
			out.WriteString(fence(language(code.Text), code.Text))
			continue
		}
		out.WriteString(inert(string(printer.Markdown(&comment.Doc{Content: []comment.Block{block}}))) + "\n")
	}
	return out.String()
}

// linkURL is where a name in a doc comment leads: a page here, or that of another module's
// package. Packages that are not for users have none.
func linkURL(link *comment.DocLink) string {
	symbol := link.Name
	if link.Recv != "" {
		symbol = link.Recv + "." + link.Name
	}
	anchor := ""
	if symbol != "" {
		anchor = "#" + symbol
	}
	name, ours := strings.CutPrefix(link.ImportPath, module+"/")
	switch {
	case link.ImportPath == "":
		return anchor
	case strings.HasPrefix(name, "internal/"):
		return ""
	case ours:
		return page(name) + anchor
	}
	return "https://pkg.go.dev/" + link.ImportPath + anchor
}

// page is the address of a package's page.
func page(name string) string { return "/api/" + strings.ReplaceAll(name, "/", "-") }

// inert takes the meaning out of what is special to Vue, but not to Markdown.
func inert(markdown string) string { return strings.ReplaceAll(markdown, "{{", "&#123;&#123;") }

var plain = strings.NewReplacer(`\`, `\\`, "*", `\*`, "_", `\_`, "`", "\\`", "[", `\[`, "<", "&lt;", ">", "&gt;", "|", `\|`, "{{", "&#123;&#123;")

// escape makes Markdown of plain text.
func escape(text string) string { return plain.Replace(text) }

// code is text in the midst of others, as code; also in a table.
func code(text string) string {
	ticks := "`"
	if strings.Contains(text, "`") {
		ticks = "``"
	}
	return `<span v-pre>` + ticks + strings.ReplaceAll(text, "|", `\|`) + ticks + `</span>`
}

// fence is a block of code.
func fence(language, text string) string {
	ticks := "```"
	for strings.Contains(text, ticks) {
		ticks += "`"
	}
	return ticks + language + "\n" + strings.TrimRight(text, "\n") + "\n" + ticks + "\n\n"
}

// language is that of code in a doc comment: Go, where it could be a part of a function
// or of a file, else none.
func language(text string) string {
	text = strings.NewReplacer("…", "", "...\n", "\n").Replace(text)
	file, err := parser.ParseFile(token.NewFileSet(), "", "package p\nfunc f() {\n"+text+"\n}", 0)
	if err == nil && len(file.Decls) == 1 && len(file.Decls[0].(*ast.FuncDecl).Body.List) > 0 {
		return "go"
	}
	if _, err := parser.ParseFile(token.NewFileSet(), "", "package p\n"+text, 0); err == nil {
		return "go"
	}
	return "text"
}
