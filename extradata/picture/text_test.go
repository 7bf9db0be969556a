package picture_test

import (
	"bytes"
	"errors"
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"extrapasha/extradata/picture"
	psh "extrapasha/pasha"
)

// TestTell keeps texts with pictures, which stay what they are.
func TestTell(t *testing.T) {
	p := must(picture.Image(must(psh.NewArray([]int8{1, 2, 3, 4, 5, 6}, 2, 3)), labels))
	plain := must(p.PNG())
	const text = "β <b> & \"7\"\n{\"a\": 1}"
	p.Tell("origin", text)
	p.Tell("other", "")
	for _, name := range []string{"p.png", "p.svg"} {
		path := filepath.Join(t.TempDir(), name)
		if err := picture.Save(path, p, p); err != nil {
			t.Fatal(err)
		}
		if got, err := picture.ReadText(path, "origin"); got != text || err != nil {
			t.Errorf("%s: %q, %v", name, got, err)
		}
		if got, err := picture.ReadText(path, "other"); got != "" || err != nil {
			t.Errorf("%s: %q, %v", name, got, err)
		}
		if _, err := picture.ReadText(path, "third"); !errors.Is(err, picture.ErrText) {
			t.Errorf("%s: %v", name, err)
		}
	}
	told := must(png.Decode(bytes.NewReader(must(p.PNG()))))
	if before := must(png.Decode(bytes.NewReader(plain))); told.Bounds() != before.Bounds() || told.At(400, 300) != before.At(400, 300) {
		t.Error("it is another picture")
	}
}

// FuzzReadText reads texts of damaged files.
func FuzzReadText(f *testing.F) {
	p := must(picture.Line([]uint64{1, 2}, []float64{1, 2}, labels))
	p.Tell("origin", "text")
	head := must(p.PNG())
	f.Add(head[:100], "origin")
	f.Add(must(p.SVG()), "origin")
	f.Add([]byte("\x89PNG\r\n\x1a\n\xff\xff\xff\xffiTXtorigin"), "origin")
	path := filepath.Join(f.TempDir(), "p.png")
	f.Fuzz(func(t *testing.T, content []byte, name string) {
		if err := os.WriteFile(path, content, 0o644); err != nil {
			t.Fatal(err)
		}
		if _, err := picture.ReadText(path, name); err != nil && !errors.Is(err, picture.ErrText) {
			t.Error(err)
		}
	})
}
