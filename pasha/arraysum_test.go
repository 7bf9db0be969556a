package pasha_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"extrapasha/internal/versus"

	psh "extrapasha/pasha"
)

// byHand makes a reduction of an array in the simplest way: the numbers of each element of
// the result, put together one by one.
func byHand[T psh.Number](a psh.Array[T], over []int, f func([]float64) float64) (shape []int, out []float64) {
	gone := make([]bool, a.NDim())
	for _, axis := range over {
		gone[(axis+a.NDim())%a.NDim()] = true
	}
	shape = []int{}
	for axis, length := range a.Shape() {
		if !gone[axis] && len(over) > 0 {
			shape = append(shape, length)
		}
	}
	size := 1
	for _, length := range shape {
		size *= length
	}
	numbers := make([][]float64, size)
	position := make([]int, a.NDim())
	for n, x := range a.All() {
		for axis := a.NDim() - 1; axis >= 0; axis-- {
			position[axis] = n % a.Shape()[axis]
			n /= a.Shape()[axis]
		}
		k := 0
		for axis, i := range position {
			if !gone[axis] && len(over) > 0 {
				k = k*a.Shape()[axis] + i
			}
		}
		numbers[k] = append(numbers[k], float64(x))
	}
	for _, n := range numbers {
		out = append(out, f(n))
	}
	return shape, out
}

// anyView is an array of any layout: parts of one, in any order of dimensions.
func anyView(t *rapid.T, number *rapid.Generator[float64]) psh.Array[float64] {
	shape := rapid.SliceOfN(rapid.IntRange(0, 6), 0, 4).Draw(t, "shape")
	a := must(psh.Alloc[float64](psh.Shape(shape...)))
	for i := range a.Data {
		a.Data[i] = number.Draw(t, "number")
	}
	sels := make([]psh.Sel, len(shape))
	for i := range sels {
		sels[i] = psh.Span(rapid.IntRange(0, 2).Draw(t, "start"), psh.End).By(rapid.IntRange(1, 2).Draw(t, "step"))
	}
	a = must(a.View(sels...))
	if rapid.Bool().Draw(t, "transposed") {
		a = a.T()
	}
	return a
}

func quantileByHand(numbers []float64, part float64) float64 {
	if len(numbers) == 0 || slices.ContainsFunc(numbers, math.IsNaN) {
		return math.NaN()
	}
	slices.Sort(numbers)
	at := part * float64(len(numbers)-1)
	low, high := numbers[int(at)], numbers[min(int(at)+1, len(numbers)-1)]
	return low + (high-low)*(at-math.Floor(at))
}

// TestArrayReductions reduces arrays of any layout over any dimensions.
func TestArrayReductions(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := anyView(t, rapid.SampledFrom([]float64{0, 1, 2, -3, 0.5, 1e9, math.NaN()}))
		var over []int
		for axis := range a.NDim() {
			switch rapid.IntRange(0, 2).Draw(t, "over") {
			case 0:
				over = append(over, axis)
			case 1:
				over = append(over, axis-a.NDim())
			}
		}
		part := rapid.SampledFrom([]float64{0, 0.1, 0.5, 0.75, 1}).Draw(t, "part")
		skip := func(f func([]float64) float64) func([]float64) float64 {
			return func(numbers []float64) float64 { return f(slices.DeleteFunc(numbers, math.IsNaN)) }
		}
		sum := func(n []float64) float64 { return expectSum(n) }
		mean := func(n []float64) float64 { return expectSum(n) / float64(len(n)) }
		std := func(n []float64) float64 { return expect(n, false).std }
		quantile := func(n []float64) float64 { return quantileByHand(n, part) }
		median := func(n []float64) float64 { return quantileByHand(n, 0.5) }
		at := func(f func(psh.Array[float64], float64, ...int) (psh.Array[float64], error)) func(psh.Array[float64], ...int) (psh.Array[float64], error) {
			return func(a psh.Array[float64], axes ...int) (psh.Array[float64], error) { return f(a, part, axes...) }
		}
		for name, c := range map[string]struct {
			reduce func(psh.Array[float64], ...int) (psh.Array[float64], error)
			want   func([]float64) float64
		}{
			"Sum":         {psh.Sum[float64, float64], sum},
			"NaNSum":      {psh.NaNSum[float64, float64], skip(sum)},
			"Mean":        {psh.Mean[float64], mean},
			"NaNMean":     {psh.NaNMean[float64], skip(mean)},
			"Std":         {psh.Std[float64], std},
			"NaNStd":      {psh.NaNStd[float64], skip(std)},
			"Median":      {psh.Median[float64], median},
			"NaNMedian":   {psh.NaNMedian[float64], skip(median)},
			"Quantile":    {at(psh.Quantile[float64]), quantile},
			"NaNQuantile": {at(psh.NaNQuantile[float64]), skip(quantile)},
		} {
			got, err := c.reduce(a, over...)
			shape, want := byHand(a, over, c.want)
			if err != nil || !slices.Equal(got.Shape(), shape) || !slices.EqualFunc(got.Data, want, close64) {
				t.Fatalf("%s over %v of %v: %v %v, %v, want %v %v", name, over, a, got.Shape(), got.Data, err, shape, want)
			}
		}
	})
}

