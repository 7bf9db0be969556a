package pasha_test

import (
	"fmt"
	"testing"
	"time"

	"extrapasha/internal/mpi/launch"

	psh "extrapasha/pasha"
)

var fillRows = psh.Register("fill rows", func(out psh.Array[uint64]) psh.Kernel[int] {
	return func(worker, index, value int) error {
		row := out.Row(index).Data
		for i := range row {
			row[i] = uint64(i ^ value)
		}
		return nil
	}
})

func init() {
	// Times of maps on ranks, each the best of several.
	programs["ranks bench"] = func() error {
		best := func(name string, times int, run func() error) error {
			least := time.Hour
			for range times {
				start := time.Now()
				if err := run(); err != nil {
					return fmt.Errorf("%s: %w", name, err)
				}
				least = min(least, time.Since(start))
			}
			fmt.Println(name, least)
			return nil
		}
		for _, n := range []int{10, cheapItems} {
			in, err := psh.Alloc[float64](psh.Shape(n))
			if err != nil {
				return err
			}
			out, err := psh.Alloc[float64](psh.Shape(n))
			if err != nil {
				return err
			}
			if err := best(fmt.Sprintf("items=%d", n), 12, func() error { return triple.Map(out, psh.Slice(in.Data)) }); err != nil {
				return err
			}
		}
		rows, err := psh.Alloc[uint64](psh.Shape(256, 1<<17))
		if err != nil {
			return err
		}
		return best("256MiB", 4, func() error { return fillRows.Map(rows, psh.Range(0, 256, 1)) })
	}
}

// BenchmarkRanks has maps on two ranks beside those on two worker processes.
func BenchmarkRanks(b *testing.B) {
	for _, l := range launch.Launchers[:2] {
		b.Run(l.Name, func(b *testing.B) {
			l.Need(b)
			for b.Loop() {
				out, words, err := l.Run(b, 2, programVariable+"=ranks bench")
				if err != nil {
					b.Fatalf("%v: %s%s", err, out, words)
				}
				b.Log(out)
			}
		})
	}
}
