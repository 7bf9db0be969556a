package pasha_test

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"extrapasha/internal/versus"

	psh "extrapasha/pasha"
)

// tagged is an item of another type that is made of an array.
type tagged struct {
	ID int
	psh.Array[float32]
}

// taggedRows are the rows of an array; of odd ones there is none.
type taggedRows struct{ Rows psh.Array[float32] }

func (f taggedRows) Len() int { return 2 * f.Rows.Len() }
func (f taggedRows) Walk(share psh.Share, visit func(int, tagged) error) error {
	for i := share.Start; i < share.Stop; i++ {
		if i%2 == 1 {
			if err := visit(i, tagged{i, f.Rows.Row(i / 2)}); err != nil {
				return err
			}
		}
	}
	return nil
}

func close64(a, b float64) bool {
	return a == b || math.IsNaN(a) && math.IsNaN(b) || math.Abs(a-b) <= 1e-12*max(math.Abs(a), math.Abs(b), 1)
}

// expected works out for each group and element what the reductions should give.
type expected struct {
	n                        int
	sum, mean, std, min, max float64
}

func expect(numbers []float64, skipNaN bool) (e expected) {
	if skipNaN {
		numbers = slices.DeleteFunc(slices.Clone(numbers), math.IsNaN)
	}
	e.n, e.mean, e.std = len(numbers), math.NaN(), math.NaN()
	if e.n == 0 {
		return e
	}
	e.min, e.max = math.Inf(1), math.Inf(-1)
	for _, x := range numbers {
		e.sum, e.min, e.max = e.sum+x, min(e.min, x), max(e.max, x)
	}
	e.mean = e.sum / float64(e.n)
	squares := 0.0
	for _, x := range numbers {
		squares += (x - e.mean) * (x - e.mean)
	}
	e.std = math.Sqrt(squares / float64(e.n))
	return e
}

func init() { psh.RegisterItems[psh.Array[float32]]() }

// TestReduceReady compares the reductions that pasha has with numbers that are put
// together by hand, on every context, whole and by groups, with NaN and without.
func TestReduceReady(t *testing.T) {
	contexts := everywhere(t)
	rapid.Check(t, func(t *rapid.T) {
		n, length := rapid.IntRange(1, 300).Draw(t, "items"), rapid.IntRange(0, 4).Draw(t, "length")
		skipNaN, grouped, across := rapid.Bool().Draw(t, "skip"), rapid.Bool().Draw(t, "grouped"), rapid.Bool().Draw(t, "across")
		ctx := rapid.SampledFrom(contexts).Draw(t, "context")
		data := must(psh.Alloc[float32](psh.Shape(n, length), psh.In(ctx)))
		defer data.Free()
		number := rapid.SampledFrom([]float32{0, 1, -2.5, 1000, float32(math.NaN())})
		options, groups, most := []psh.MapOption{psh.On(ctx)}, make([]int, n), 0
		for i := range n {
			for j := range length {
				data.Set(number.Draw(t, "number"), i, j)
			}
			if grouped {
				groups[i] = rapid.IntRange(-1, 3).Draw(t, "group")
				most = max(most, groups[i]+1)
			} else {
				most = 1
			}
		}
		if skipNaN {
			options = append(options, psh.SkipNaN())
		}
		if grouped {
			options = append(options, psh.By(groups))
		}
		functor := must(psh.Along(data, 0))
		if across { // each item is a column
			wide := must(psh.Alloc[float32](psh.Shape(length, n), psh.In(ctx)))
			defer wide.Free()
			if err := wide.T().CopyFrom(data); err != nil {
				t.Fatal(err)
			}
			functor = must(psh.Along(wide, 1))
		}
		sum, err1 := psh.ReduceSum[float64](functor, options...)
		mean, err2 := psh.ReduceMean(functor, options...)
		moments, err3 := psh.ReduceMoments(functor, options...)
		extremes, err4 := psh.ReduceExtremes(functor, options...)
		if err := errors.Join(err1, err2, err3, err4); err != nil {
			t.Fatal(err)
		}
		want := []int{length}
		if grouped {
			want = []int{most, length}
		}
		for _, shape := range [][]int{sum.Shape(), mean.Shape(), moments.Shape(), extremes.Shape()} {
			if !slices.Equal(shape, want) {
				t.Fatalf("shape %v, want %v", shape, want)
			}
		}
		for at := range sum.Data {
			var numbers []float64
			for i := range n {
				if groups[i] == at/length {
					numbers = append(numbers, float64(data.At(i, at%length)))
				}
			}
			e, m, x := expect(numbers, skipNaN), moments.Data[at], extremes.Data[at]
			got := expected{m.N(), sum.Data[at], mean.Data[at], m.Std(0), float64(x.Min), float64(x.Max)}
			if !close64(got.sum, e.sum) || !close64(got.mean, e.mean) || !close64(m.Mean(), e.mean) || !close64(got.std, e.std) ||
				!close64(got.min, e.min) || !close64(got.max, e.max) || got.n != e.n || int(x.N) != e.n {
				t.Fatalf("element %d: %+v, want %+v", at, got, e)
			}
		}
		for _, array := range []interface{ Free() error }{sum, mean, moments, extremes} {
			if err := array.Free(); err != nil {
				t.Fatal(err)
			}
		}
	})
}

