package pasha_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// mistaken is a program with a mistake in main.
const mistaken = `package main

import psh "extrapasha/pasha"

var in = make([]float64, 3)

var items = psh.Slice(in)

var out, _ = psh.Alloc[float64](psh.Like(in))

var triple = psh.Register("triple", func(out psh.Array[float64]) psh.Kernel[float64] { return nil })

func kernel(worker, index int, value float64) error { return nil }

func use(...any) {}

func main() {
	%s
	use(in, items, out, triple, kernel)
}
`

var mistakeLines = regexp.MustCompile(`(?m)^//\t(\S.*)\n//\t    (.+)\n//\t    .+$`)

// TestMistakes has the compiler say what the package's documentation says that it does.
func TestMistakes(t *testing.T) {
	doc, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	mistakes := mistakeLines.FindAllStringSubmatch(string(doc), -1)
	if len(mistakes) != 10 {
		t.Fatalf("%d mistakes are found in doc.go", len(mistakes))
	}
	for _, m := range mistakes {
		code := strings.NewReplacer("error {…}", "error { return nil }", "{…}", "{}", ", …)", ", items)").Replace(m[1])
		file := filepath.Join(t.TempDir(), "main.go")
		if err := os.WriteFile(file, fmt.Appendf(nil, mistaken, code), 0o666); err != nil {
			t.Fatal(err)
		}
		if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", os.DevNull, file).CombinedOutput(); err == nil || !strings.Contains(string(out), m[2]) {
			t.Errorf("%s: %v, the compiler says\n%s\nwant %s", code, err, out, m[2])
		}
	}
}
