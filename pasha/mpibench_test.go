package pasha_test

import (
	"fmt"
	"testing"
	"time"

	"extrapasha/internal/mpi/launch"

	psh "extrapasha/pasha"
)

// filling is what a map is to fill; with another Round the result is another.
type filling[T any] struct {
	Out   psh.Array[T]
	Round int
}

var (
	fillRows = psh.Register("fill rows", func(a filling[uint64]) psh.Kernel[int] {
		return func(worker, index, value int) error {
			row := a.Out.Row(index).Data
			for i := range row {
				row[i] = uint64(i ^ (value + a.Round))
			}
			return nil
		}
	})
	scaleCheap = psh.Register("scale cheap", func(a filling[float64]) psh.Kernel[float64] {
		return func(worker, index int, value float64) error {
			a.Out.Data[index] = value * float64(a.Round+1)
			return nil
		}
	})
)

func init() {
	// Times of maps on ranks, each the best of several.
	programs["ranks bench"] = func() error {
		best := func(name string, times int, run func(round int) error) error {
			least := time.Hour
			for round := range times {
				start := time.Now()
				if err := run(round); err != nil {
					return fmt.Errorf("%s: %w", name, err)
				}
				least = min(least, time.Since(start))
			}
			fmt.Println(name, least)
			return nil
		}
		for _, n := range []int{10, cheapItems} {
			in, err := psh.Alloc[float64](psh.Shape(n), psh.Fill(2.5))
			if err != nil {
				return err
			}
			out, err := psh.Alloc[float64](psh.Shape(n))
			if err != nil {
				return err
			}
			if err := best(fmt.Sprintf("items=%d", n), 12, func(round int) error { return scaleCheap.Map(filling[float64]{out, round}, psh.Slice(in.Data)) }); err != nil {
				return err
			}
		}
		rows, err := psh.Alloc[uint64](psh.Shape(256, 1<<17))
		if err != nil {
			return err
		}
		return best("256MiB", 4, func(round int) error { return fillRows.Map(filling[uint64]{rows, round}, psh.Range(0, 256, 1)) })
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
