package picture_test

import (
	"image"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"testing"

	"extrapasha/extradata/picture"
	psh "extrapasha/pasha"
)

var labels = picture.Labels{Title: "title", Units: "ADU"}

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

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

func highest(c rgb) bool { return c.near(253, 231, 37) }
func lowest(c rgb) bool  { return c.near(68, 1, 84) }

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
