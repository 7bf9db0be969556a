package export_test

import (
	"bytes"
	"encoding/gob"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"extrapasha/extradata/export"
	"extrapasha/internal/h5"
	psh "extrapasha/pasha"
)

// read reads a dataset as it is in a file.
func read[T any](path, name string) (data []T, shape []int, err error) {
	f, err := h5.Open(path)
	if err != nil {
		return nil, nil, err
	}
	defer f.Close()
	d, err := f.Dataset(name)
	if err != nil {
		return nil, nil, err
	}
	data, err = h5.ReadAll[T](d)
	return data, d.Shape(), err
}

// TestRows puts rows in any order on several workers, some of them never.
func TestRows(t *testing.T) {
	dir := t.TempDir()
	rapid.Check(t, func(rt *rapid.T) {
		rows := rapid.IntRange(0, 40).Draw(rt, "rows")
		row := rapid.SampledFrom([][]int{nil, {3}, {30, 41}, {700, 600}, {2, 0}}).Draw(rt, "row")
		if len(row) > 1 && row[0] == 700 {
			rows = rows % 4
		}
		put := rapid.SliceOfN(rapid.Bool(), rows, rows).Draw(rt, "put")
		var options []export.Option
		if rapid.Bool().Draw(rt, "deflated") {
			options = append(options, export.Deflated(rapid.IntRange(1, 9).Draw(rt, "level")))
		}
		path := filepath.Join(dir, "rows.h5")
		want := fill(rt, path, put, row, options)
		got, shape, err := read[float32](path, "a/rows")
		if err != nil || !slices.Equal(shape, append([]int{rows}, row...)) {
			rt.Fatal(shape, err)
		}
		same := func(a, b float32) bool { return a == b || a != a && b != b }
		if !slices.EqualFunc(got, want, same) {
			rt.Fatalf("rows %v of %v are others", put, row)
		}
	})
}

// fill makes a file of rows, those that are put, in an order of its own.
func fill(rt *rapid.T, path string, put []bool, row []int, options []export.Option) (want []float32) {
	f, err := export.Create(path, options...)
	if err != nil {
		rt.Fatal(err)
	}
	defer f.Discard()
	size := 1
	for _, length := range row {
		size *= length
	}
	r, err := export.NewRows[float32](f, "a/rows", export.Labels{}, append([]int{len(put)}, row...)...)
	if err != nil {
		rt.Fatal(err)
	}
	value := func(i, k int) float32 { return float32(i*1000 + k%7) }
	for i := range put {
		for k := range size {
			if want = append(want, float32(math.NaN())); put[i] {
				want[len(want)-1] = value(i, k)
			}
		}
	}
	order := rand.New(rand.NewPCG(1, uint64(len(put)))).Perm(len(put))
	err = psh.Map(func(_, _, i int) error {
		if !put[i] {
			return nil
		}
		a, err := psh.Alloc[float32](psh.Shape(row...), psh.Fortran())
		if err != nil {
			return err
		}
		values := want[i*size : (i+1)*size]
		if err := a.CopyFrom(must(psh.NewArray(values, slices.Concat(row, []int{})...))); err != nil && len(row) > 0 {
			return err
		}
		if len(row) == 0 {
			a.Data[0] = values[0]
		}
		return r.Put(i, a)
	}, psh.Slice(order))
	if err = errors.Join(err, f.Close()); err != nil {
		rt.Fatal(err)
	}
	return want
}

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

// TestRowsWrong tells what is wrong with a row, or with rows.
func TestRowsWrong(t *testing.T) {
	f, err := export.Create(filepath.Join(t.TempDir(), "x.nc"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Discard()
	r, err := export.NewRows[int16](f, "rows", export.Labels{Dims: []string{"trainId", "x"}}, 2, 3)
	if err != nil {
		t.Fatal(err)
	}
	row := array(t, []int16{1, 2, 3})
	if err := r.Put(1, row); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		err, want error
	}{
		"again":    {r.Put(1, row), psh.ErrShape},
		"outside":  {r.Put(2, row), psh.ErrShape},
		"negative": {r.Put(-1, row), psh.ErrShape},
		"longer":   {r.Put(0, array(t, make([]int16, 4))), psh.ErrShape},
		"scalar":   {second(export.NewRows[int](f, "a", export.Labels{})), psh.ErrShape},
		"texts":    {second(export.NewRows[string](f, "b", export.Labels{}, 2)), export.ErrType},
		"dims":     {second(export.NewRows[int](f, "c", export.Labels{Dims: []string{"x"}}, 2, 2)), psh.ErrShape},
		"taken":    {second(export.NewRows[int](f, "rows", export.Labels{}, 2)), export.ErrName},
		"axis":     {second(export.NewRows[int](f, "x", export.Labels{Dims: []string{"x"}}, 3)), export.ErrName},
		"other x":  {second(export.NewRows[int](f, "d", export.Labels{Dims: []string{"x"}}, 2)), psh.ErrShape},
	} {
		if !errors.Is(c.err, c.want) {
			t.Errorf("%s: %v, want %v", name, c.err, c.want)
		}
	}
	if err := gob.NewEncoder(new(bytes.Buffer)).Encode(r); err == nil {
		t.Error("rows cross to another process")
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	if err := r.Put(0, row); !errors.Is(err, export.ErrClosed) {
		t.Errorf("after Close: %v", err)
	}
}

func second[A any](_ A, err error) error { return err }

// ExampleNewRows fills a file while a map runs.
func ExampleNewRows() {
	f, err := export.Create("squares.nc")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer f.Discard()
	rows, err := export.NewRows[float64](f, "squares", export.Labels{Dims: []string{"n", "power"}}, 1000, 2)
	if err == nil {
		err = psh.Map(func(_, index, n int) error {
			x := float64(n)
			return rows.Put(index, must(psh.NewArray([]float64{x, x * x})))
		}, psh.Range(0, 1000, 1))
	}
	if err == nil {
		err = f.Close()
	}
	fmt.Println(err)
}
