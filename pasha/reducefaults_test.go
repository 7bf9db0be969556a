//go:build linux

package pasha_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	psh "extrapasha/pasha"
)

// mortal is a reduction in which a worker dies.
type mortal struct {
	Trouble psh.Array[int32] // the item at which it dies, folding or merging; -1 when it has
	Merging bool
	PIDs    psh.Array[int] // workers
}

// dies tells whether it is time to, once.
func (a mortal) dies(index int64, merging bool) bool {
	if a.Merging != merging || a.Trouble.Data[0] < 0 || int64(a.Trouble.Data[0]) > index {
		return false
	}
	a.Trouble.Data[0] = -1
	return true
}

var mortals = psh.RegisterFold("mortals", func(a mortal) psh.Fold[float64, stretch] {
	fold := addStretch(stretchArgs{Shape: []int{300}})
	kernel, merge := fold.Kernel, fold.Merge
	fold.Kernel = func(part psh.Array[stretch]) psh.Kernel[float64] {
		add := kernel(part)
		return func(worker, index int, value float64) error {
			a.PIDs.Data[worker] = os.Getpid()
			if a.dies(int64(index), false) {
				_ = unix.Kill(os.Getpid(), unix.SIGKILL)
			}
			return add(worker, index, value)
		}
	}
	fold.Merge = func(part, next psh.Array[stretch]) {
		// A half of it is done when it dies.
		view := func(a psh.Array[stretch], from, to int) psh.Array[stretch] { return must(a.View(psh.Span(from, to))) }
		merge(view(part, 0, 150), view(next, 0, 150))
		if a.dies(next.Data[0].Last, true) {
			_ = unix.Kill(os.Getpid(), unix.SIGKILL)
		}
		merge(view(part, 150, 300), view(next, 150, 300))
	}
	return fold
})

const mortalItems = 500

// TestReduceFaults kills workers while they fold, while they merge, and at any moment:
// with Retry the result is the same to the bit, without it is an error, and nothing is
// left.
func TestReduceFaults(t *testing.T) {

	values, groups := anySize(mortalItems, 9), make([]int, mortalItems)
	for i := range groups {
		groups[i] = i/100 - 1
	}
	for name, options := range map[string][]psh.MapOption{"whole": nil, "groups": {psh.By(groups)}} {
		t.Run(name, func(t *testing.T) {
			ctx, in := processes(t, 3), psh.In(processes(t, 3))
			a := mortal{Trouble: alloc[int32](t, psh.Shape(1), in, psh.Fill(-1)), PIDs: alloc[int](t, psh.PerWorker(), in)}
			reduce := func(on psh.Context, options ...psh.MapOption) (string, error) {
				sum, err := mortals.Reduce(a, psh.Slice(values), append(options, psh.On(on))...)
				text := bits(sum)
				return text, errors.Join(err, sum.Free())
			}
			want, err := reduce(psh.Serial(), options...)
			if err != nil {
				t.Fatal(err)
			}
			if got, err := reduce(ctx, options...); err != nil || got != want {
				t.Fatalf("without a fault: %v", err)
			}
			before := left(t)
			for round := range *rounds {
				a.Merging, a.Trouble.Data[0] = round%4 < 2, rand.Int32N(mortalItems-101)
				pids, retry := a.PIDs.Data, round%2 == 1
				if round%8 >= 4 { // from without
					a.Trouble.Data[0] = -1
					victim := pids[rand.IntN(3)]
					time.AfterFunc(time.Duration(rand.IntN(1500))*time.Microsecond, func() {
						if victim != 0 {
							_ = unix.Kill(victim, unix.SIGKILL)
						}
					})
				}
				with := options
				if retry {
					with = append([]psh.MapOption{psh.Retry(2)}, options...)
				}
				within := a.Trouble.Data[0] >= 0
				got, err := reduce(ctx, with...)
				var died *psh.WorkerError
				switch {
				case err == nil && got != want:
					t.Fatalf("round %d: %s, want %s", round, got, want)
				case err == nil && within && !retry:
					t.Fatalf("round %d: a worker was lost without an error", round)
				case err != nil && (retry || !errors.As(err, &died)):
					t.Fatalf("round %d, retry %v: %v", round, retry, err)
				case err != nil && within && (died.Index < 0 || died.Index >= died.Share.Stop):
					t.Fatalf("round %d: %v: not on an item of its share", round, err)
				}
				if !within {
					time.Sleep(2 * time.Millisecond) // for the signal
				}
				for range 3 { // until all have started again
					if got, err := reduce(ctx, options...); err != nil && !within {
						continue // the signal came late
					} else if err != nil || got != want {
						t.Fatalf("round %d: the next reduction: %v", round, err)
					}
				}
				if after := left(t); after != before {
					t.Fatalf("round %d: left behind: %s; before: %s", round, after, before)
				}
			}
		})
	}
}

// TestReduceProcessesCancelled cancels while a worker folds and the others wait for it.
func TestReduceProcessesCancelled(t *testing.T) {
	ctx := processes(t, 3)
	until, cancel := context.WithCancelCause(context.Background())
	time.AfterFunc(30*time.Millisecond, func() { cancel(errDark) })
	_, err := stuck.Reduce(struct{}{}, psh.Range(0, 1000, 1), psh.On(ctx), psh.Until(until))
	if !errors.Is(err, errDark) {
		t.Errorf("%v, want that it was cancelled", err)
	}
	if sum, err := stuck.Reduce(struct{}{}, psh.Range(1, 1000, 1), psh.On(ctx)); err != nil || sum.Data[0] != 999*500 {
		t.Errorf("the next: %v, %v", sum.Data, err)
	} else {
		_ = sum.Free()
	}
}

var stuck = psh.RegisterFold("stuck", func(struct{}) psh.Fold[int, int] {
	fold := sumFold(nil)
	fold.Kernel = func(part psh.Array[int]) psh.Kernel[int] {
		return func(worker, index, value int) error {
			for value == 0 {
				time.Sleep(time.Millisecond)
			}
			part.Data[0] += value
			return nil
		}
	}
	return fold
})

// TestReduceProcessesErrors is about folds that cannot cross, or fail over there.
func TestReduceProcessesErrors(t *testing.T) {
	on := psh.On(processes(t, 2))
	if _, err := psh.Reduce(sumFold(addInts), psh.Range(0, 9, 1), on); !errors.Is(err, psh.ErrCross) || !strings.Contains(err.Error(), "psh.RegisterFold") || !strings.Contains(err.Error(), "addInts") {
		t.Errorf("a closure: %v, want ErrCross that tells of RegisterFold", err)
	}
	for how, want := range map[string]string{"error": "dark frame", "panic": "no kernel today", "nil": "nil", "merge": "no merge", "lost": "arguments.How"} {
		_, err := unfit.Reduce(&unfitArgs{How: how}, psh.Range(0, 100, 1), on)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", how, err, want)
		}
	}
}

type unfitArgs struct{ How string }

var unfit = psh.RegisterFold("unfit", func(a *unfitArgs) psh.Fold[int, int] {
	fold := sumFold(addInts)
	how := a.How
	switch how {
	case "merge":
		fold.Merge = func(part, next psh.Array[int]) { panic("no merge") }
		return fold
	}
	fold.Kernel = func(part psh.Array[int]) psh.Kernel[int] {
		switch how {
		case "panic":
			panic("no kernel today")
		case "nil":
			return nil
		}
		return func(worker, index, value int) error {
			switch how {
			case "lost":
				a.How = "changed"
			case "error":
				return errDark
			}
			return nil
		}
	}
	return fold
})
