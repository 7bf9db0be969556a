package picture_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/muesli/termenv"

	"extrapasha/extradata/picture"
	psh "extrapasha/pasha"
)

// TestInMemory has the same bytes in memory as in a file, of any type of numbers.
func TestInMemory(t *testing.T) {
	values := must(psh.NewArray([]int8{1, 2, 3, 4, 5, 6}, 2, 3))
	p := must(picture.Image(values, labels))
	for extension, encode := range map[string]func() ([]byte, error){".png": p.PNG, ".svg": p.SVG} {
		path := filepath.Join(t.TempDir(), "picture"+extension)
		if err := p.Save(path); err != nil {
			t.Fatal(err)
		}
		if want := must(os.ReadFile(path)); !bytes.Equal(must(encode()), want) || len(want) == 0 {
			t.Errorf("%s: not as in the file", extension)
		}
	}
}

func TestSVG(t *testing.T) {
	ids := []uint64{4711, 4712, 4713}
	p, err := picture.Line(ids, []float64{1, 2, 1.5}, picture.Labels{Title: "XGM, photonFlux", Y: "photonFlux in µJ"})
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "line.svg")
	if err := p.Save(path); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"4711", "4713", "train ID", "photonFlux in µJ"} {
		if !bytes.Contains(text, []byte(want)) {
			t.Errorf("no %q in the picture", want)
		}
	}
	for decoder := xml.NewDecoder(bytes.NewReader(text)); ; {
		if _, err := decoder.Token(); err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
	}
}

func TestPrint(t *testing.T) {
	var out strings.Builder
	if err := must(picture.Image(spot(t, 300, 100, 100, 50), labels)).Print(&out, 60, termenv.TrueColor); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
	if lines[0] != "title" || !strings.Contains(lines[len(lines)-1], "ADU") {
		t.Errorf("title %q, caption %q", lines[0], lines[len(lines)-1])
	}
	for _, line := range lines[1 : len(lines)-1] {
		if n := strings.Count(line, "▀"); n > 60 || n == 0 {
			t.Errorf("a line of %d characters", n)
		}
	}
	if n := len(lines) - 2; n < 10 || n > 40 {
		t.Errorf("%d lines", n)
	}
}

// TestPrintOdd has what a terminal obeys in title and units.
func TestPrintOdd(t *testing.T) {
	var out strings.Builder
	if err := must(picture.Image(spot(t, 4, 4, 1, 1), picture.Labels{Title: "a\x1b[2J\nb", Units: "\u009b31m"})).Print(&out, 60, termenv.Ascii); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(out.String(), "\n")
	if lines[0] != `a\x1b[2J\nb` || !strings.HasSuffix(lines[len(lines)-2], `\u009b31m`) {
		t.Errorf("%q", lines)
	}
}

func TestSaveErrors(t *testing.T) {
	p := must(picture.Image(spot(t, 4, 4, 1, 1), labels))
	dir := t.TempDir()
	if err := p.Save(filepath.Join(dir, "picture.gif")); err == nil || !strings.Contains(err.Error(), ".png or .svg") {
		t.Errorf("a .gif: %v", err)
	}
	if err := p.Save(filepath.Join(dir, "no", "picture.png")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("no such directory: %v", err)
	}
	if left, _ := os.ReadDir(dir); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}
