package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// tree writes files by their path below a directory of the test.
func tree(t *testing.T, files map[string]string) (root string) {
	t.Helper()
	root = t.TempDir()
	for path, content := range files {
		if err := write(filepath.Join(root, path), content); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

func read(t *testing.T, path ...string) string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(path...))
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

// has makes sure that a text has all of some parts.
func has(t *testing.T, text string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(text, part) {
			t.Errorf("%q is not in\n%s", part, text)
		}
	}
}

func TestCheck(t *testing.T) {
	sound := `<h1 id="a.B">A</h1><a href="#a.B">self</a><a href="/">home</a><a href="sub/page.html#there">page</a>` +
		`<img src="/x.png"><a href="https://example.org/x#y">elsewhere</a>`
	page := `<p id="there"></p><a href="../index.html#a.B">up</a>`
	for name, test := range map[string]struct{ add, want string }{
		"sound":                  {"", ""},
		"a page that is not":     {`<a href="/none.html">x</a>`, `"/none.html": it is not there`},
		"an anchor that is not":  {`<a href="sub/page.html#nowhere">x</a>`, `/sub/page.html has no anchor "nowhere"`},
		"one of the page itself": {`<a href="#A.B">x</a>`, `/index.html has no anchor "A.B"`},
		"a picture that is not":  {`<img src="y.png">`, `"y.png": it is not there`},
		"a style that is not":    {`<link href="/s.css">`, `"/s.css": it is not there`},
		"no https":               {`<a href="http://example.org">x</a>`, "expected https"},
		"no address":             {`<a href="%zz">x</a>`, "invalid URL"},
		"above the site":         {`<a href="../../../etc/passwd">x</a>`, "it is not there"},
	} {
		root := tree(t, map[string]string{"index.html": sound + test.add, "sub/page.html": page, "x.png": "x"})
		err := check(root)
		switch {
		case test.want == "" && err != nil:
			t.Errorf("%s: %v", name, err)
		case test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want) || !strings.Contains(err.Error(), "/index.html")):
			t.Errorf("%s: %v, expected the page and %q", name, err, test.want)
		}
	}
	if err := check(t.TempDir()); err == nil {
		t.Error("a site without pages passes")
	}
	if err := check(filepath.Join(t.TempDir(), "none")); err == nil {
		t.Error("a site that is not there passes")
	}
}

func TestIncluded(t *testing.T) {
	files := map[string]string{
		"start.md":          "<!--@include: @/generated/a.md-->\n<!-- @include: ./part.md -->\n<<< @/code.go#some{go}\n<<< ./code.go",
		"code.go":           "// #region some\n// #endregion some\n",
		"generated/a.md":    "a",
		"part.md":           "b",
		"node_modules/x.md": "<!--@include: @/none.md-->",
	}
	if err := included(tree(t, files)); err != nil {
		t.Error(err)
	}
	files["code.go"] = "// #region other\n"
	if err := included(tree(t, files)); err == nil || !strings.Contains(err.Error(), "start.md includes region some of @/code.go, which is not there") {
		t.Errorf("%v, expected the page and the region", err)
	}
	delete(files, "generated/a.md")
	if err := included(tree(t, files)); err == nil || !strings.Contains(err.Error(), "start.md includes @/generated/a.md, which is not there") {
		t.Errorf("%v, expected the page and what it includes", err)
	}
}

// TestPages makes the pages of the repository itself, but for those of commands.
func TestPages(t *testing.T) {
	root := "../.."
	packs, err := load(root)
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]pack{}
	for _, p := range packs {
		names[p.name()] = p
		if strings.Contains(p.name(), "internal") {
			t.Errorf("%s is not for users", p.name())
		}
	}
	keydata := names["keydata"].markdown()
	has(t, keydata, `{#Typed.ByEntry}`, `### type Typed {#Typed}`, `](#Typed.ByEntry)`, `<a id="Described.`)
	guide := names["examples/guide"]
	if guide.Package == nil || len(guide.allExamples()) < 20 {
		t.Error("the examples of the guide are not found")
	}
	has(t, read(t, root, docs, "python.md"), "extradata.what-you-have-and-what-to-ask-for.md")
}

// TestNoNode has no Node.js, and nothing to install it with.
func TestNoNode(t *testing.T) {
	bin := t.TempDir()
	for _, name := range []string{"bash", "sed", "dirname", "id", "go", "gcc"} {
		path, err := exec.LookPath(name)
		if err != nil {
			t.Skip(err)
		}
		if err := os.Symlink(path, filepath.Join(bin, name)); err != nil {
			t.Fatal(err)
		}
	}
	command := exec.Command(filepath.Join(bin, "bash"), "../../.ci/deps", "docs")
	command.Env = []string{"PATH=" + bin}
	out, err := command.CombinedOutput()
	if err == nil || strings.Count(string(out), "\n") != 1 || !strings.Contains(string(out), "nodejs npm") {
		t.Errorf("%v and %q, expected one line that says what to install", err, out)
	}
}
