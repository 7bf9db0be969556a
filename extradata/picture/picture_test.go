package picture_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"image"
	"image/png"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/muesli/termenv"

	"extrapasha/extradata"
	"extrapasha/extradata/picture"
	psh "extrapasha/pasha"
)

// pixels are those of a picture, row by row.
type pixels struct {
	size image.Point
	all  []rgb
}

func save(t *testing.T, p *picture.Picture) pixels {
	t.Helper()
	path := filepath.Join(t.TempDir(), "picture.png")
	if err := p.Save(path); err != nil {
		t.Fatal(err)
	}
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	img, err := png.Decode(file)
	if err != nil {
		t.Fatal(err)
	}
	size := img.Bounds().Size()
	if size != (image.Point{X: picture.Width, Y: picture.Height}) {
		t.Errorf("the picture is %v", size)
	}
	found := pixels{size: size}
	for y := range size.Y {
		for x := range size.X {
			r, g, b, _ := img.At(x, y).RGBA()
			found.all = append(found.all, rgb{r >> 8, g >> 8, b >> 8})
		}
	}
	return found
}

type rgb [3]uint32

func at(img pixels, x, y int) rgb { return img.all[y*img.size.X+x] }

func (c rgb) near(r, g, b uint32) bool {
	far := func(a, b uint32) bool { return max(a, b)-min(a, b) > 12 }
	return !far(c[0], r) && !far(c[1], g) && !far(c[2], b)
}

func white(c rgb) bool { return c.near(255, 255, 255) }
func black(c rgb) bool { return c.near(0, 0, 0) }

// area is the largest rectangle in which the colour is common.
func area(img pixels, is func(rgb) bool) image.Rectangle {
	size := img.size
	run := func(length, across int, at func(i, j int) rgb) (best [2]int) {
		start := -1
		for i := range length + 1 {
			n := 0
			for j := 0; i < length && j < across; j++ {
				if is(at(i, j)) {
					n++
				}
			}
			switch common := n > 60; {
			case common && start < 0:
				start = i
			case !common && start >= 0:
				if i-start > best[1]-best[0] {
					best = [2]int{start, i}
				}
				start = -1
			}
		}
		return best
	}
	x := run(size.X, size.Y, func(i, j int) rgb { return at(img, i, j) })
	y := run(size.Y, size.X, func(i, j int) rgb { return at(img, j, i) })
	return image.Rect(x[0], y[0], x[1], y[1])
}

// middle is where the pixels of a colour lie in a part of the picture, 0 to 1 from left
// to right and from top to bottom.
func middle(t *testing.T, img pixels, within image.Rectangle, is func(rgb) bool) (x, y float64) {
	t.Helper()
	n := 0.0
	for i := within.Min.X; i < within.Max.X; i++ {
		for j := within.Min.Y; j < within.Max.Y; j++ {
			if is(at(img, i, j)) {
				x, y, n = x+float64(i-within.Min.X)+0.5, y+float64(j-within.Min.Y)+0.5, n+1
			}
		}
	}
	if n == 0 {
		t.Fatalf("nothing of that colour in %v", within)
	}
	return x / n / float64(within.Dx()), y / n / float64(within.Dy())
}

// spot is zero but for one value.
func spot(t *testing.T, rows, cols, row, col int) psh.Array[float64] {
	t.Helper()
	values, err := psh.NewArray(make([]float64, rows*cols), rows, cols)
	if err != nil {
		t.Fatal(err)
	}
	values.Set(1, row, col)
	return values
}

func same(t *testing.T, what string, got, want float64) {
	t.Helper()
	if math.Abs(got-want) > 0.02 {
		t.Errorf("%s: %.3f, want %.3f", what, got, want)
	}
}

func TestImage(t *testing.T) {
	for _, c := range []struct{ rows, cols, row, col int }{{8, 8, 2, 5}, {16, 4, 13, 1}, {4, 16, 1, 12}} {
		img := save(t, picture.Image(spot(t, c.rows, c.cols, c.row, c.col), "title", "ADU"))
		box := area(img, black)
		x, y := middle(t, img, box, white)
		if c.rows > 2*c.cols { // it lies on its side
			c.rows, c.cols, c.row, c.col = c.cols, c.rows, c.col, c.row
		}
		same(t, "column", x, (float64(c.col)+0.5)/float64(c.cols))
		same(t, "row", y, (float64(c.row)+0.5)/float64(c.rows))
		if ratio := float64(box.Dx()) / float64(box.Dy()) * float64(c.rows) / float64(c.cols); ratio < 0.85 || ratio > 1.15 {
			t.Errorf("%d × %d: pixels are %.2f times as wide as high", c.rows, c.cols, ratio)
		}
	}
}

