package geometry

import (
	"errors"
	"math"
	"testing"

	"gonum.org/v1/gonum/spatial/r3"
	"pgregory.net/rapid"

	psh "extrapasha/pasha"
)

// generic draws a detector of odd sizes, of tiles in all directions of a grid.
func generic(t *rapid.T) *Geometry {
	axes := []r3.Vec{{X: 1}, {X: -1}, {Y: 1}, {Y: -1}}
	ss := rapid.IntRange(0, 3).Draw(t, "ss")
	fs := (ss/2*2+2)%4 + rapid.IntRange(0, 1).Draw(t, "fs")
	d := Description{
		PixelSize: 1e-4, Slow: rapid.IntRange(1, 40).Draw(t, "slow"), Fast: rapid.IntRange(1, 150).Draw(t, "fast"),
		SS: axes[ss], FS: axes[fs], Tiles: rapid.IntRange(1, 3).Draw(t, "tiles"),
	}
	if rapid.Bool().Draw(t, "beside") {
		d.TileStep = d.FS
	}
	for range rapid.IntRange(1, 3).Draw(t, "modules") {
		corner := rapid.Float64Range(-0.01, 0.01)
		d.Corners = append(d.Corners, r3.Vec{X: corner.Draw(t, "x"), Y: corner.Draw(t, "y")})
	}
	g, err := NewGeneric(d)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func sameImage[D, S psh.Number](t *rapid.T, grid *Grid, data psh.Array[S]) {
	want, err := NewImage[D](grid)
	if err != nil {
		t.Fatal(err)
	}
	got := want.Copy()
	// Tiles that overlap are put there in the order of tiles, not of pixels.
	for m := range grid.pieces {
		for _, p := range grid.pieces[m] {
			for s := range p.slow {
				for f := range p.fast {
					y, x := p.y+s*p.ss[0]+f*p.fs[0], p.x+s*p.ss[1]+f*p.fs[1]
					want.Set(D(data.At(m, p.slow0+s, p.fast0+f)), y, x)
				}
			}
		}
	}
	if err := Assemble(grid, got, data); err != nil {
		t.Fatal(err)
	}
	for i, x := range want.Data {
		if y := got.Data[i]; x != y && (x == x || y == y) {
			t.Fatalf("%T from %T: pixel %d is %v, want %v", x, data.Data[0], i, y, x)
		}
	}
}

// TestAssembleIsPixelByPixel compares what copies whole tiles, by type and direction, to
// what sets pixels.
func TestAssembleIsPixelByPixel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := generic(t)
		grid, err := g.Grid()
		if err != nil {
			t.Fatal(err)
		}
		sameImage[float32](t, grid, frame[float32](g))
		sameImage[uint16](t, grid, frame[uint16](g))
		sameImage[float64](t, grid, frame[float64](g))
		sameImage[uint8](t, grid, frame[uint8](g))
		sameImage[float32](t, grid, frame[uint16](g))
		strided, err := psh.Alloc[uint16](psh.Like(g), psh.Fortran())
		if err != nil {
			t.Fatal(err)
		}
		if err := strided.CopyFrom(frame[uint16](g)); err != nil {
			t.Fatal(err)
		}
		sameImage[uint16](t, grid, strided)
	})
}

func TestAssembleModules(t *testing.T) {
	g, grid := usual(t, AGIPD1M, 0)
	data := frame[float32](g, 2)
	whole, err := NewImage[float32](grid, 2)
	if err != nil {
		t.Fatal(err)
	}
	parts := whole.Copy()
	if err := Assemble(grid, whole, data); err != nil {
		t.Fatal(err)
	}
	for m := range g.Shape()[0] {
		module, err := data.View(psh.Every(), psh.At(m))
		if err != nil {
			t.Fatal(err)
		}
		if err := AssembleModule(grid, parts, m, module); err != nil {
			t.Fatal(err)
		}
	}
	gaps := 0
	for i, x := range whole.Data {
		if x != parts.Data[i] && (x == x || parts.Data[i] == parts.Data[i]) {
			t.Fatalf("pixel %d is %v by module, %v in one", i, parts.Data[i], x)
		}
		if x != x {
			gaps++
		}
	}
	if want := len(whole.Data) - len(data.Data); gaps != want {
		t.Errorf("%d gaps, want %d", gaps, want)
	}
}

