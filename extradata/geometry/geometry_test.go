package geometry

import (
	"bytes"
	"encoding/gob"
	"errors"
	"math"
	"reflect"
	"testing"

	"gonum.org/v1/gonum/spatial/r3"
	"pgregory.net/rapid"

	psh "extrapasha/pasha"
)

func TestUsual(t *testing.T) {
	for class, shape := range map[Class][]int{
		AGIPD1M: {16, 512, 128}, AGIPD500K: {8, 512, 128}, LPD1M: {16, 256, 256}, LPDMini: {3, 32, 256}, DSSC1M: {16, 128, 512},
		Jungfrau: {3, 512, 1024}, Epix100: {1, 704, 768}, Epix10K: {1, 352, 384}, PnCCD: {2, 512, 1024},
	} {
		g, err := Usual(class, 3)
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(g.Shape(), shape) || g.Class() != class {
			t.Errorf("%s: %s of %v, want %v", class, g.Class(), g.Shape(), shape)
		}
		grid, err := g.Grid()
		if err != nil {
			t.Fatal(err)
		}
		if pixels := grid.Shape()[0] * grid.Shape()[1]; pixels < shape[0]*shape[1]*shape[2] {
			t.Errorf("%s: tiles overlap in an image of %v", class, grid.Shape())
		}
	}
	for class, modules := range map[Class]int{Generic: 1, "colour": 1, Jungfrau: 0, LPDMini: -1} {
		if _, err := Usual(class, modules); !errors.Is(err, ErrGeometry) {
			t.Errorf("%d modules of %s: %v", modules, class, err)
		}
	}
}

// TestPixelsAreTiles has every pixel of the data in one tile, where the layout says.
func TestPixelsAreTiles(t *testing.T) {
	for _, class := range classes() {
		g, grid := usual(t, class, 2)
		height, width := g.moduleShape()
		seen := make([]int, height*width)
		for tile := range g.Tiles(0) {
			slow0, fast0 := g.TileStart(tile)
			for s := range g.slow {
				for f := range g.fast {
					seen[(slow0+s)*width+fast0+f]++
					if got := g.tileAt(slow0+s, fast0+f); got != tile {
						t.Fatalf("%s: pixel %d, %d of tile %d is in %d", class, s, f, tile, got)
					}
				}
			}
		}
		for i, n := range seen {
			if n != 1 {
				t.Fatalf("%s: pixel %d, %d is in %d tiles", class, i/width, i%width, n)
			}
		}
		// Pixels of the image are where those in space are, but for rounding and half a hexagon.
		positions := g.Positions()
		cellX, cellY := g.cell()
		centreY, centreX := grid.Centre()
		for _, at := range [][3]int{{0, 0, 0}, {0, height - 1, width - 1}, {g.modules - 1, height / 2, width / 3}} {
			y, x := grid.Pixel(at[0], at[1], at[2])
			dx := positions.At(at[0], at[1], at[2], 0)/cellX - (float64(x-centreX) + 0.5)
			dy := positions.At(at[0], at[1], at[2], 1)/cellY - (float64(y-centreY) + 0.5)
			if math.Abs(dx) > 1.001 || math.Abs(dy) > 0.7 { // hexagons reach into the next row
				t.Errorf("%s: pixel %v is %v, %v pixels away from where the image has it", class, at, dx, dy)
			}
		}
	}
}

// TestPositionIsThatOfPixels asks for the middle of pixels.
func TestPositionIsThatOfPixels(t *testing.T) {
	for _, class := range classes() {
		g, _ := usual(t, class, 2)
		height, width := g.moduleShape()
		positions := g.Positions()
		rapid.Check(t, func(t *rapid.T) {
			m := rapid.IntRange(0, g.modules-1).Draw(t, "module")
			s, f := rapid.IntRange(0, height-1).Draw(t, "slow"), rapid.IntRange(0, width-1).Draw(t, "fast")
			at, err := g.Position(m, float64(s)+0.5, float64(f)+0.5)
			if err != nil {
				t.Fatal(err)
			}
			want := r3.Vec{X: positions.At(m, s, f, 0), Y: positions.At(m, s, f, 1), Z: positions.At(m, s, f, 2)}
			if r3.Norm(r3.Sub(at, want)) > 1e-12 {
				t.Fatalf("%s: pixel (%d, %d, %d) is at %v, want %v", class, m, s, f, at, want)
			}
		})
		for _, at := range [][3]float64{{-1, 0, 0}, {float64(g.modules), 0, 0}, {0, -0.1, 0}, {0, 0, float64(width) + 0.1}, {0, math.NaN(), 0}} {
			if _, err := g.Position(int(at[0]), at[1], at[2]); !errors.Is(err, ErrGeometry) {
				t.Errorf("%s: %v: %v", class, at, err)
			}
		}
		if _, err := g.Position(0, float64(height), float64(width)); err != nil {
			t.Errorf("%s: the last corner: %v", class, err)
		}
	}
}

