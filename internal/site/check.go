package main

import (
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// document is what the check knows of a page: its anchors, and what it refers to.
type document struct {
	ids        map[string]bool
	references []string
}

// check makes sure that each link of the pages in a directory leads to a page or file there,
// each fragment to an anchor of it, and that pictures are there. Links to elsewhere have to
// be https; they are not followed.
func check(dir string) error {
	documents, err := readDocuments(dir)
	if err != nil {
		return err
	}
	if len(documents) == 0 {
		return fmt.Errorf("%s: no pages", dir)
	}
	var broken []error
	links := 0
	for name, d := range documents {
		for _, reference := range d.references {
			links++
			if err := follow(dir, documents, name, reference); err != nil {
				broken = append(broken, fmt.Errorf("%s: %q: %w", name, reference, err))
			}
		}
	}
	slices.SortFunc(broken, func(a, b error) int { return strings.Compare(a.Error(), b.Error()) })
	fmt.Printf("%d pages, %d links and pictures, %d broken\n", len(documents), links, len(broken))
	return errors.Join(broken...)
}

// readDocuments reads all pages by their path below the directory.
func readDocuments(dir string) (map[string]document, error) {
	documents := map[string]document{}
	err := filepath.WalkDir(dir, func(file string, entry fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(file) != ".html" {
			return err
		}
		in, err := os.Open(file)
		if err != nil {
			return err
		}
		defer in.Close()
		node, err := html.Parse(in)
		if err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
		d := document{ids: map[string]bool{}}
		for n := range node.Descendants() {
			d.add(n)
		}
		relative, err := filepath.Rel(dir, file)
		documents["/"+filepath.ToSlash(relative)] = d
		return err
	})
	return documents, err
}

// add adds what an element of a page refers to, and what it is called.
func (d *document) add(n *html.Node) {
	if n.Type != html.ElementNode {
		return
	}
	for _, attribute := range n.Attr {
		switch attribute.Key {
		case "id":
			d.ids[attribute.Val] = true
		case "href", "src":
			d.references = append(d.references, attribute.Val)
		}
	}
}

// follow makes sure that what a page refers to is there.
func follow(dir string, documents map[string]document, from, reference string) error {
	target, err := url.Parse(reference)
	switch {
	case err != nil:
		return err
	case target.Scheme == "https" && target.Host != "", target.Scheme == "data", target.Scheme == "mailto":
		return nil
	case target.Scheme != "" || target.Host != "":
		return errors.New("expected https, or a page of this site")
	}
	name := from
	if target.Path != "" {
		name = path.Join(path.Dir(from), target.Path)
		if path.IsAbs(target.Path) {
			name = path.Clean(target.Path)
		}
	}
	if name, err = existing(dir, name); err != nil {
		return err
	}
	if d, ok := documents[name]; target.Fragment != "" && ok && !d.ids[target.Fragment] {
		return fmt.Errorf("%s has no anchor %q", name, target.Fragment)
	}
	return nil
}

// existing is the path of a file, or of the page of a directory.
func existing(dir, name string) (string, error) {
	info, err := os.Stat(filepath.Join(dir, filepath.FromSlash(name)))
	if err == nil && info.IsDir() {
		name = path.Join(name, "index.html")
		_, err = os.Stat(filepath.Join(dir, filepath.FromSlash(name)))
	}
	if err != nil {
		return name, errors.New("it is not there")
	}
	return name, nil
}