func TestReduceHistogram(t *testing.T) {
	data := must(psh.NewArray([]float64{0, 0.1, 0.2, 0.3, 1, -0.1, 1.1, math.NaN(), 0.7, 0.7 - 1e-16}, 5, 2))
	bins := psh.Bins{Count: 10, High: 1}
	counts, err := psh.ReduceHistogram(must(psh.Along(data, 0)), bins, psh.On(psh.Threads(2)))
	if want := "[1 1 1 1 0 0 1 1 0 1]"; err != nil || fmt.Sprint(counts.Data) != want {
		t.Errorf("%v, %v, want %v", counts.Data, err, want)
	}
	if edges := bins.Edges(); len(edges) != 11 || edges[0] != 0 || edges[10] != 1 {
		t.Errorf("edges %v", edges)
	}
	by, err := psh.ReduceHistogram(must(psh.Along(data, 0)), psh.Bins{Count: 1, Low: -1, High: 2}, psh.By([]int{0, 0, 1, 1, -1}))
	if err != nil || fmt.Sprint(by.Shape(), by.Data) != "[2 1] [4 3]" {
		t.Errorf("by groups: %v %v, %v", by.Shape(), by.Data, err)
	}
	for _, bad := range []psh.Bins{{}, {Count: 3, Low: 1, High: 1}, {Count: 3, High: math.Inf(1)}, {Count: 3, High: math.NaN()}, {Count: 1, Low: -math.MaxFloat64, High: math.MaxFloat64}} {
		if _, err := psh.ReduceHistogram(must(psh.Along(data, 0)), bad); err == nil {
			t.Errorf("%+v: no error", bad)
		}
	}
}

// TestReduceReadyItems is about items of other types, and what is refused.
func TestReduceReadyItems(t *testing.T) {
	rows := must(psh.NewArray([]float32{1, 2, 3, 4, 5, 6}, 3, 2))
	sum, err := psh.ReduceSum[float64](psh.Functor[tagged](taggedRows{rows}))
	if err != nil || fmt.Sprint(sum.Data) != "[9 12]" {
		t.Errorf("items that embed an array: %v, %v", sum.Data, err)
	}
	if _, err := psh.ReduceSum[float64](psh.Functor[tagged](taggedRows{must(psh.NewArray([]float32{}, 0, 2))})); !errors.Is(err, psh.ErrShape) {
		t.Errorf("no items: %v, want ErrShape", err)
	}
	none := must(psh.Along(must(psh.NewArray([]int32{}, 0, 2)), 0))
	if mean, err := psh.ReduceMean(none); err != nil || len(mean.Data) != 2 || !math.IsNaN(mean.Data[1]) {
		t.Errorf("no rows: %v, %v, want two NaN", mean.Data, err)
	}
	if sum, err := psh.ReduceSum[int64](none, psh.By([]int{})); err != nil || fmt.Sprint(sum.Shape()) != "[0 2]" {
		t.Errorf("no rows in no group: %v, %v", sum, err)
	}
	if all := must(psh.ReduceExtremes(none)); all.Data[0].N != 0 {
		t.Errorf("no rows: %v", all.Data)
	}
	uneven := psh.Slice([]psh.Array[int16]{must(psh.NewArray([]int16{1, 2})), must(psh.NewArray([]int16{1, 2, 3}))})
	if _, err := psh.ReduceMean(uneven); !errors.Is(err, psh.ErrShape) || !strings.Contains(err.Error(), "item 1") {
		t.Errorf("items of two shapes: %v, want ErrShape at item 1", err)
	}
	labelled := must(psh.NewLabelled(must(psh.NewArray([]uint8{255, 1, 255, 2}, 2, 2)), []string{"train", "x"}, nil))
	if sum, err := psh.ReduceSum[uint64](must(psh.AlongDim(labelled, "train"))); err != nil || fmt.Sprint(sum.Data) != "[510 3]" {
		t.Errorf("labelled: %v, %v", sum.Data, err)
	}
	numbers := must(psh.Along(must(psh.NewArray([]int8{-1, 2, -3})), 0)) // no dimension each
	if sum, err := psh.ReduceSum[int64](numbers); err != nil || sum.NDim() != 0 || sum.Data[0] != -2 {
		t.Errorf("numbers: %v, %v", sum.Data, err)
	}
	for name, err := range map[string]error{
		"negative ones in uint64": second(psh.ReduceSum[uint64](numbers)),
		"uint64 in int64":         second(psh.ReduceSum[int64](must(psh.Along(must(psh.NewArray([]uint64{1})), 0)))),
		"floats in int64":         second(psh.ReduceSum[int64](must(psh.Along(rows, 0)))),
	} {
		if err == nil {
			t.Errorf("a sum of %s: no error", name)
		}
	}
}

