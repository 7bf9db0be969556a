package picture_test

import (
	"image"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"extrapasha/extradata/picture"
	psh "extrapasha/pasha"
)

func TestImage(t *testing.T) {
	for _, c := range []struct {
		rows, cols, row, col int
		aspect               float64
	}{{8, 8, 2, 5, 1}, {16, 4, 13, 1, 1}, {4, 16, 1, 12, 1}, {8, 8, 2, 5, 0.5}, {16, 4, 13, 1, 0.5}} {
		p := must(picture.Image(spot(t, c.rows, c.cols, c.row, c.col), labels))
		p.Aspect(c.aspect)
		img := save(t, p)
		box := area(img, lowest)
		x, y := middle(t, img, box, highest)
		if c.rows > 2*c.cols { // it lies on its side
			c.rows, c.cols, c.row, c.col, c.aspect = c.cols, c.rows, c.col, c.row, 1/c.aspect
		}
		same(t, "column", x, (float64(c.col)+0.5)/float64(c.cols))
		same(t, "row", y, (float64(c.row)+0.5)/float64(c.rows))
		if ratio := float64(box.Dx()) / float64(box.Dy()) * float64(c.rows) / float64(c.cols) * c.aspect; ratio < 0.85 || ratio > 1.15 {
			t.Errorf("%d × %d: pixels are %.2f times as wide as high", c.rows, c.cols, ratio)
		}
	}
}

func TestHeat(t *testing.T) {
	ids := []uint64{10000, 10001, 10002, 10003, 10004, 10005, 10006, 10007, 10008, 10009}
	img := save(t, must(picture.Heat(spot(t, 10, 6, 7, 1), ids, labels)))
	x, y := middle(t, img, area(img, lowest), highest)
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
	p, err := picture.Line(ids, values, labels)
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
	if _, err := picture.Line(ids[:2], []float64{math.NaN(), math.Inf(1)}, labels); err == nil {
		t.Error("nothing to draw: no error")
	}
}

func TestMissing(t *testing.T) {
	half, most := make([]bool, 20), make([]bool, 20)
	for i := range half {
		half[i], most[i] = i >= 10, i >= 5
	}
	p, err := picture.Missing([]string{"A/CAM/1:output", "B/CAM/1:output"}, [][]bool{half, most}, make([]uint64, 20), labels)
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
	if _, err := picture.Missing(nil, nil, nil, labels); err == nil {
		t.Error("nothing to draw: no error")
	}
	if p, err = picture.Missing(make([]string, 60), slices.Repeat([][]bool{half}, 60), make([]uint64, 20), labels); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "many.png")
	if err := p.Save(path); err != nil {
		t.Fatal(err)
	}
}

func isBlue(c rgb) bool { return c[2] > c[0]+60 }

// blueBox is the rectangle around all that is blue.
func blueBox(img pixels) (box image.Rectangle) {
	for x := range img.size.X {
		for y := range img.size.Y {
			if isBlue(at(img, x, y)) {
				box = box.Union(image.Rect(x, y, x+1, y+1))
			}
		}
	}
	return box
}

func TestScatter(t *testing.T) {
	// Three points on a line, and one that is none.
	img := save(t, must(picture.Scatter([]float64{0, 1, 4, 2}, []float64{0, 1, 4, math.NaN()}, labels)))
	box := blueBox(img)
	x, y := middle(t, img, box, isBlue)
	same(t, "mean of x", x, 5.0/3/4)
	same(t, "mean of y", 1-y, 5.0/3/4)
}

func TestHistogram(t *testing.T) {
	img := save(t, must(picture.Histogram([]int64{4, 0, 1, 2}, []float64{0, 1, 2, 3, 4}, labels)))
	box := blueBox(img)
	filled := func(from, to float64) (n float64) {
		width := float64(box.Dx()) / 4
		for x := box.Min.X + int(from*width) + 3; x < box.Min.X+int(to*width)-3; x++ {
			for y := range picture.Height {
				if isBlue(at(img, x, y)) {
					n++
				}
			}
		}
		return n
	}
	same(t, "third beside fourth bin", filled(2, 3)/filled(3, 4), 0.5)
	for _, edges := range [][]float64{{0, 1}, {0, 1, 1, 2, 3}, {0, 1, math.NaN(), 2, 3}, {math.Inf(-1), 0, 1, 2, 3}} {
		if _, err := picture.Histogram([]int64{4, 0, 1, 2}, edges, labels); err == nil || !strings.Contains(err.Error(), "title") {
			t.Errorf("edges %v: %v", edges, err)
		}
	}
}

// TestShapes gives arrays that do not fit.
func TestShapes(t *testing.T) {
	flat := must(psh.NewArray(make([]uint16, 12)))
	for name, err := range map[string]error{
		"image of one dimension": second(picture.Image(flat, labels)),
		"image of no rows":       second(picture.Image(must(psh.NewArray([]uint16{}, 0, 3)), labels)),
		"heat map of other rows": second(picture.Heat(must(flat.Reshape(4, 3)), make([]uint64, 3), labels)),
		"line of other trains":   second(picture.Line(make([]uint64, 3), make([]float64, 4), labels)),
		"scatter of nothing":     second(picture.Scatter(nil, nil, labels)),
		"histogram of nothing":   second(picture.Histogram([]int{}, []float64{0}, labels)),
		"missing of other names": second(picture.Missing([]string{"a"}, nil, make([]uint64, 3), labels)),
		"missing, other trains":  second(picture.Missing([]string{"a"}, [][]bool{{true}}, make([]uint64, 3), labels)),
	} {
		if err == nil || !strings.Contains(err.Error(), `"title"`) {
			t.Errorf("%s: %v, want an error with the title", name, err)
		}
	}
}

func second(_ *picture.Picture, err error) error { return err }

// TestCurve has bars where errors are known, and a mark over all.
func TestCurve(t *testing.T) {
	count := func(errors []float64, marked bool) (blue, orange int) {
		p := must(picture.Curve([]float64{1, 2, 3}, []float64{1, 3, 2}, errors, labels))
		if marked {
			p.Mark(1, 3, 2)
		}
		for _, c := range save(t, p).all {
			if isBlue(c) {
				blue++
			}
			if c[0] > c[2]+60 {
				orange++
			}
		}
		return blue, orange
	}
	plain, none := count(nil, false)
	barred, marks := count([]float64{0.5, math.NaN(), 0.5}, true)
	if plain == 0 || barred <= plain || none != 0 || marks < 1000 {
		t.Errorf("%d and with bars %d pixels are blue, %d and with a mark %d orange", plain, barred, none, marks)
	}
	if _, err := picture.Curve([]float64{1, 2}, []float64{1, 2}, []float64{1}, labels); err == nil || !strings.Contains(err.Error(), "title") {
		t.Errorf("one error of two values: %v", err)
	}
}