func TestFromZero(t *testing.T) {
	g, _ := usual(t, DSSC1M, 0)
	d := g.Distortion()
	if !reflect.DeepEqual(d.Shape(), []int{2048, 512, 6, 3}) {
		t.Fatalf("shape %v", d.Shape())
	}
	z := d.Data[0]
	FromZero(d)
	least := [3]float32{1, 1, 1}
	for i, x := range d.Data {
		least[i%3] = min(least[i%3], x)
	}
	if d.Data[0] != z || least[1] != 0 || least[2] != 0 {
		t.Errorf("least z, y, x: %v", least)
	}
}

func TestRotate(t *testing.T) {
	g, _ := usual(t, Jungfrau, 2)
	right := math.Pi / 2
	for name, test := range map[string]struct {
		angles r3.Vec
		want   r3.Vec // where a step along x goes
	}{
		"x": {r3.Vec{X: right}, r3.Vec{X: 1}},
		"y": {r3.Vec{Y: right}, r3.Vec{Z: -1}},
		"z": {r3.Vec{Z: right}, r3.Vec{Y: 1}},
		// About z first: along y, which x turns to z.
		"z, then x": {r3.Vec{X: right, Z: right}, r3.Vec{Z: 1}},
	} {
		turned, err := g.Rotate(func(m, tile int) Turn { return Turn{Angles: test.angles, About: g.Centre(m)} })
		if err != nil {
			t.Fatal(err)
		}
		if got := r3.Scale(1/g.pixel, turned.Tiles(1)[0].FS); r3.Norm(r3.Sub(got, test.want)) > 1e-12 {
			t.Errorf("%s: %v, want %v", name, got, test.want)
		}
		if r3.Norm(r3.Sub(turned.Centre(1), g.Centre(1))) > 1e-12 {
			t.Errorf("%s: the centre moved to %v", name, turned.Centre(1))
		}
	}
	if _, err := g.Move(func(_, _ int) r3.Vec { return r3.Vec{X: math.Inf(1)} }); !errors.Is(err, ErrGeometry) {
		t.Errorf("moved for ever: %v", err)
	}
}