// TestMomentsSound adds numbers whose spread is tiny beside their mean.
func TestMomentsSound(t *testing.T) {
	const mean, n = 1e9, 100_000
	data := must(psh.Alloc[float64](psh.Shape(n)))
	for i := range data.Data {
		data.Data[i] = mean + float64(i%2*2-1)
	}
	m := must(psh.ReduceMoments(must(psh.Along(data, 0)))).Data[0]
	if m.N() != n || math.Abs(m.Mean()-mean) > 1e-6 || math.Abs(m.Var(0)-1) > 1e-6 || math.Abs(m.Var(1)*(n-1)/n-1) > 1e-6 {
		t.Errorf("%d, %v, %v", m.N(), m.Mean(), m.Var(0))
	}
	if one := must(psh.ReduceMoments(must(psh.Along(must(psh.NewArray([]float64{3})), 0)))).Data[0]; one.Var(0) != 0 || !math.IsNaN(one.Var(1)) {
		t.Errorf("one number: %v %v, want 0 and NaN", one.Var(0), one.Var(1))
	}
}

// TestReduceAllocs makes sure that an item costs no memory.
func TestReduceAllocs(t *testing.T) {
	for _, n := range []int{1 << 14, 1 << 17} {
		functor := must(psh.Along(must(psh.Alloc[uint16](psh.Shape(n, 4))), 0))
		per := testing.AllocsPerRun(3, func() { must(psh.ReduceMean(functor, psh.On(psh.Serial()))) }) / float64(n)
		if per > 0.5 {
			t.Errorf("%d items: %.2f allocations for each", n, per)
		}
	}
}

// BenchmarkReduceReady makes mean, moments and extremes of frames beside a map that
// adds up for each worker.
func BenchmarkReduceReady(b *testing.B) {
	frames := must(psh.Alloc[uint16](psh.Shape(512, 512, 128)))
	for i := range frames.Data {
		frames.Data[i] = uint16(i * 7919)
	}
	functor, on := must(psh.Along(frames, 0)), psh.On(psh.Threads(2))
	cells := make([]int, 512)
	for i := range cells {
		cells[i] = i % 16
	}
	versus.Run(b,
		versus.Contender{Name: "MapSum", Run: func() {
			sums := must(psh.Alloc[float64](psh.Shape(512, 128), psh.PerWorker(), psh.In(psh.Threads(2))))
			err := psh.Map(func(worker, index int, frame psh.Array[uint16]) error {
				sum := sums.Row(worker).Data[:len(frame.Data)]
				for i, x := range frame.Data {
					sum[i] += float64(x)
				}
				return nil
			}, functor, on)
			if err != nil {
				b.Fatal(err)
			}
		}},
		versus.Contender{Name: "Sum", Run: func() { must(psh.ReduceSum[float64](functor, on)) }},
		versus.Contender{Name: "Mean", Run: func() { must(psh.ReduceMean(functor, on)) }},
		versus.Contender{Name: "MeanByCell", Run: func() { must(psh.ReduceMean(functor, on, psh.By(cells))) }},
		versus.Contender{Name: "Moments", Run: func() { must(psh.ReduceMoments(functor, on)) }},
		versus.Contender{Name: "Extremes", Run: func() { must(psh.ReduceExtremes(functor, on)) }},
		versus.Contender{Name: "Histogram", Run: func() { must(psh.ReduceHistogram(functor, psh.Bins{Count: 100, High: 65536}, on)) }},
	)
}
