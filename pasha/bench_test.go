package pasha_test

import (
	"fmt"
	"runtime"
	"sync"
	"testing"
	"time"

	"extrapasha/internal/versus"

	psh "extrapasha/pasha"
)

const cheapItems = 1_000_000

// BenchmarkMapCheap maps over a million cheap items beside what a user would
// write by hand: the slice split over goroutines that call the same kernel, or
// have its body in the loop.
func BenchmarkMapCheap(b *testing.B) {
	in, out := make([]float64, cheapItems), make([]float64, cheapItems)
	for i := range in {
		in[i] = float64(i)
	}
	var kernel psh.Kernel[float64] = func(worker, index int, value float64) error {
		out[index] = 3 * value
		return nil
	}
	workers := runtime.GOMAXPROCS(0)
	split := func(part func(worker, from, to int)) {
		var group sync.WaitGroup
		for w := range workers {
			group.Go(func() { part(w, w*len(in)/workers, (w+1)*len(in)/workers) })
		}
		group.Wait()
	}
	byHand := func(worker, from, to int) {
		for i, value := range in[from:to] {
			if kernel(worker, from+i, value) != nil {
				return
			}
		}
	}
	b.ReportAllocs()
	versus.Run(b,
		versus.Contender{Name: "Map", Run: func() {
			if err := psh.Map(kernel, psh.Slice(in)); err != nil {
				b.Fatal(err)
			}
		}},
		versus.Contender{Name: "ByHand", Run: func() { split(byHand) }},
		versus.Contender{Name: "ByHandInlined", Run: func() {
			split(func(_, from, to int) {
				for i, value := range in[from:to] {
					out[from+i] = 3 * value
				}
			})
		}},
		versus.Contender{Name: "OneGoroutine", Run: func() { byHand(0, 0, len(in)) }},
	)
}

// BenchmarkMapTenItems is what a map costs of which each item costs nothing.
func BenchmarkMapTenItems(b *testing.B) {
	in, out := make([]float64, 10), make([]float64, 10)
	for _, ctx := range []psh.Context{psh.Serial(), psh.Threads(0)} {
		b.Run(fmt.Sprint(ctx), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_ = psh.Map(func(worker, index int, value float64) error {
					out[index] = 3 * value
					return nil
				}, psh.Slice(in), psh.On(ctx))
			}
		})
	}
}

// BenchmarkProcesses maps on worker processes beside threads: what it costs that they
// are processes. Slice is of memory that the workers share; Copied is not, and crosses
// with each map.
func BenchmarkProcesses(b *testing.B) {
	workers := runtime.GOMAXPROCS(0)
	ctx := processes(b, workers)
	for _, n := range []int{10, cheapItems} {
		b.Run(fmt.Sprintf("items=%d", n), func(b *testing.B) {
			in, out := alloc[float64](b, psh.Shape(n), psh.In(ctx)), alloc[float64](b, psh.Shape(n), psh.In(ctx))
			mapped := func(on psh.Context, values []float64) func() {
				return func() {
					if err := triple.Map(out, psh.Slice(values), psh.On(on)); err != nil {
						b.Fatal(err)
					}
				}
			}
			b.ReportAllocs()
			versus.Run(b,
				versus.Contender{Name: "Slice", Run: mapped(ctx, in.Data)},
				versus.Contender{Name: "Copied", Run: mapped(ctx, make([]float64, n))},
				versus.Contender{Name: "Threads", Run: mapped(psh.Threads(workers), in.Data)},
			)
		})
	}
}

// BenchmarkProcessesStart starts two workers and maps over two items, beside the same
// map on workers that are there.
func BenchmarkProcessesStart(b *testing.B) {
	mapTwo := func() {
		ctx := processes(b, 2)
		out := alloc[float64](b, psh.Shape(2), psh.In(ctx))
		if err := triple.Map(out, psh.Slice([]float64{1, 2}), psh.On(ctx)); err != nil {
			b.Fatal(err)
		}
	}
	versus.Run(b,
		versus.Contender{Name: "Cold", Timed: func() time.Duration {
			psh.EndWorkers()
			start := time.Now()
			mapTwo()
			return time.Since(start)
		}},
		versus.Contender{Name: "Warm", Run: mapTwo},
	)
}
