package pasha_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"gonum.org/v1/gonum/mat"
	"pgregory.net/rapid"

	psh "extrapasha/pasha"
)

// counted is an array of the given shape that holds 0, 1, 2, … in memory order.
func counted(t testing.TB, options ...psh.AllocOption) psh.Array[int] {
	t.Helper()
	a, err := psh.Alloc[int](options...)
	if err != nil {
		t.Fatal(err)
	}
	for i := range a.Data {
		a.Data[i] = i
	}
	return a
}

func elements[T any](a psh.Array[T]) []T {
	out := []T{}
	for _, value := range a.All() {
		out = append(out, value)
	}
	return out
}

func view[T any](t testing.TB, a psh.Array[T], sels ...psh.Sel) psh.Array[T] {
	t.Helper()
	v, err := a.View(sels...)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestArrayOrders(t *testing.T) {
	for _, c := range []struct {
		name    string
		array   psh.Array[int]
		shape   []int
		strides []int
		inOrder []int
		compact bool
	}{
		{"C", counted(t, psh.Shape(2, 3)), []int{2, 3}, []int{3, 1}, []int{0, 1, 2, 3, 4, 5}, true},
		{"Fortran", counted(t, psh.Shape(2, 3), psh.Fortran()), []int{2, 3}, []int{1, 2}, []int{0, 2, 4, 1, 3, 5}, false},
		{"transposed", counted(t, psh.Shape(2, 3)).T(), []int{3, 2}, []int{1, 3}, []int{0, 3, 1, 4, 2, 5}, false},
		{"row", counted(t, psh.Shape(2, 3)).Row(1), []int{3}, []int{1}, []int{3, 4, 5}, true},
		{"row of Fortran", counted(t, psh.Shape(2, 3), psh.Fortran()).Row(1), []int{3}, []int{2}, []int{1, 3, 5}, false},
		{"column", view(t, counted(t, psh.Shape(2, 3)), psh.Every(), psh.At(-1)), []int{2}, []int{3}, []int{2, 5}, false},
		{"every other", view(t, counted(t, psh.Shape(7)), psh.Span(1, psh.End).By(2)), []int{3}, []int{2}, []int{1, 3, 5}, false},
		{"beyond the end", view(t, counted(t, psh.Shape(4)), psh.Span(2, 99)), []int{2}, []int{1}, []int{2, 3}, true},
		{"nothing", view(t, counted(t, psh.Shape(4)), psh.Span(3, 1)), []int{0}, []int{1}, []int{}, true},
		{"scalar", view(t, counted(t, psh.Shape(4)), psh.At(2)), nil, nil, []int{2}, true},
		{"empty dimension", counted(t, psh.Shape(3, 0, 2)), []int{3, 0, 2}, []int{0, 2, 1}, []int{}, true},
		{"per worker", counted(t, psh.Shape(2), psh.PerWorker(), psh.In(psh.Threads(3))), []int{3, 2}, []int{2, 1}, []int{0, 1, 2, 3, 4, 5}, true},
		{"per worker, Fortran", counted(t, psh.Shape(2, 2), psh.PerWorker(), psh.Fortran(), psh.In(psh.Threads(2))), []int{2, 2, 2}, []int{4, 1, 2}, []int{0, 2, 1, 3, 4, 6, 5, 7}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.shape, c.array.Shape()); diff != "" && len(c.shape) > 0 {
				t.Errorf("shape: %s", diff)
			}
			if len(c.strides) > 0 && !slices.Equal(c.array.Strides(), c.strides) {
				t.Errorf("strides %v, want %v", c.array.Strides(), c.strides)
			}
			if got := elements(c.array); !slices.Equal(got, c.inOrder) {
				t.Errorf("in C order %v, want %v", got, c.inOrder)
			}
			if got := elements(c.array.Copy()); !slices.Equal(got, c.inOrder) || !c.array.Copy().Compact() {
				t.Errorf("copy %v, want %v", got, c.inOrder)
			}
			if c.array.Compact() != c.compact {
				t.Errorf("Compact %v, want %v", c.array.Compact(), c.compact)
			}
			if c.array.Size() != len(c.inOrder) {
				t.Errorf("Size %d, want %d", c.array.Size(), len(c.inOrder))
			}
		})
	}
}

func TestArraySharesData(t *testing.T) {
	a := counted(t, psh.Shape(3, 4))
	a.Row(1).Set(-1, 2)
	view(t, a, psh.Every(), psh.At(0)).Fill(-2)
	if want := []int{-2, 1, 2, 3, -2, 5, -1, 7, -2, 9, 10, 11}; !slices.Equal(a.Data, want) {
		t.Errorf("after writing to a row and a column: %v, want %v", a.Data, want)
	}
	for i, row := range a.Rows() {
		if row.At(3) != a.At(i, 3) {
			t.Errorf("row %d: %d, want %d", i, row.At(3), a.At(i, 3))
		}
	}
	flat, err := a.Reshape(12)
	if err != nil || &flat.Data[0] != &a.Data[0] {
		t.Errorf("Reshape copies or fails: %v", err)
	}
}

