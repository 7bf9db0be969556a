package mpi

import (
	"fmt"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"extrapasha/internal/mpi/launch"
)

func init() {
	roles["trips"] = trips
	roles["trips of busy ranks"] = func(w *World) error { defer keepBusy(runtime.GOMAXPROCS(0))(); return trips(w) }
	roles["trips of busy ranks with one more P"] = func(w *World) error {
		defer keepBusy(runtime.GOMAXPROCS(0))()
		runtime.GOMAXPROCS(runtime.GOMAXPROCS(0) + 1)
		return trips(w)
	}
	roles["asking"] = asking
	roles["rows"] = rowsToRoot
}

// keepBusy has goroutines keep processors.
func keepBusy(n int) (stop func()) {
	var group sync.WaitGroup
	var end atomic.Bool
	for range n {
		group.Go(func() {
			for !end.Load() {
			}
		})
	}
	return func() { end.Store(true); group.Wait() }
}

// trips sends a message there and back, for a second.
func trips(w *World) error {
	if w.Rank() > 0 {
		return echo(w.Line(0))
	}
	n, start := 0, time.Now()
	for ; time.Since(start) < time.Second; n++ {
		if err := w.Line(1).Send(1, []byte("there and back")); err != nil {
			return err
		}
		if _, err := w.Line(1).Receive(); err != nil {
			return err
		}
	}
	fmt.Printf("figure %g µs/trip\n", float64(time.Since(start).Microseconds())/float64(n))
	return nil
}

// asking is many workers of each rank that ask for a share and are answered.
func asking(w *World) error {
	const workers, asked = 40, 20_000
	if w.Rank() > 0 {
		l := w.Line(0)
		for range workers {
			if err := l.Send(1, make([]byte, 16)); err != nil {
				return err
			}
		}
		for range asked {
			if _, err := l.Receive(); err != nil {
				return err
			}
			if err := l.Send(1, make([]byte, 16)); err != nil {
				return err
			}
		}
		return nil
	}
	start := time.Now()
	var group sync.WaitGroup
	for rank := 1; rank < w.Size(); rank++ {
		group.Go(func() {
			for range asked {
				_, _ = w.Line(rank).Receive()
				_ = w.Line(rank).Send(1, make([]byte, 16))
			}
		})
	}
	group.Wait()
	messages := float64(2 * asked * (w.Size() - 1))
	fmt.Printf("figure %g messages/s\n", messages/time.Since(start).Seconds())
	return nil
}

// rowsToRoot is 1 GiB that goes straight into its place, in shares of 4 MiB.
func rowsToRoot(w *World) error {
	const all, share = 1 << 30, 4 << 20
	each := all / share / (w.Size() - 1)
	if w.Rank() > 0 {
		rows := make([]byte, share)
		for i := range rows {
			rows[i] = byte(i)
		}
		for range each {
			if err := w.Line(0).SendRows(1, nil, rows); err != nil {
				return err
			}
		}
		return nil
	}
	array := make([]byte, all)
	for i := range array {
		array[i] = 1 // the system gives memory when it is written
	}
	start := time.Now()
	var group sync.WaitGroup
	for rank := 1; rank < w.Size(); rank++ {
		group.Go(func() {
			for i := range each {
				at := ((rank-1)*each + i) * share
				m, err := w.Line(rank).Receive()
				if err == nil {
					err = m.Into(array[at : at+share])
				}
				if err != nil {
					fmt.Println(err)
					return
				}
			}
		})
	}
	group.Wait()
	took := time.Since(start)
	got := each * (w.Size() - 1) * share
	for i := range array[:got] {
		if array[i] != byte(i) {
			return fmt.Errorf("byte %d is %d, expected %d", i, array[i], byte(i))
		}
	}
	fmt.Printf("figure %g GiB/s\n", float64(got)/took.Seconds()/(1<<30))
	return nil
}

// BenchmarkRanks has each launcher start ranks and reports what they have measured; the
// time is that of the whole program.
func BenchmarkRanks(b *testing.B) {
	for _, c := range []struct {
		role  string
		ranks int
	}{
		{"hosts", 4}, {"trips", 2}, {"trips of busy ranks", 2}, {"trips of busy ranks with one more P", 2}, {"asking", 4}, {"rows", 2}, {"rows", 4},
	} {
		b.Run(fmt.Sprintf("%s/ranks=%d", c.role, c.ranks), func(b *testing.B) {
			for _, l := range launch.Launchers {
				b.Run(l.Name, func(b *testing.B) {
					l.Need(b)
					for range b.N {
						out, words, err := l.Run(b, c.ranks, roleVariable+"="+c.role)
						if err != nil {
							b.Fatal(err, out, words)
						}
						var figure float64
						var unit string
						if _, rest, ok := strings.Cut(out, "figure "); ok {
							_, _ = fmt.Sscan(rest, &figure, &unit)
							b.ReportMetric(figure, unit)
						}
					}
				})
			}
		})
	}
}
