package main

import (
	"go/doc/comment"
	"path/filepath"
	"strings"
	"testing"
)

// small is a module with a package that has one of everything.
var small = map[string]string{
	"things/things.go": `// Package things has things, see [Box.Open] and [io.Reader].
//
//	box := New(1)
//
// # In two columns
//
//	one thing      New(1)
//	many {{ }}     New(2),
//	               and more
package things

import "io"

// Most is how many there are, see [New].
const Most = 3

// Box holds a T.
type Box[T any] struct {
	// Name is that of the box.
	Name   string
	hidden T
}

// Opener opens, see [Opener.Open] and [Box.Name].
type Opener interface{ Open() io.Reader }

// New is a box. It is not <b>bold</b>.
func New[T any](value T) *Box[T] { return &Box[T]{hidden: value} }

// Open is of a generic type.
func (b *Box[T]) Open() T { return b.hidden }
`,
	"things/things_test.go": `package things_test

import "fmt"

// A box is opened.
func ExampleBox_Open() {
	fmt.Println(1) // one
	// Output: 1
}

func Example_whole() {
	fmt.Println("a")
	fmt.Println("b")
	// Unordered output:
	// b
	// a
}
`,
	"examples/guide/guide_test.go":  "package guide_test\n\nimport \"fmt\"\n\nfunc Example_one() {\n\tif true {\n\t\tfmt.Println(1)\n\t}\n\t// Output: 1\n}\n",
	"internal/secret/secret.go":     "// Package secret is not for users.\npackage secret\n",
	"cmd/tool/main.go":              "package main\n\nfunc main() {}\n",
	"examples/program/main.go":      "package main\n\nfunc main() {}\n",
	"docs/node_modules/x/broken.go": "no go",
}

func TestAPI(t *testing.T) {
	root := tree(t, small)
	items, err := api(root)
	if err != nil {
		t.Fatal(err)
	}
	if len(items) != 1 || items[0] != (item{"things", "/api/things"}) {
		t.Errorf("%v, expected things alone", items)
	}
	has(t, read(t, root, docs, "api/things.md"),
		"# things\n", "```go\nimport \"extrapasha/things\"\n```", "[Box.Open](#Box.Open)", "[io.Reader](https://pkg.go.dev/io#Reader)",
		"### type Box {#Box}", `<a id="Box.Name"></a>`, `<a id="Opener.Open"></a>`, `<a id="Most"></a>`,
		"#### func New {#New}", "{#Box.Open}", "func New[T any](value T) *Box[T]\n```", "#### In two columns"[2:],
		"::: details Example\nA box is opened.", "fmt.Println(1) // one\n```", "::: info Output\n```text\n1\n```")
	text := read(t, root, docs, "api/things.md")
	for _, none := range []string{"hidden T", "return b.hidden", "not <b>", "Unordered output"} {
		if strings.Contains(text, none) {
			t.Errorf("%q is in the page", none)
		}
	}
	has(t, read(t, root, made, "guide.Example_one.md"), "```go\nif true {\n\tfmt.Println(1)\n}\n```", "```text\n1\n```")
	has(t, read(t, root, made, "things.ExampleBox_Open.md"), "fmt.Println(1)")
	has(t, read(t, root, made, "things.in-two-columns.md"), "| one thing | <span v-pre>`New(1)`</span> |", "`New(2), and more`")
	has(t, read(t, root, docs, "api/index.md"), "| [things](/api/things) |")
}

func TestLinkURL(t *testing.T) {
	for _, test := range []struct {
		link comment.DocLink
		want string
	}{
		{comment.DocLink{Name: "Map"}, "#Map"},
		{comment.DocLink{Recv: "Array", Name: "Row"}, "#Array.Row"},
		{comment.DocLink{ImportPath: "extrapasha/extradata/table", Name: "New"}, "/api/extradata-table#New"},
		{comment.DocLink{ImportPath: "extrapasha/pasha"}, "/api/pasha"},
		{comment.DocLink{ImportPath: "extrapasha/internal/h5", Name: "Lend"}, ""},
		{comment.DocLink{ImportPath: "gonum.org/v1/gonum/mat", Name: "Dense"}, "https://pkg.go.dev/gonum.org/v1/gonum/mat#Dense"},
	} {
		if got := linkURL(&test.link); got != test.want {
			t.Errorf("%+v: %q, expected %q", test.link, got, test.want)
		}
	}
}

func TestLanguage(t *testing.T) {
	for text, want := range map[string]string{
		"err := f()\n":                       "go",
		"err = psh.Map(func() {\n\t…\n}, x)": "go",
		"func main() {\n}":                   "go",
		"import psh \"extrapasha/pasha\"":    "go",
		"a file   what it is":                "text",
		"for train, err := range x {":        "text",
	} {
		if got := language(text); got != want {
			t.Errorf("%q: %s, expected %s", text, got, want)
		}
	}
}

func TestBenchmarks(t *testing.T) {
	root := tree(t, map[string]string{"a/b_test.go": "package a\n\nimport \"testing\"\n\n// BenchmarkSum sums a | b,\n// beside c.\nfunc BenchmarkSum(b *testing.B) {}\n\nfunc TestX(t *testing.T) {}\n"})
	if _, err := benchmarks(root); err != nil {
		t.Fatal(err)
	}
	has(t, read(t, filepath.Join(root, made, "benchmarks.md")), "| Sum, in <span v-pre>`a`</span> | sums a \\| b, beside c. |")
}
