package main

import (
	"path/filepath"
	"strings"
	"testing"
)

const book = `{"nbformat": 4, "cells": [
{"cell_type": "markdown", "source": ["# Quick *start*\n", "\n", "See [scan](scan.ipynb#steps) {{x}}"]},
{"cell_type": "code", "metadata": {"tags": ["remove-cell"]}, "source": "!*secret", "outputs": []},
{"cell_type": "raw", "source": "raw"},
{"cell_type": "code", "source": ["x := 1\n", "y := 2"], "outputs": [
  {"output_type": "stream", "name": "stdout", "text": ["\u001b[1mtwo\u001b[0m\n", "lines\n"]},
  {"output_type": "stream", "name": "stderr", "text": "took 3 s"},
  {"output_type": "stream", "name": "stdout", "text": "more\n"},
  {"output_type": "display_data", "data": {"text/plain": "a table", "text/html": ["<style>b{}</style>\n", "<b title=\"x\">{{y}}</b>"]}},
  {"output_type": "display_data", "data": {"text/plain": "a picture", "image/png": "aGVs\nbG8="}},
  {"output_type": "execute_result", "data": {"text/plain": "42"}}]},
{"cell_type": "code", "metadata": {"tags": ["remove-input"]}, "source": "hidden()", "outputs": [{"output_type": "display_data", "data": {"image/svg+xml": "<svg/>"}}]}
]}`

func TestNotebooks(t *testing.T) {
	root := tree(t, map[string]string{"notebooks/quick.ipynb": book})
	items, err := notebooks(root)
	if err != nil {
		t.Fatal(err)
	}
	if len(items) != 1 || items[0] != (item{"Quick *start*", "/notebooks/quick"}) {
		t.Errorf("%v, expected one notebook with its title", items)
	}
	text := read(t, root, docs, "notebooks/quick.md")
	has(t, text, "[scan](/notebooks/scan#steps) &#123;&#123;x", "```go\nx := 1\ny := 2\n```", "```text\ntwo\nlines\nmore\n```",
		`<div class="output" v-html="&#34;`, "![picture 1 of quick](/generated/quick-1.png)", "```text\n42\n```", "quick-2.svg")
	for _, none := range []string{"secret", "took 3 s", "hidden()", "<style>", "a table", "raw"} {
		if strings.Contains(text, none) {
			t.Errorf("%q is in the page", none)
		}
	}
	if got := read(t, root, pictures, "quick-1.png"); got != "hello" {
		t.Errorf("%q, expected the picture", got)
	}
}

func TestNotebooksWrong(t *testing.T) {
	if items, err := notebooks(t.TempDir()); err != nil || len(items) > 0 {
		t.Errorf("%v and %v, expected none", items, err)
	}
	for _, content := range []string{"{", `{"cells": [{"cell_type": "code", "source": 3}]}`,
		`{"cells": [{"cell_type": "code", "outputs": [{"output_type": "display_data", "data": {"image/png": "?"}}]}]}`} {
		root := tree(t, map[string]string{"notebooks/bad.ipynb": content})
		if _, err := notebooks(root); err == nil || !strings.Contains(err.Error(), filepath.Join("notebooks", "bad.ipynb")) {
			t.Errorf("%s: %v, expected which notebook", content, err)
		}
	}
}
