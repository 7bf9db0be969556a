package examples_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// shown is a file with a piece of the README's code, which uses what is above it.
const shown = `package shown

import (
	"errors"
	"extrapasha/extradata"
	"extrapasha/extradata/detector"
	"extrapasha/extradata/table"
	"extrapasha/keydata"
	psh "extrapasha/pasha"
)

var (
	run, motors, err = (*extradata.DataCollection)(nil), (*extradata.DataCollection)(nil), errors.New("")
	images *extradata.TypedKey[uint16]
	out psh.Array[float64]
	_ = detector.Open
	_ = table.New
	_ keydata.Labels
)

func kernel(worker, index int, train extradata.Train) error { return nil }

%s
`

var (
	goBlocks    = regexp.MustCompile("(?s)```go\n(.*?)```")
	goCells     = regexp.MustCompile("(?m)^\\| `.*` \\| `([^`]*)`.* \\|$")
	importLines = regexp.MustCompile(`(?m)^import .*\n`)
	links       = regexp.MustCompile(`\]\(([\w./]+)\)`)
)

// TestREADME compiles all code that the README shows. It leaves out what has to be done
// with errors and results: that the compiler may say.
func TestREADME(t *testing.T) {
	text, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	if lines := strings.Count(string(text), "\n"); lines >= 250 {
		t.Errorf("%d lines", lines)
	}
	blocks, cells := goBlocks.FindAllStringSubmatch(string(text), -1), goCells.FindAllStringSubmatch(string(text), -1)
	if len(blocks) < 4 || len(cells) < 10 {
		t.Fatalf("%d pieces of code, %d lines in the table", len(blocks), len(cells))
	}
	for _, found := range append(blocks, cells...) {
		code := strings.TrimSpace(importLines.ReplaceAllString(found[1], ""))
		if strings.HasSuffix(code, "{") {
			code += "}"
		}
		if strings.Contains(code, "func main()") {
			code += "\n}"
		} else {
			code = "func _() {\n" + code + "\n}"
		}
		file := filepath.Join(t.TempDir(), "shown.go")
		if err := os.WriteFile(file, fmt.Appendf(nil, shown, code), 0o666); err != nil {
			t.Fatal(err)
		}
		out, _ := exec.CommandContext(t.Context(), "go", "build", "-gcflags=-e", "-o", os.DevNull, file).CombinedOutput()
		for line := range strings.Lines(string(out)) {
			if !strings.HasPrefix(line, "#") && !strings.Contains(line, "declared and not used") {
				t.Errorf("%s\n%s", line, code)
			}
		}
	}
}

// TestLinks looks for what the README points at.
func TestLinks(t *testing.T) {
	text, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, link := range links.FindAllStringSubmatch(goBlocks.ReplaceAllString(string(text), ""), -1) {
		if _, err := os.Stat(filepath.Join("..", link[1])); err != nil {
			t.Error(err)
		}
	}
}