func expectSum(numbers []float64) (sum float64) {
	for _, x := range numbers {
		sum += x
	}
	return sum
}

// TestArrayReductionsLarge is about arrays that are divided among cores.
func TestArrayReductionsLarge(t *testing.T) {
	a := must(psh.Alloc[int32](psh.Shape(300, 40, 50)))
	for i := range a.Data {
		a.Data[i] = int32(i*7919%1000 - 300)
	}
	for _, view := range []psh.Array[int32]{a, a.T(), must(a.View(psh.Span(1, 299), psh.Every().By(3)))} {
		for _, over := range [][]int{nil, {0}, {1}, {2}, {0, 1}, {0, 2}, {1, 2}, {-1, 0, 1}} {
			sum, err := psh.Sum[int64](view, over...)
			shape, want := byHand(view, over, expectSum)
			if err != nil || !slices.Equal(sum.Shape(), shape) || !slices.EqualFunc(sum.Data, want, func(a int64, b float64) bool { return float64(a) == b }) {
				t.Errorf("sum over %v of %v: %v", over, view, err)
			}
			std, err := psh.Std(view, over...)
			if _, want := byHand(view, over, func(n []float64) float64 { return expect(n, false).std }); err != nil || !slices.EqualFunc(std.Data, want, close64) {
				t.Errorf("std over %v of %v: %v", over, view, err)
			}
			median, err := psh.Median(view, over...)
			if _, want := byHand(view, over, func(n []float64) float64 { return quantileByHand(n, 0.5) }); err != nil || !slices.EqualFunc(median.Data, want, close64) {
				t.Errorf("median over %v of %v: %v", over, view, err)
			}
		}
	}
}

func TestArrayReductionsRefuse(t *testing.T) {
	a := must(psh.NewArray([]float32{1, 2, 3, 4}, 2, 2))
	for name, err := range map[string]error{
		"no dimension 2":  second(psh.Mean(a, 2)),
		"no dimension -3": second(psh.Std(a, -3)),
		"twice":           second(psh.Median(a, 0, -2)),
		"scalar":          second(psh.Sum[float64](must(psh.Alloc[float32](psh.Shape())), 0)),
	} {
		if !errors.Is(err, psh.ErrShape) {
			t.Errorf("%s: %v, want ErrShape", name, err)
		}
	}
	for _, part := range []float64{-0.1, 1.1, math.NaN()} {
		if _, err := psh.Quantile(a, part); err == nil {
			t.Errorf("quantile %v: no error", part)
		}
	}
	if _, err := psh.Sum[int64](a); err == nil {
		t.Error("floats in int64: no error")
	}
	huge := must(psh.NewArray([]float64{}, 1<<58, 0))
	if _, err := psh.Sum[float64](huge, 1); !errors.Is(err, psh.ErrMemory) {
		t.Errorf("a result of 2 EiB: %v, want ErrMemory", err)
	}
	wrapped := must(psh.NewArray([]uint64{math.MaxUint64, 2}))
	if sum := must(psh.Sum[uint64](wrapped)); sum.Data[0] != 1 {
		t.Errorf("wraps around to %d, want 1", sum.Data[0])
	}
	inf := must(psh.NewArray([]float64{math.Inf(1), math.Inf(1), 1}))
	if q := must(psh.Quantile(inf, 0.75)); !math.IsInf(q.Data[0], 1) {
		t.Errorf("between infinite ones: %v", q.Data)
	}
	m := must(psh.Spread(must(psh.NewArray([]float64{1e9 + 1, 1e9 - 1, 1e9 + 1, 1e9 - 1})))).Data[0]
	if m.N() != 4 || m.Mean() != 1e9 || m.Var(0) != 1 || m.Var(1) != 4./3 {
		t.Errorf("%+v", m)
	}
}

// TestSelectOrders finds medians of data in orders that are bad for a choice of pivots.
func TestSelectOrders(t *testing.T) {
	const n = 100_001
	for name, f := range map[string]func(i int) float64{
		"rising": func(i int) float64 { return float64(i) }, "falling": func(i int) float64 { return float64(-i) },
		"same": func(int) float64 { return 1 }, "two": func(i int) float64 { return float64(i % 2) },
		"organ pipe": func(i int) float64 { return float64(min(i, n-i)) }, "saw": func(i int) float64 { return float64(i % 9) },
		"random": func(i int) float64 { return rand.Float64() },
	} {
		a := must(psh.Alloc[float64](psh.Shape(n)))
		for i := range a.Data {
			a.Data[i] = f(i)
		}
		want := quantileByHand(slices.Clone(a.Data), 0.5)
		if got := must(psh.Median(a)); got.Data[0] != want {
			t.Errorf("%s: %v, want %v", name, got.Data[0], want)
		}
	}
}