// TestJoinedModules puts together data without a dimension of modules, and with
// diagnostic rows.
func TestJoinedModules(t *testing.T) {
	for _, test := range []struct {
		class Class
		rows  int // at either end that see no light
	}{{PnCCD, 0}, {Epix100, 0}, {Epix100, 2}, {AGIPD1M, 0}} {
		g, grid := usual(t, test.class, 0)
		data := frame[uint16](g)
		want, err := NewImage[uint16](grid)
		if err != nil {
			t.Fatal(err)
		}
		got := want.Copy()
		if err := Assemble(grid, want, data); err != nil {
			t.Fatal(err)
		}
		shape := g.Shape()
		joined := array(make([]uint16, (shape[0]*shape[1]+2*test.rows)*shape[2]), []int{shape[0]*shape[1] + 2*test.rows, shape[2]})
		joined.Fill(9999)
		copy(joined.Data[test.rows*shape[2]:], data.Data)
		if err := Assemble(grid, got, joined); err != nil {
			t.Fatalf("%s: %v", test.class, err)
		}
		if test.rows > 0 { // with a dimension of modules, too
			got.Fill(0)
			if err := Assemble(grid, got, array(joined.Data, append([]int{1}, joined.Shape()...))); err != nil {
				t.Fatalf("%s: %v", test.class, err)
			}
		}
		for i, x := range want.Data {
			if x != got.Data[i] {
				t.Fatalf("%s: pixel %d is %d, want %d", test.class, i, got.Data[i], x)
			}
		}
		bins, err := NewBins(g, Integration{Axes: []Axis{{Of: Radius, Width: 1e-3}}})
		if err != nil {
			t.Fatal(err)
		}
		a, b := make([]float64, 2*bins.Len()), make([]float64, 2*bins.Len())
		n := bins.Len()
		if err := errors.Join(Integrate(bins, a[:n], a[n:], data), Integrate(bins, b[:n], b[n:], joined)); err != nil {
			t.Fatal(err)
		}
		for i, x := range a {
			if x != b[i] {
				t.Fatalf("%s: bin %d is %v joined, %v by module", test.class, i, b[i], x)
			}
		}
	}
}

func TestAssembleErrors(t *testing.T) {
	g, grid := usual(t, AGIPD1M, 0)
	image, err := NewImage[float32](grid)
	if err != nil {
		t.Fatal(err)
	}
	good := frame[float32](g)
	other := func(shape ...int) psh.Array[float32] {
		n := 1
		for _, length := range shape {
			n *= length
		}
		return array(make([]float32, n), shape)
	}
	for name, err := range map[string]error{
		"turned":    Assemble(grid, image, other(16, 128, 512)),
		"short":     Assemble(grid, image, other(15, 512, 128)),
		"frames":    Assemble(grid, image, other(2, 16, 512, 128)),
		"image":     Assemble(grid, other(1000, 1000), good),
		"scalar":    Assemble(grid, other(), good),
		"module":    AssembleModule(grid, image, 16, good.Row(0)),
		"negative":  AssembleModule(grid, image, -1, good.Row(0)),
		"whole":     AssembleModule(grid, image, 0, good),
		"too small": func() error { _, err := grid.Centred(900, 900); return err }(),
		"one":       func() error { _, err := grid.Centred(9000); return err }(),
	} {
		if !errors.Is(err, psh.ErrShape) {
			t.Errorf("%s: %v, want one of a shape", name, err)
		}
	}
	if err := Assemble(grid, image, frame[float64](g)); !errors.Is(err, ErrType) {
		t.Errorf("float64 into float32: %v", err)
	}
	if err := AssembleModule(grid, image, 0, frame[int32](g).Row(0)); !errors.Is(err, ErrType) {
		t.Errorf("int32 into float32: %v", err)
	}
}

