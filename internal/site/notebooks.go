package main

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// notebook is what a page needs of a notebook, as nbformat 4 has it.
type notebook struct {
	Cells []cell `json:"cells"`
}

type cell struct {
	Type     string `json:"cell_type"`
	Source   lines  `json:"source"`
	Metadata struct {
		Tags []string `json:"tags"`
	} `json:"metadata"`
	Outputs []output `json:"outputs"`
}

type output struct {
	Type string           `json:"output_type"`
	Name string           `json:"name"`
	Text lines            `json:"text"`
	Data map[string]lines `json:"data"`
}

// lines is a text, which notebooks may have as a list of its lines.
type lines string

func (l *lines) UnmarshalJSON(data []byte) error {
	if !bytes.HasPrefix(data, []byte("[")) {
		var text string
		err := json.Unmarshal(data, &text)
		*l = lines(text)
		return err
	}
	var list []string
	err := json.Unmarshal(data, &list)
	*l = lines(strings.Join(list, ""))
	return err
}

// notebooks makes a page of each notebook, with what its cells printed when it was
// executed. Cells with the tag remove-cell are left out.
func notebooks(root string) (items []item, err error) {
	paths, err := filepath.Glob(filepath.Join(root, "notebooks", "*.ipynb"))
	if err != nil {
		return nil, err
	}
	index := "---\neditLink: false\n---\n\n# Notebooks\n\nExecuted notebooks, as they are in the repository's `notebooks`.\n\n"
	if len(paths) == 0 {
		index += "There is none yet.\n"
	}
	for _, path := range paths {
		name := strings.TrimSuffix(filepath.Base(path), ".ipynb")
		title, err := notebookPage(root, path, name)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		items = append(items, item{title, "/notebooks/" + name})
		index += fmt.Sprintf("* [%s](/notebooks/%s)\n", escape(title), name)
	}
	return items, write(filepath.Join(root, docs, "notebooks/index.md"), index)
}

// notebookPage makes the page of a notebook, and returns its title.
func notebookPage(root, path, name string) (title string, err error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return "", err
	}
	var n notebook
	if err := json.Unmarshal(data, &n); err != nil {
		return "", err
	}
	page := notebookText{root: root, name: name}
	page.WriteString("---\neditLink: false\n---\n\n")
	for _, c := range n.Cells {
		if err := page.cell(c); err != nil {
			return "", err
		}
	}
	title = name
	if match := firstTitle.FindStringSubmatch(page.String()); match != nil {
		title = match[1]
	}
	return title, write(filepath.Join(root, docs, "notebooks", name+".md"), page.String())
}

var (
	firstTitle   = regexp.MustCompile(`(?m)^# (.*)$`)
	notebookLink = regexp.MustCompile(`\]\(\.?/?([\w-]+)\.ipynb(#[^)]*)?\)`)
	escapes      = regexp.MustCompile(`\x1b\[[0-9;]*[A-Za-z]`)
)

// notebookText is a page of a notebook in the making.
type notebookText struct {
	strings.Builder
	root, name string
	pictures   int
}

func (n *notebookText) cell(c cell) error {
	switch {
	case slices.Contains(c.Metadata.Tags, "remove-cell"):
		return nil
	case c.Type == "markdown":
		n.WriteString(inert(notebookLink.ReplaceAllString(string(c.Source), "](/notebooks/$1$2)")) + "\n\n")
		return nil
	case c.Type != "code":
		return nil
	}
	if !slices.Contains(c.Metadata.Tags, "remove-input") {
		n.WriteString(fence("go", string(c.Source)))
	}
	for _, o := range joined(c.Outputs) {
		if err := n.output(o); err != nil {
			return err
		}
	}
	return nil
}

// joined has the pieces of standard output that follow each other as one. What went to
// standard error, times and notices of the kernel, is left out.
func joined(outputs []output) (whole []output) {
	for _, o := range outputs {
		switch last := len(whole) - 1; {
		case o.Name == "stderr":
		case last >= 0 && o.Name == "stdout" && whole[last].Name == "stdout":
			whole[last].Text += o.Text
		default:
			whole = append(whole, o)
		}
	}
	return whole
}

// output writes what a cell has put out, in the richest form that a page can show.
func (n *notebookText) output(o output) error {
	switch {
	case o.Type == "stream":
		n.WriteString(fence("text", escapes.ReplaceAllString(string(o.Text), "")))
	case o.Data["text/html"] != "":
		// As a value, so that Vue compiles nothing of it.
		value, err := json.Marshal(string(o.Data["text/html"]))
		if err != nil {
			return err
		}
		fmt.Fprintf(n, "<div class=\"output\" v-html=\"%s\"></div>\n\n", html.EscapeString(string(value)))
	case o.Data["image/png"] != "":
		content, err := base64.StdEncoding.DecodeString(strings.ReplaceAll(string(o.Data["image/png"]), "\n", ""))
		if err != nil {
			return err
		}
		return n.picture("png", string(content))
	case o.Data["image/svg+xml"] != "":
		return n.picture("svg", string(o.Data["image/svg+xml"]))
	case o.Data["text/markdown"] != "":
		n.WriteString(inert(string(o.Data["text/markdown"])) + "\n\n")
	case o.Data["text/plain"] != "":
		n.WriteString(fence("text", string(o.Data["text/plain"])))
	}
	return nil
}

// picture writes a picture beside the page and shows it.
func (n *notebookText) picture(extension, content string) error {
	n.pictures++
	file := fmt.Sprintf("%s-%d.%s", n.name, n.pictures, extension)
	fmt.Fprintf(n, "![picture %d of %s](/generated/%s)\n\n", n.pictures, n.name, file)
	return write(filepath.Join(n.root, pictures, file), content)
}