func TestHeat(t *testing.T) {
	ids := []uint64{10000, 10001, 10002, 10003, 10004, 10005, 10006, 10007, 10008, 10009}
	img := save(t, picture.Heat(spot(t, 10, 6, 7, 1), ids, "title", "element", "µJ"))
	x, y := middle(t, img, area(img, black), white)
	same(t, "train", x, 7.5/10)
	same(t, "element", y, 1-1.5/6)
}

func TestLine(t *testing.T) {
	ids, values := make([]uint64, 50_000), make([]float64, 50_000)
	for i := range ids {
		ids[i] = 1_500_000_000 + uint64(i)
	}
	values[30_000] = 5 // the one that is not lost however many there are
	values[100] = math.NaN()
	p, err := picture.Line(ids, values, "title", "value")
	if err != nil {
		t.Fatal(err)
	}
	img := save(t, p)
	blue := func(c rgb) bool { return c[2] > c[0]+60 }
	left, right, top := picture.Width, 0, image.Point{Y: picture.Height}
	for x := range picture.Width {
		for y := range picture.Height {
			if blue(at(img, x, y)) {
				left, right = min(left, x), max(right, x)
				if y < top.Y {
					top = image.Point{X: x, Y: y}
				}
			}
		}
	}
	same(t, "the highest", float64(top.X-left)/float64(right-left), 0.6)
	if _, err := picture.Line(ids[:2], []float64{math.NaN(), math.Inf(1)}, "title", ""); err == nil {
		t.Error("nothing to draw: no error")
	}
}

func TestMissing(t *testing.T) {
	half, most := make([]bool, 20), make([]bool, 20)
	for i := range half {
		half[i], most[i] = i >= 10, i >= 5
	}
	list := []extradata.Missing{{Source: "A/CAM/1:output", Present: half, Trains: 10}, {Source: "B/CAM/1:output", Present: most, Trains: 15}}
	p, err := picture.Missing(list, make([]uint64, 20), "title")
	if err != nil {
		t.Fatal(err)
	}
	img := save(t, p)
	blue := func(c rgb) bool { return c.near(0x20, 0x50, 0x80) }
	red := func(c rgb) bool { return c.near(0xe8, 0xb0, 0xa0) }
	for y, want := range map[int]float64{picture.Height / 4: 0.5, picture.Height * 7 / 10: 0.75} { // on either bar
		with, without := 0.0, 0.0
		for x := range picture.Width {
			if blue(at(img, x, y)) {
				with++
			} else if red(at(img, x, y)) {
				without++
			}
		}
		same(t, "part with data", with/(with+without), want)
	}
	if _, err := picture.Missing(nil, nil, "title"); err == nil {
		t.Error("nothing to draw: no error")
	}
	many := make([]extradata.Missing, 60)
	for i := range many {
		many[i] = extradata.Missing{Source: "A", Present: half, Trains: 10}
	}
	if p, err = picture.Missing(many, make([]uint64, 20), "title"); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "many.png")
	if err := p.Save(path); err != nil {
		t.Fatal(err)
	}
}

func TestSVG(t *testing.T) {
	ids := []uint64{4711, 4712, 4713}
	p, err := picture.Line(ids, []float64{1, 2, 1.5}, "XGM, photonFlux", "photonFlux in µJ")
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
	if err := picture.Image(spot(t, 300, 100, 100, 50), "title", "ADU").Print(&out, 60, termenv.TrueColor); err != nil {
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
	if err := picture.Image(spot(t, 4, 4, 1, 1), "a\x1b[2J\nb", "\u009b31m").Print(&out, 60, termenv.Ascii); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(out.String(), "\n")
	if lines[0] != `a\x1b[2J\nb` || !strings.HasSuffix(lines[len(lines)-2], `\u009b31m`) {
		t.Errorf("%q", lines)
	}
}

func TestSaveErrors(t *testing.T) {
	p := picture.Image(spot(t, 4, 4, 1, 1), "title", "")
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