// TestTransposeStaysInside has views whose corners are not in the data.
func TestTransposeStaysInside(t *testing.T) {
	if linesAtOnce[float32]() == 0 {
		t.Skip("nothing is copied at once on this machine")
	}
	data := make([]float32, 64)
	whole := view[float32]{data, 0, 8, 1}
	for name, v := range map[string]view[float32]{
		"behind":        {data, 1, 8, 1},
		"before":        {data, 56, -9, 1},
		"last before":   {data, 49, 1, -8},
		"shorter":       {data[:63], 0, 8, 1},
		"lines too far": {data, 0, 9, 1},
	} {
		for _, views := range [][2]view[float32]{{v, whole}, {whole, v}} {
			func() {
				defer func() {
					if recover() == nil {
						t.Errorf("%s: no panic", name)
					}
				}()
				transposeLines(views[0], views[1], 8)
			}()
		}
	}
}

func TestHolds(t *testing.T) {
	for _, test := range []struct {
		name string
		got  bool
		want bool
	}{
		{"float32 uint16", holds[float32, uint16](), true},
		{"float32 int16", holds[float32, int16](), true},
		{"float32 uint32", holds[float32, uint32](), false},
		{"float64 int32", holds[float64, int32](), true},
		{"float64 int64", holds[float64, int64](), false},
		{"float64 float32", holds[float64, float32](), true},
		{"float32 float64", holds[float32, float64](), false},
		{"int32 uint16", holds[int32, uint16](), true},
		{"int16 uint16", holds[int16, uint16](), false},
		{"uint32 int8", holds[uint32, int8](), false},
		{"uint64 uint64", holds[uint64, uint64](), true},
		{"int64 float32", holds[int64, float32](), false},
	} {
		if test.got != test.want {
			t.Errorf("%s: %v", test.name, test.got)
		}
	}
}

// TestCentred has the beam in the middle of the smallest image that has all tiles.
func TestCentred(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		grid, err := generic(t).Grid()
		if err != nil {
			t.Fatal(err)
		}
		centred, err := grid.Centred()
		if err != nil {
			t.Fatal(err)
		}
		y, x := centred.Centre()
		if y != centred.Shape()[0]/2 || x != centred.Shape()[1]/2 {
			t.Fatalf("centre %d, %d of %v", y, x, centred.Shape())
		}
		lowY, lowX, highY, highX := math.MaxInt, math.MaxInt, 0, 0
		for _, pieces := range centred.pieces {
			for _, p := range pieces {
				low, high := p.box()
				lowY, lowX = min(lowY, low[0]), min(lowX, low[1])
				highY, highX = max(highY, high[0]), max(highX, high[1])
			}
		}
		if lowY < 0 || lowX < 0 || highY > centred.Shape()[0] || highX > centred.Shape()[1] {
			t.Fatalf("tiles from %d, %d to %d, %d in %v", lowY, lowX, highY, highX, centred.Shape())
		}
		if lowY > 1 && highY < centred.Shape()[0]-1 || lowX > 1 && highX < centred.Shape()[1]-1 {
			t.Fatalf("room around tiles from %d, %d to %d, %d in %v", lowY, lowX, highY, highX, centred.Shape())
		}
	})
}

// TestFrontView has an image turned by half a turn, and the beam with it.
func TestFrontView(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := generic(t)
		grid, err := g.Grid()
		if err != nil {
			t.Fatal(err)
		}
		front := grid.FrontView()
		sameImage[float32](t, front, frame[float32](g))
		height, width := grid.height, grid.width
		for m := range g.modules {
			y, x := grid.Pixel(m, 0, g.fast-1)
			if frontY, frontX := front.Pixel(m, 0, g.fast-1); frontY != height-1-y || frontX != width-1-x {
				t.Fatalf("pixel %d, %d is at %d, %d of %d × %d", y, x, frontY, frontX, height, width)
			}
		}
		y, x := grid.Centre()
		if frontY, frontX := front.Centre(); frontY != height-y || frontX != width-x {
			t.Fatalf("the beam at %d, %d is at %d, %d of %d × %d", y, x, frontY, frontX, height, width)
		}
	})
}

func TestGridErrors(t *testing.T) {
	g, err := NewLPDMini([]Placement{{Turn: 45}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := g.Grid(); !errors.Is(err, ErrGeometry) {
		t.Errorf("at 45°: %v", err)
	}
	g, err = NewJungfrau([]Placement{{X: 1e9}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := g.Grid(); !errors.Is(err, ErrGeometry) {
		t.Errorf("75 km away: %v", err)
	}
}
