package examples_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestSmall counts the lines of code of the programs that do what people do: one that
// needs more than 60 lacks something in the packages.
func TestSmall(t *testing.T) {
	for _, name := range []string{"azint", "scan", "hits", "dark", "facility"} {
		text, err := os.ReadFile(filepath.Join(name, "main.go"))
		if err != nil {
			t.Fatal(err)
		}
		lines := 0
		for line := range strings.Lines(string(text)) {
			if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "//") {
				lines++
			}
		}
		if lines > 60 {
			t.Errorf("%s: %d lines of code, want at most 60", name, lines)
		}
	}
}
