// Command site makes those pages of the documentation site that are written elsewhere:
// of packages from their doc comments, of commands from their help, of notebooks as they
// were executed, and the parts that other pages include: examples with what they print,
// what commands print. Then VitePress builds the site of all pages, and site checks it.
//
//	site pages   # in the repository, with the commands in bin
//	site check   # each link, anchor and picture of the site that was built
package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// Where what is made goes, below docs; git does not know these.
const (
	docs     = "docs"
	made     = docs + "/generated"        // parts to include
	pictures = docs + "/public/generated" // what pages show by /generated
	dist     = docs + "/.vitepress/dist"  // the site
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "site:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	switch strings.Join(args, " ") {
	case "pages":
		return pages(".")
	case "check":
		return check(dist)
	}
	return errors.New("expected pages or check")
}

// item is an entry of the side bar.
type item struct {
	Text string `json:"text"`
	Link string `json:"link"`
}

// pages makes all pages and parts of the repository at root.
func pages(root string) error {
	for _, dir := range []string{made, pictures, docs + "/api", docs + "/commands", docs + "/notebooks"} {
		if err := os.RemoveAll(filepath.Join(root, dir)); err != nil {
			return err
		}
	}
	bar := map[string][]item{}
	for name, make := range map[string]func(root string) ([]item, error){
		"api": api, "commands": commands, "notebooks": notebooks, "console": console, "benchmarks": benchmarks,
	} {
		items, err := make(root)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		bar[name] = items
	}
	if err := writeJSON(filepath.Join(root, made, "sidebar.json"), bar); err != nil {
		return err
	}
	return included(filepath.Join(root, docs))
}
