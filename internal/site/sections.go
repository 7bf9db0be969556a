package main

import (
	"fmt"
	"go/doc/comment"
	"path/filepath"
	"regexp"
	"strings"
)

var notWord = regexp.MustCompile(`[^a-z0-9]+`)

// slug is a title as a part of a file's name.
func slug(title string) string {
	return strings.Trim(notWord.ReplaceAllString(strings.ToLower(title), "-"), "-")
}

// writeSections writes a part of each section of the package's doc comment that has a
// heading: "extradata.for-users-of-extra-data-in-python.md". What it has in two columns is
// a table there.
func (p pack) writeSections(root string) error {
	parts := map[string]string{}
	heading := ""
	printer := p.Printer()
	printer.DocLinkURL = func(link *comment.DocLink) string {
		url := linkURL(link)
		if strings.HasPrefix(url, "#") { // of this package
			url = page(p.name()) + url
		}
		return url
	}
	for _, block := range p.Parser().Parse(p.Doc).Content {
		doc := &comment.Doc{Content: []comment.Block{block}}
		switch block := block.(type) {
		case *comment.Heading:
			heading = slug(strings.TrimSpace(string(printer.Text(&comment.Doc{Content: []comment.Block{&comment.Paragraph{Text: block.Text}}}))))
		case *comment.Code:
			parts[heading] += p.columns(block.Text)
		default:
			parts[heading] += inert(string(printer.Markdown(doc))) + "\n"
		}
	}
	for heading, text := range parts {
		if heading == "" {
			continue
		}
		if err := write(filepath.Join(root, made, fmt.Sprintf("%s.%s.md", filepath.Base(p.ImportPath), heading)), text); err != nil {
			return err
		}
	}
	return nil
}

// columns is a block of code, or a table where it has two columns.
func (p pack) columns(text string) string {
	rows, ok := rows(text)
	if !ok {
		return fence(language(text), text)
	}
	return table(rows, "", "", codeOrText, codeOrText)
}

var (
	looksLikeCode = regexp.MustCompile(`[()\[\]_=.]|^\S+$`)
	notCode       = regexp.MustCompile(`^(not here|compare|the same)`)
)

// codeOrText is a side of a row: code, but where it is a sentence.
func codeOrText(text string) string {
	if notCode.MatchString(text) || !looksLikeCode.MatchString(text) {
		return escape(text)
	}
	return code(text)
}
