package pasha_test

import (
	"errors"
	"fmt"
	"math"
	"math/big"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	psh "extrapasha/pasha"
)

// writing is a recipe whose kernel does something to its arguments at the last item.
func writing[A any](name string, write func(args A)) func(args A, ctx psh.Context) error {
	recipe := psh.Register("writing "+name, func(args A) psh.Kernel[int] {
		return func(worker, index, value int) error {
			if index == 9 {
				write(args)
			}
			return nil
		}
	})
	return func(args A, ctx psh.Context) error { return recipe.Map(args, psh.Range(0, 10, 1), psh.On(ctx)) }
}

type results struct {
	Out   psh.Array[int]
	Mean  []float64
	Hits  map[string]int
	Part  *part
	Parts []part
	Rows  [][]int
	Any   any
	Grid  [1]*int
	When  []time.Time
	Sums  []*big.Int
	By    map[part]*part
	cache map[string]int
}

type part struct {
	N     int
	Z     complex64
	Words string
	note  string
}

var (
	writeElement = writing("element", func(a results) { a.Mean[2] = 5 })
	writeNaN     = writing("NaN", func(a results) { a.Mean[2] = math.NaN() })
	writeMap     = writing("map", func(a results) { a.Hits["a"]++ })
	writeNewKey  = writing("new key", func(a results) { a.Hits["b"] = 1 })
	writeDelete  = writing("delete", func(a results) { delete(a.Hits, "a") })
	writePointer = writing("pointer", func(a results) { a.Part.N++ })
	writeComplex = writing("complex", func(a results) { a.Part.Z = 1i })
	writeNested  = writing("nested", func(a results) { a.Parts[1].Words += "!" })
	writeRow     = writing("row", func(a results) { a.Rows[1] = append(a.Rows[1], 3) })
	writeCell    = writing("cell", func(a results) { a.Rows[1][0] = 3 })
	writeAny     = writing("any", func(a results) { a.Any.([]int)[1] = 7 })
	writeGrid    = writing("grid", func(a results) { *a.Grid[0] = 7 })
	writeTime    = writing("time", func(a results) { a.When[0] = a.When[0].Add(1) })
	writeBig     = writing("big", func(a results) { a.Sums[1] = big.NewInt(3) })
	writeValue   = writing("value", func(a results) { a.By[part{N: 3}].N = 5 })
	writeAppend  = writing("append", func(a *results) { a.Mean = append(a.Mean, 1) })
	writeNil     = writing("nil", func(a *results) { a.Part = nil })
	writeOther   = writing("other type", func(a *results) { a.Any = "text" })
	writeBare    = writing("bare map", func(hits map[int]float32) { hits[3] += 0.5 })
	writeSlice   = writing("bare slice", func(out []float64) { out[1]++ })

	writeNothing = writing("nothing", func(*results) {})
	writeArray   = writing("array", func(a *results) { a.Out.Data[0] = 5 })
	writeCopy    = writing("copy", func(a results) { a.Mean, a.Part, a.Hits = nil, nil, nil })
	writeSame    = writing("same", func(a *results) { a.Mean, a.Hits["a"] = append([]float64{}, a.Mean...), 1 })
	writeHidden  = writing("hidden", func(a *results) { a.cache, a.Part.note = map[string]int{"a": 1}, "seen" })
)

func newResults(out psh.Array[int]) results {
	one := 1
	return results{
		Out: out, Mean: []float64{1, 2, 3, math.NaN()}, Hits: map[string]int{"a": 1}, Part: &part{N: 1, Z: complex(float32(math.NaN()), 0)},
		Parts: make([]part, 2), Rows: [][]int{{1}, {2}}, Any: []int{1, 2}, Grid: [1]*int{&one},
		When: []time.Time{time.Unix(1, 0)}, Sums: []*big.Int{big.NewInt(1), big.NewInt(2)}, By: map[part]*part{{N: 3}: {N: 4}},
	}
}

