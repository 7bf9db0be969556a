package pasha_test

import (
	"bytes"
	"os"
	"slices"
	"testing"
	"time"

	"extrapasha/internal/mpi"
	"extrapasha/internal/mpi/launch"
	"extrapasha/internal/versus"

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

// The maps that are measured on ranks, by name.
var ranksBenches = map[string]func() (run func(round int) error, err error){
	"10-items":       func() (func(int) error, error) { return cheapMaps(10, true) },
	"1M-items":       func() (func(int) error, error) { return cheapMaps(cheapItems, true) },
	"1M-items-again": func() (func(int) error, error) { return cheapMaps(cheapItems, false) },
	"2GiB-rows":      func() (func(int) error, error) { return rowMaps(2048) },
}

// cheapMaps fill a new array each time, or the same, with results that change: then ranks
// have to know what the root has in it.
func cheapMaps(n int, anew bool) (func(int) error, error) {
	in, err := psh.Alloc[float64](psh.Shape(n), psh.Fill(2.5))
	if err != nil {
		return nil, err
	}
	same, err := psh.Alloc[float64](psh.Shape(n))
	return func(round int) (err error) {
		out := same
		if anew {
			if out, err = psh.Alloc[float64](psh.Shape(n)); err != nil {
				return err
			}
			defer out.Free()
		}
		return scaleCheap.Map(filling[float64]{out, round}, psh.Slice(in.Data))
	}, err
}

// rowMaps fill a new array with rows of 1 MiB.
func rowMaps(rows int) (func(int) error, error) {
	return func(round int) error {
		out, err := psh.Alloc[uint64](psh.Shape(rows, 1<<17))
		if err != nil {
			return err
		}
		defer out.Free()
		return fillRows.Map(filling[uint64]{out, round}, psh.Range(0, rows, 1))
	}, nil
}

func init() {
	// It tells how long a map takes, of several that follow each other: the first, with
	// which workers and memory come, is another matter.
	programs["ranks bench"] = func() error {
		run, err := ranksBenches[os.Getenv(fateVariable)]()
		if err != nil {
			return err
		}
		return versus.Tell(run)
	}
	programs["plain rows"] = plainRows
}

// plainRows is the gigabyte of rows that one of two ranks sends of a map over two, as
// messages without a map.
func plainRows() error {
	const share = 4 << 20
	world, err := mpi.Open()
	if err != nil {
		return err
	}
	defer world.Close()
	rows, line := bytes.Repeat([]byte{1}, 1<<30), world.Line(1-world.Rank())
	if world.Rank() > 0 {
		for {
			if _, err := line.Receive(); err != nil {
				return nil // the root has measured
			}
			for piece := range slices.Chunk(rows, share) {
				if err := line.SendRows(1, nil, piece); err != nil {
					return err
				}
			}
		}
	}
	return versus.Tell(func(round int) error {
		if err := line.Send(1, nil); err != nil {
			return err
		}
		for piece := range slices.Chunk(rows, share) {
			m, err := line.Receive()
			if err == nil {
				err = m.Into(piece)
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// BenchmarkRanks has maps on two ranks beside those on two worker processes, each in a
// program of its own. What ranks take longer than processes, who have the same kernels and
// the same new memory, is what their messages take: of 2 GiB of rows half are sent, and
// are beside as many that are sent alone.
func BenchmarkRanks(b *testing.B) {
	for _, l := range launch.Launchers[:2] {
		b.Run(l.Name, func(b *testing.B) {
			l.Need(b)
			for name := range ranksBenches {
				b.Run(name, func(b *testing.B) {
					fate := fateVariable + "=" + name
					ranks := func(bench string, settings ...string) func() time.Duration {
						return func() time.Duration {
							out, words, err := l.Run(b, 2, append(settings, programVariable+"="+bench)...)
							if err != nil {
								b.Error(words)
							}
							return versus.Told(b, out, err)
						}
					}
					contenders := []versus.Contender{
						{Name: "Processes", Timed: func() time.Duration {
							out, err := program(b, "ranks bench", fate, psh.ContextVariable+"=processes:2").Output()
							return versus.Told(b, string(out), err)
						}},
						{Name: "Ranks", Timed: ranks("ranks bench", fate)},
					}
					if name == "2GiB-rows" {
						contenders = append(contenders, versus.Contender{Name: "Messages", Timed: ranks("plain rows", psh.ContextVariable+"=serial")})
					}
					versus.Run(b, contenders...)
				})
			}
			b.Run("start", func(b *testing.B) { benchmarkStart(b, l) })
		})
	}
}

// benchmarkStart starts four ranks for a map of ten items, beside four programs that do
// nothing.
func benchmarkStart(b *testing.B, l launch.Launcher) {
	versus.Run(b,
		versus.Contender{Name: "True", Run: func() {
			if out, err := l.Command(b.Context(), 4, nil, "true").CombinedOutput(); err != nil {
				b.Errorf("%v: %s", err, out)
			}
		}},
		versus.Contender{Name: "Ranks", Run: func() {
			if out, words, err := l.Run(b, 4, programVariable+"=ranks start"); err != nil {
				b.Errorf("%v: %s%s", err, out, words)
			}
		}},
	)
}

func init() {
	programs["ranks start"] = func() error {
		run, err := cheapMaps(10, true)
		if err != nil {
			return err
		}
		return run(0)
	}
}