func TestArrayBadPositionsPanic(t *testing.T) {
	a := counted(t, psh.Shape(2, 3))
	for name, f := range map[string]func(){
		"At outside":    func() { a.At(2, 0) },
		"At negative":   func() { a.At(0, -1) },
		"At too few":    func() { a.At(1) },
		"Row outside":   func() { a.Row(2) },
		"Set in column": func() { a.Set(1, 0, 3) },
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if err, _ := recover().(error); !errors.Is(err, psh.ErrShape) {
					t.Errorf("panicked with %v, want ErrShape", err)
				}
			}()
			f()
		})
	}
}

func TestArrayErrors(t *testing.T) {
	a := counted(t, psh.Shape(2, 3))
	for name, err := range map[string]error{
		"too many selections": second(a.View(psh.At(0), psh.At(0), psh.At(0))),
		"position outside":    second(a.View(psh.At(2))),
		"bad step":            second(a.View(psh.Every().By(0))),
		"other size":          second(a.Reshape(5)),
		"not compact":         second(a.T().Reshape(6)),
		"wrong data":          second(psh.NewArray([]int{1, 2}, 3)),
	} {
		if !errors.Is(err, psh.ErrShape) {
			t.Errorf("%s: %v, want ErrShape", name, err)
		}
	}
}

func second[T any](_ T, err error) error { return err }

// TestViewAgainstIndexing compares views with plain index arithmetic on random
// shapes and selections.
func TestViewAgainstIndexing(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		shape := rapid.SliceOfN(rapid.IntRange(1, 5), 1, 4).Draw(rt, "shape")
		a := counted(t, psh.Shape(shape...))
		if rapid.Bool().Draw(rt, "fortran") {
			a = counted(t, psh.Shape(shape...), psh.Fortran())
		}
		sels := make([]psh.Sel, len(shape))
		picked := make([][]int, len(shape))
		for axis, length := range shape {
			start := rapid.IntRange(-length, length-1).Draw(rt, "start")
			if rapid.Bool().Draw(rt, "single") {
				sels[axis] = psh.At(start)
				picked[axis] = []int{(start + length) % length}
				continue
			}
			stop := rapid.IntRange(-length-1, length+2).Draw(rt, "stop")
			step := rapid.IntRange(1, 3).Draw(rt, "step")
			sels[axis] = psh.Span(start, stop).By(step)
			from, to := start, stop
			if from < 0 {
				from += length
			}
			if to < 0 {
				to += length
			}
			for i := from; i < min(to, length); i += step {
				picked[axis] = append(picked[axis], i)
			}
		}
		want := []int{}
		var collect func(axis int, position []int)
		collect = func(axis int, position []int) {
			if axis == len(shape) {
				want = append(want, a.At(position...))
				return
			}
			for _, i := range picked[axis] {
				collect(axis+1, append(position, i))
			}
		}
		collect(0, nil)
		if got := elements(view(t, a, sels...)); !slices.Equal(got, want) {
			rt.Fatalf("%v of shape %v: %v, want %v", sels, shape, got, want)
		}
	})
}

func TestDense(t *testing.T) {
	a, _ := psh.Alloc[float64](psh.Shape(3, 4))
	for i := range a.Data {
		a.Data[i] = float64(i)
	}
	part := view(t, a, psh.Span(1, 3), psh.Span(1, 3))
	m, err := psh.Dense(part)
	if err != nil {
		t.Fatal(err)
	}
	if want := mat.NewDense(2, 2, []float64{5, 6, 9, 10}); !mat.Equal(m, want) {
		t.Errorf("got %v, want %v", mat.Formatted(m), mat.Formatted(want))
	}
	m.Set(0, 0, -1)
	if a.At(1, 1) != -1 {
		t.Error("the matrix does not share the array's data")
	}
	if back := psh.FromDense(m); &back.Data[0] != &part.Data[0] || back.At(1, 1) != 10 {
		t.Error("FromDense does not share the matrix's data")
	}
	if _, err := psh.Dense(a.T()); !errors.Is(err, psh.ErrShape) {
		t.Errorf("transposed: %v, want ErrShape", err)
	}
	vector, _ := psh.Alloc[float64](psh.Shape(4))
	if _, err := psh.Dense(vector); !errors.Is(err, psh.ErrShape) {
		t.Errorf("one dimension: %v, want ErrShape", err)
	}
}
