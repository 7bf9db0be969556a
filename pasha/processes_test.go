package pasha_test

import (
	"testing"

	psh "extrapasha/pasha"
)

type tripleArgs struct{ Out psh.Array[float64] }

var triple = psh.Register("triple", func(a tripleArgs) psh.Kernel[float64] {
	return func(worker, index int, value float64) error {
		a.Out.Data[index] = 3 * value
		return nil
	}
})

func processes(t testing.TB, workers int) psh.Context {
	ctx, err := psh.Processes(workers)
	if err != nil {
		t.Fatal(err)
	}
	return ctx
}

func TestProcesses(t *testing.T) {
	ctx := processes(t, 2)
	out, err := psh.Alloc[float64](psh.Shape(1000), psh.In(ctx))
	if err != nil {
		t.Fatal(err)
	}
	in := make([]float64, 1000)
	for i := range in {
		in[i] = float64(i)
	}
	for range 3 {
		if err := triple.Map(tripleArgs{out}, psh.Slice(in), psh.On(ctx)); err != nil {
			t.Fatal(err)
		}
	}
	for i, value := range out.Data {
		if value != 3*float64(i) {
			t.Fatal(i, value)
		}
	}
}

func BenchmarkProcesses(b *testing.B) {
	for _, n := range []int{10, 1_000_000} {
		for _, name := range []string{"threads:2", "processes:2"} {
			b.Run(name, func(b *testing.B) {
				ctx, _ := psh.ContextByName(name)
				in, _ := psh.Alloc[float64](psh.Shape(n), psh.In(ctx))
				out, _ := psh.Alloc[float64](psh.Shape(n), psh.In(ctx))
				b.ReportAllocs()
				for b.Loop() {
					if err := triple.Map(tripleArgs{out}, psh.Slice(in.Data), psh.On(ctx)); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
