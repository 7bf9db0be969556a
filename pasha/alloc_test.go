package pasha_test

import (
	"errors"
	"math"
	"runtime"
	"slices"
	"testing"

	psh "extrapasha/pasha"
)

func TestAllocLike(t *testing.T) {
	fortran, _ := psh.Alloc[float64](psh.Shape(2, 3), psh.Fortran())
	for _, c := range []struct {
		name  string
		like  any
		shape []int
		first int // stride of the first dimension
	}{
		{"slice", make([]float32, 7), []int{7}, 1},
		{"array", [3]int{}, []int{3}, 1},
		{"Fortran array", fortran, []int{2, 3}, 1},
		{"C array", fortran.Copy(), []int{2, 3}, 3},
	} {
		out, err := psh.Alloc[int8](psh.Like(c.like))
		if err != nil || !slices.Equal(out.Shape(), c.shape) || out.Strides()[0] != c.first {
			t.Errorf("%s: shape %v, strides %v, error %v", c.name, out.Shape(), out.Strides(), err)
		}
	}
	columns := counted(t, psh.Shape(2, 3), psh.Fortran())
	for _, options := range [][]psh.AllocOption{{psh.Shape(4, 2), psh.Like(columns)}, {psh.Like(columns), psh.Shape(4, 2)}} {
		out, err := psh.Alloc[int](options...)
		if err != nil || !slices.Equal(out.Shape(), []int{4, 2}) || out.Strides()[0] != 1 {
			t.Errorf("Shape and Like: shape %v, strides %v, error %v", out.Shape(), out.Strides(), err)
		}
	}
	if scalar, err := psh.Alloc[int](psh.Shape()); err != nil || scalar.NDim() != 0 || len(scalar.Data) != 1 {
		t.Errorf("a scalar: %v, %v", scalar, err)
	}
	if _, err := psh.Alloc[int](psh.Like(17)); !errors.Is(err, psh.ErrShape) {
		t.Errorf("like a number: %v, want ErrShape", err)
	}
}

func TestAllocFill(t *testing.T) {
	a, err := psh.Alloc[float32](psh.Shape(3), psh.Fill(math.NaN()))
	if err != nil || !math.IsNaN(float64(a.Data[2])) {
		t.Errorf("NaN: %v, %v", a.Data, err)
	}
	b, err := psh.Alloc[float32](psh.Shape(1), psh.Fill(0.1))
	if err != nil || b.Data[0] != 0.1 {
		t.Errorf("0.1: %v, %v", b.Data, err)
	}
	c, err := psh.Alloc[uint16](psh.Shape(2), psh.Fill(65535))
	if err != nil || c.Data[1] != 65535 {
		t.Errorf("65535: %v, %v", c.Data, err)
	}
	d, err := psh.Alloc[string](psh.Shape(2), psh.Fill("dark"))
	if err != nil || d.Data[1] != "dark" {
		t.Errorf("strings: %v, %v", d.Data, err)
	}
	e, err := psh.Alloc[psh.Float16](psh.Shape(1), psh.Fill(1.5))
	if err != nil || e.Data[0].Float32() != 1.5 {
		t.Errorf("float16: %v, %v", e.Data, err)
	}
	for name, err := range map[string]error{
		"negative unsigned": second(psh.Alloc[uint64](psh.Shape(1), psh.Fill(-1))),
		"too large":         second(psh.Alloc[uint8](psh.Shape(1), psh.Fill(256))),
		"fraction":          second(psh.Alloc[int](psh.Shape(1), psh.Fill(0.5))),
		"string":            second(psh.Alloc[int](psh.Shape(1), psh.Fill("1"))),
		"overflow":          second(psh.Alloc[float32](psh.Shape(1), psh.Fill(1e300))),
		"NaN":               second(psh.Alloc[int](psh.Shape(1), psh.Fill(math.NaN()))),
	} {
		if err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestAllocErrors(t *testing.T) {
	for _, c := range []struct {
		name string
		err  error
		want error
	}{
		{"overflow", second(psh.Alloc[float64](psh.Shape(1<<31, 1<<31, 2))), psh.ErrShape},
		{"negative", second(psh.Alloc[float64](psh.Shape(3, -1))), psh.ErrShape},
		{"huge", second(psh.Alloc[float64](psh.Shape(1 << 45))), psh.ErrMemory},
		{"huge strings", second(psh.Alloc[string](psh.Shape(1 << 45))), psh.ErrMemory},
		{"more than any machine has, less than it can address", second(psh.Alloc[uint8](psh.Shape(1 << 46))), psh.ErrMemory},
		{"two shapes", second(psh.Alloc[int](psh.Shape(1), psh.Shape(1))), psh.ErrShape},
		{"like two", second(psh.Alloc[int](psh.Like([]int{1}), psh.Like([]int{1}))), psh.ErrShape},
		{"no shape", second(psh.Alloc[int](psh.Fill(1))), psh.ErrShape},
		{"negative rows", second(psh.AllocFor[int](psh.Slice([]int{1}), -2)), psh.ErrShape},
	} {
		if runtime.GOOS != "linux" && c.want == psh.ErrMemory {
			continue
		}
		if !errors.Is(c.err, c.want) {
			t.Errorf("%s: %v, want %v", c.name, c.err, c.want)
		}
	}
}

func TestAllocFor(t *testing.T) {
	out, err := psh.AllocFor[float32](psh.Range(0, 5, 1), 2, 3)
	if err != nil || !slices.Equal(out.Shape(), []int{5, 2, 3}) {
		t.Errorf("shape %v, error %v", out.Shape(), err)
	}
	one, err := psh.AllocFor[float32](psh.Range(0, 5, 1))
	if err != nil || !slices.Equal(one.Shape(), []int{5}) {
		t.Errorf("shape %v, error %v", one.Shape(), err)
	}
	none, err := psh.AllocFor[float32](psh.Range(0, 0, 1), 2)
	if err != nil || none.Size() != 0 {
		t.Errorf("shape %v, error %v", none.Shape(), err)
	}
}

// TestFillLarge fills an array of several tasks, the last of them short.
func TestFillLarge(t *testing.T) {
	out := psh.Must(psh.Alloc[int32](psh.Shape(3, 1<<16+1), psh.Fill(7)))
	for i, x := range out.Data {
		if x != 7 {
			t.Fatalf("element %d is %d", i, x)
		}
	}
}