// TestNumPyReductions asks NumPy itself, where there is one.
func TestNumPyReductions(t *testing.T) {
	python := numpy(t)
	a := must(psh.Alloc[float32](psh.Shape(7, 6, 5)))
	for i := range a.Data {
		a.Data[i] = float32(i*7919%1000)/16 - 20
	}
	path := filepath.Join(t.TempDir(), "a.npy")
	if err := a.SaveNPY(path); err != nil {
		t.Fatal(err)
	}
	script := `
import sys, json, numpy as np
a = np.load(sys.argv[1]).astype('f8')
r = {}
for over in [(0,), (1, 2), (0, 2)]:
    r[str(list(over)).replace(',', '')] = [f(a, axis=over).ravel().tolist() for f in (np.sum, np.mean, np.std, np.median,
        lambda a, axis: np.quantile(a, 0.3, axis=axis), lambda a, axis: np.std(a, axis=axis, ddof=1))]
print(json.dumps(r))
`
	text, err := exec.Command(python, "-c", script, path).Output()
	if err != nil {
		t.Fatal(err)
	}
	var want map[string][][]float64
	if err := json.Unmarshal(text, &want); err != nil {
		t.Fatal(err)
	}
	for _, over := range [][]int{{0}, {1, 2}, {0, 2}} {
		sample := psh.Each(must(psh.Spread(a, over...)), func(m psh.Moments) float64 { return m.Std(1) })
		for i, got := range []psh.Array[float64]{
			must(psh.Sum[float64](a, over...)), must(psh.Mean(a, over...)), must(psh.Std(a, over...)), must(psh.Median(a, over...)), must(psh.Quantile(a, 0.3, over...)), sample,
		} {
			if !slices.EqualFunc(got.Data, want[fmt.Sprint(over)][i], func(a, b float64) bool { return math.Abs(a-b) < 1e-11*(1+math.Abs(b)) }) {
				t.Errorf("reduction %d over %v: %v, NumPy has %v", i, over, got.Data, want[fmt.Sprint(over)][i])
			}
		}
	}
}

// BenchmarkArrayReductions reduces a stack of images beside the loops that one would
// write by hand on one core.
func BenchmarkArrayReductions(b *testing.B) {
	const n, size = 64, 512 * 512
	a := must(psh.Alloc[float32](psh.Shape(n, 512, 512)))
	for i := range a.Data {
		a.Data[i] = float32(i * 7919 % 1000)
	}
	run := func(name string, ours func(), byHand func()) {
		b.Run(name, func(b *testing.B) {
			versus.Run(b, versus.Contender{Name: "Ours", Run: ours}, versus.Contender{Name: "ByHand", Run: byHand})
		})
	}
	run("sum of all", func() { must(psh.Sum[float64](a)) }, func() {
		sum := 0.0
		for _, x := range a.Data {
			sum += float64(x)
		}
		sink = sum
	})
	run("mean image", func() { must(psh.Mean(a, 0)) }, func() {
		mean := make([]float64, size)
		for i := range n {
			for k, x := range a.Data[i*size : (i+1)*size] {
				mean[k] += float64(x)
			}
		}
		for k := range mean {
			mean[k] /= n
		}
	})
	run("mean of each", func() { must(psh.Mean(a, 1, 2)) }, func() {
		mean := make([]float64, n)
		for i := range n {
			for _, x := range a.Data[i*size : (i+1)*size] {
				mean[i] += float64(x)
			}
			mean[i] /= size
		}
	})
	run("std image", func() { must(psh.Std(a, 0)) }, func() {
		mean, squares := make([]float64, size), make([]float64, size)
		for i := range n {
			for k, x := range a.Data[i*size : (i+1)*size] {
				mean[k] += float64(x)
				squares[k] += float64(x) * float64(x)
			}
		}
		for k := range mean {
			mean[k] = math.Sqrt(squares[k]/n - mean[k]*mean[k]/n/n)
		}
	})
	run("median image", func() { must(psh.Median(a, 0)) }, func() {
		median, buffer := make([]float64, size), make([]float32, n)
		for k := range median {
			for i := range n {
				buffer[i] = a.Data[i*size+k]
			}
			slices.Sort(buffer)
			median[k] = float64(buffer[n/2-1]+buffer[n/2]) / 2
		}
	})
	run("median of all", func() { must(psh.Median(a)) }, func() {
		buffer := slices.Clone(a.Data)
		slices.Sort(buffer)
		sink = float64(buffer[len(buffer)/2])
	})
}

var sink float64