// TestProcessesLost has kernels write where it would be lost.
func TestProcessesLost(t *testing.T) {
	ctx := processes(t, 2)
	a := newResults(alloc[int](t, psh.Shape(3), psh.In(ctx)))
	on := func(run func(results, psh.Context) error) error { return run(a, ctx) }
	through := func(run func(*results, psh.Context) error) error { return run(&a, ctx) }
	for want, err := range map[string]error{
		`arguments.Mean[2] (float64)`:          on(writeElement),
		`arguments.Mean[2] (float64), `:        on(writeNaN),
		`arguments.Hits["a"] (int)`:            on(writeMap),
		`arguments.Hits["b"] (int)`:            on(writeNewKey),
		`arguments.Hits["a"] (int), `:          on(writeDelete),
		`arguments.Part.N (int)`:               on(writePointer),
		`arguments.Part.Z (complex64)`:         on(writeComplex),
		`arguments.Parts[1].Words (string)`:    on(writeNested),
		`arguments.Rows[1] ([]int)`:            on(writeRow),
		`arguments.Rows[1][0] (int)`:           on(writeCell),
		`arguments.Any[1] (int)`:               on(writeAny),
		`arguments.Grid[0] (int)`:              on(writeGrid),
		`arguments.When[0] (time.Time)`:        on(writeTime),
		`arguments.Sums[1] (*big.Int)`:         on(writeBig),
		`arguments.By[{3 (0+0i)  }].N (int)`:   on(writeValue),
		`arguments.Mean ([]float64)`:           through(writeAppend),
		`arguments.Part (*pasha_test.part)`:    through(writeNil),
		`arguments.Any (interface {})`:         through(writeOther),
		`arguments[3] (float32)`:               writeBare(map[int]float32{3: 1}, ctx),
		`arguments[1] (float64)`:               writeSlice(make([]float64, 3), ctx),
		"psh.Alloc":                            on(writeElement),
		"psh.PerWorker":                        on(writeMap),
		"the kernel has written to arguments.": on(writeMap),
	} {
		if !errors.Is(err, psh.ErrCross) || !strings.Contains(fmt.Sprint(err), want) {
			t.Errorf("%v, want ErrCross with %q", err, want)
		}
	}
	for name, err := range map[string]error{
		"nothing": through(writeNothing), "array": through(writeArray), "copy": on(writeCopy), "same": through(writeSame), "hidden": through(writeHidden),
		"element on threads": writeElement(newResults(a.Out), psh.Threads(2)), "map, serially": writeMap(newResults(a.Out), psh.Serial()),
	} {
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if a.Out.Data[0] != 5 {
		t.Error("the array was not written to")
	}
}

var mark = psh.Register("mark", func(change bool) psh.Kernel[*part] {
	return func(worker, index int, p *part) error {
		if change && index == 5 {
			p.N = index
		}
		return nil
	}
})

// TestProcessesLostInValues has a kernel write to the values that it is called with.
func TestProcessesLostInValues(t *testing.T) {
	ctx, values := processes(t, 2), make([]*part, 10)
	for i := range values {
		values[i] = &part{Words: "x"}
	}
	if err := mark.Map(false, psh.Slice(values), psh.On(ctx)); err != nil {
		t.Error(err)
	}
	if err := mark.Map(true, psh.Slice(values), psh.On(ctx)); !errors.Is(err, psh.ErrCross) || !strings.Contains(err.Error(), "values[5].N (int)") {
		t.Errorf("%v, want ErrCross that names values[5].N", err)
	}
	if err := mark.Map(true, psh.Slice(values), psh.On(psh.Threads(2))); err != nil || values[5].N != 5 {
		t.Errorf("on threads: %v, %v", err, values[5])
	}
}

type change struct {
	Table [][]float32
	At    []int // where, nil for nowhere
	Grow  bool
}

var writeTable = psh.Register("write table", func(c change) psh.Kernel[int] {
	return func(worker, index, value int) error {
		if index != 3 || c.At == nil {
			return nil
		}
		row := &c.Table[c.At[0]]
		if c.Grow {
			*row = append(*row, 1)
		} else {
			(*row)[c.At[1]]++
		}
		return nil
	}
})

// TestProcessesLostAnywhere writes to one place of a table of any shape, or to none.
func TestProcessesLostAnywhere(t *testing.T) {
	ctx := processes(t, 2)
	rapid.Check(t, func(t *rapid.T) {
		number := rapid.SampledFrom([]float32{0, 1, float32(math.Inf(-1)), float32(math.Copysign(0, -1))})
		c := change{Table: rapid.SliceOfN(rapid.SliceOfN(number, 1, 5), 1, 5).Draw(t, "table"), Grow: rapid.Bool().Draw(t, "grow")}
		want := ""
		if rapid.Bool().Draw(t, "write") {
			row := rapid.IntRange(0, len(c.Table)-1).Draw(t, "row")
			column := rapid.IntRange(0, len(c.Table[row])-1).Draw(t, "column")
			c.At = []int{row, column}
			switch {
			case c.Grow:
				want = fmt.Sprintf("arguments.Table[%d] ([]float32)", row)
			case !math.IsInf(float64(c.Table[row][column]), 0):
				want = fmt.Sprintf("arguments.Table[%d][%d] (float32)", row, column)
			}
		}
		err := writeTable.Map(c, psh.Range(0, 10, 1), psh.On(ctx))
		if want == "" && err != nil || want != "" && (!errors.Is(err, psh.ErrCross) || !strings.Contains(err.Error(), want)) {
			t.Fatalf("%v, want ErrCross with %q", err, want)
		}
	})
}

// BenchmarkProcessesArguments is a map of ten items whose arguments are compared.
func BenchmarkProcessesArguments(b *testing.B) {
	ctx := processes(b, 2)
	a := newResults(alloc[int](b, psh.Shape(3), psh.In(ctx)))
	for b.Loop() {
		if err := writeNothing(&a, ctx); err != nil {
			b.Fatal(err)
		}
	}
}