func TestMotors(t *testing.T) {
	g, _ := usual(t, AGIPD1M, 0)
	start := [][]float64{{0, 0}, {0, 0}, {0, 0}, {0, 0}}
	motors := AGIPD1MMotors()
	if _, err := motors.At(g, start); !errors.Is(err, ErrGeometry) {
		t.Errorf("from nowhere: %v", err)
	}
	moved, err := motors.At(g.WithMotorPositions(start), [][]float64{{1, 0}, {0, 0}, {0, 2}, {0, 0}})
	if err != nil {
		t.Fatal(err)
	}
	if by := r3.Sub(moved.Tiles(0)[0].Corner, g.Tiles(0)[0].Corner); r3.Norm(r3.Sub(by, r3.Vec{Y: -1e-3})) > 1e-12 {
		t.Errorf("quadrant 1 moved by %v", by)
	}
	if by := r3.Sub(moved.Tiles(8)[7].Corner, g.Tiles(8)[7].Corner); r3.Norm(r3.Sub(by, r3.Vec{X: 2e-3})) > 1e-12 {
		t.Errorf("quadrant 3 moved by %v", by)
	}
	back, err := motors.At(moved, start)
	if err != nil {
		t.Fatal(err)
	}
	if by := r3.Norm(r3.Sub(back.Tiles(8)[7].Corner, g.Tiles(8)[7].Corner)); by > 1e-12 {
		t.Errorf("back, but for %v", by)
	}
	half, _ := usual(t, AGIPD500K, 0)
	for name, err := range map[string]error{
		"rows":    errorOf(motors.Move(g, start[:3])),
		"motors":  errorOf(motors.Move(g, [][]float64{{0}, {0}, {0}, {0}})),
		"modules": errorOf(motors.Move(half, start)),
		"axes":    errorOf(Motors{Groups: motors.Groups}.Move(g, start)),
		"before":  errorOf(motors.At(g.WithMotorPositions(start[:1]), start)),
		"nan":     errorOf(motors.Move(g, [][]float64{{math.NaN(), 0}, {0, 0}, {0, 0}, {0, 0}})),
	} {
		if !errors.Is(err, ErrGeometry) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func errorOf[T any](_ T, err error) error { return err }

func TestCompare(t *testing.T) {
	g, _ := usual(t, AGIPD1M, 0)
	other, err := g.Move(func(m, tile int) (shift r3.Vec) {
		if m == 3 && tile == 5 {
			shift.Y = 2 * g.pixel
		}
		return shift
	})
	if err != nil {
		t.Fatal(err)
	}
	arrows, err := g.Compare(other)
	if err != nil || len(arrows) != 2 || arrows[0].Module != 3 || arrows[1].Tile != 5 || math.Abs(arrows[0].DY-2) > 1e-9 || arrows[0].DX != 0 {
		t.Errorf("arrows %v, error %v", arrows, err)
	}
	lpd, _ := usual(t, LPD1M, 0)
	if _, err := g.Compare(lpd); !errors.Is(err, ErrGeometry) {
		t.Errorf("with another class: %v", err)
	}
}

func TestGob(t *testing.T) {
	g, err := FromCrystFEL(write(t, half+"bad1/panel = a\nbad1/min_fs = 1\n;XGEOM MOTORS=1,1\n;XGEOM MOTOR_Q1=7\n"), LPDMini)
	if err != nil {
		t.Fatal(err)
	}
	var text bytes.Buffer
	if err := gob.NewEncoder(&text).Encode(g); err != nil {
		t.Fatal(err)
	}
	var again *Geometry
	if err := gob.NewDecoder(&text).Decode(&again); err != nil {
		t.Fatal(err)
	}
	if arrows, err := g.Compare(again); err != nil || len(arrows) > 0 {
		t.Errorf("arrows %v, error %v", arrows, err)
	}
	if !reflect.DeepEqual(again.MotorPositions(), g.MotorPositions()) || again.Header().Data != "/data" || len(again.Header().Bad) != 1 {
		t.Errorf("motors %v, header %+v", again.MotorPositions(), again.Header())
	}
}

func TestGenericErrors(t *testing.T) {
	good := Description{PixelSize: 1e-4, Slow: 4, Fast: 8, Corners: []r3.Vec{{}}, SS: r3.Vec{X: 1}, FS: r3.Vec{Y: 1}}
	for name, change := range map[string]func(d *Description){
		"no modules": func(d *Description) { d.Corners = nil },
		"no pixels":  func(d *Description) { d.Slow = 0 },
		"many":       func(d *Description) { d.Fast = math.MaxInt },
		"size":       func(d *Description) { d.PixelSize = math.NaN() },
		"skew":       func(d *Description) { d.FS = r3.Vec{X: 0.6, Y: 0.8} },
		"long":       func(d *Description) { d.FS = r3.Vec{Y: 2} },
		"step":       func(d *Description) { d.TileStep = r3.Vec{Z: 1} },
		"nowhere":    func(d *Description) { d.Corners = []r3.Vec{{X: math.NaN()}} },
	} {
		d := good
		change(&d)
		if _, err := NewGeneric(d); !errors.Is(err, ErrGeometry) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestSeams(t *testing.T) {
	seams, err := Seams(Epix10K)
	if err != nil {
		t.Fatal(err)
	}
	for _, at := range []struct {
		slow, fast int
		wide       bool
	}{{0, 0, false}, {175, 0, true}, {176, 0, true}, {177, 0, false}, {0, 191, true}, {0, 192, true}, {351, 383, false}} {
		if got := seams.At(at.slow, at.fast); got != at.wide {
			t.Errorf("pixel %d, %d is wide: %v", at.slow, at.fast, got)
		}
	}
	if _, err := Seams(LPD1M); !errors.Is(err, ErrGeometry) {
		t.Errorf("LPD: %v", err)
	}
	if _, err := PixelAreas(AGIPD1M); !errors.Is(err, ErrGeometry) {
		t.Errorf("areas of AGIPD: %v", err)
	}
}

// TestFrontImage has the first row of what is seen on top.
func TestFrontImage(t *testing.T) {
	g, grid := usual(t, LPD1M, 0)
	data, err := psh.NewArray(make([]float32, 16*256*256), 16, 256, 256)
	if err != nil {
		t.Fatal(err)
	}
	data.Set(7, 3, 100, 20)
	image, err := FrontImage(g, data)
	if err != nil {
		t.Fatal(err)
	}
	y, x := grid.FrontView().Pixel(3, 100, 20)
	if image.At(y, x) != 7 {
		t.Errorf("pixel %d, %d is %v, want 7", y, x, image.At(y, x))
	}
	if _, err := FrontImage(g, data.Row(0)); !errors.Is(err, psh.ErrShape) {
		t.Errorf("a module alone: %v, want ErrShape", err)
	}
}

// TestModulesInTurn puts modules together on many workers, in one image.
func TestModulesInTurn(t *testing.T) {
	g, grid := usual(t, Jungfrau, 8)
	data := frame[float32](g)
	image, err := NewImage[float32](grid)
	if err != nil {
		t.Fatal(err)
	}
	modules, err := psh.Along(data, 0)
	if err != nil {
		t.Fatal(err)
	}
	err = psh.Map(func(_, m int, module psh.Array[float32]) error {
		return AssembleModule(grid, image, m, module)
	}, modules, psh.On(psh.Threads(4)))
	if err != nil {
		t.Fatal(err)
	}
	sum, want := 0.0, 0.0
	for i := range data.Data {
		want += float64(data.Data[i])
	}
	for _, x := range image.Data {
		if x == x {
			sum += float64(x)
		}
	}
	if sum != want {
		t.Errorf("sum %v, want %v", sum, want)
	}
}
