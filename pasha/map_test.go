package pasha_test

import (
	"context"
	"errors"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"extrapasha/internal/turns"
	psh "extrapasha/pasha"
)

var errDark = errors.New("dark frame")

func TestMapFirstErrorWins(t *testing.T) {
	for _, ctx := range []psh.Context{psh.Serial(), psh.Threads(4)} {
		var after atomic.Int64
		err := psh.Map(func(worker, index int, value int) error {
			if index == 7 {
				return errDark
			}
			if index > 5000 {
				after.Add(1)
			}
			return nil
		}, psh.Range(0, 1_000_000, 1), psh.On(ctx))
		var mapErr *psh.MapError
		if !errors.As(err, &mapErr) || !errors.Is(err, errDark) || mapErr.Index != 7 || mapErr.Worker >= ctx.Workers() {
			t.Errorf("%v: %v, want errDark at item 7", ctx, err)
		}
		if after.Load() > 900_000 {
			t.Errorf("%v: the map went on after the error", ctx)
		}
	}
}

func TestMapPanics(t *testing.T) {
	for name, functor := range map[string]psh.Functor[int]{
		"slice": psh.Slice([]int{0, 1, 2, 3}), "walk": psh.Range(0, 4, 1),
	} {
		err := psh.Map(func(worker, index, value int) error {
			if index == 2 {
				var none []int
				_ = none[index]
			}
			return nil
		}, functor, psh.On(psh.Threads(2)))
		var mapErr *psh.MapError
		var panicErr *psh.PanicError
		if !errors.As(err, &mapErr) || !errors.As(err, &panicErr) || mapErr.Index != 2 {
			t.Fatalf("%s: %v, want a panic at item 2", name, err)
		}
		line, stack, _ := strings.Cut(err.Error(), "\n")
		if !regexp.MustCompile(`^pasha: item 2, worker \d: panic at map_test.go:\d+: .*index out of range`).MatchString(line) {
			t.Errorf("%s: the error does not begin with the kernel's line: %s", name, line)
		}
		if !strings.Contains(stack, "TestMapPanics") || strings.Contains(stack, "extrapasha/pasha.") || strings.Count(stack, "\t") > 2 {
			t.Errorf("%s: the stack is not that of the kernel alone:\n%s", name, stack)
		}
	}
}

func TestMapKernelEndsGoroutine(t *testing.T) {
	done := make(chan error, 1)
	go func() {
		done <- psh.Map(func(worker, index, value int) error {
			if index == 1 {
				(&testing.T{}).SkipNow() // ends the goroutine, as a failing test does
			}
			return nil
		}, psh.Range(0, 4, 1), psh.On(psh.Threads(2)))
	}()
	select {
	case err := <-done:
		if err == nil || !strings.Contains(err.Error(), "Goexit") {
			t.Errorf("%v, want an error that tells of Goexit", err)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("the map hangs")
	}
}

// lossy is a functor whose walk swallows errors, as a custom one might.
type lossy struct{ psh.Functor[int] }

func (l lossy) Walk(share psh.Share, visit func(int, int) error) error {
	_ = l.Functor.Walk(share, visit)
	return nil
}

// torn is a functor whose walk fails by itself.
type torn struct{ psh.Functor[int] }

func (f torn) Walk(share psh.Share, visit func(int, int) error) error {
	if share.Stop > 500 {
		return errDark
	}
	return f.Functor.Walk(share, visit)
}

func TestMapFunctorErrors(t *testing.T) {
	err := psh.Map(func(worker, index, value int) error {
		if index == 3 {
			return errDark
		}
		return nil
	}, psh.Functor[int](lossy{psh.Range(0, 100, 1)}))
	if !errors.Is(err, errDark) {
		t.Errorf("a kernel's error that the walk loses: %v", err)
	}
	err = psh.Map(func(worker, index, value int) error { return nil }, psh.Functor[int](torn{psh.Range(0, 1000, 1)}))
	if !errors.Is(err, errDark) {
		t.Errorf("an error of the walk: %v", err)
	}
}

func TestMapUntil(t *testing.T) {
	ctx, cancel := context.WithCancelCause(context.Background())
	var seen atomic.Int64
	err := psh.Map(func(worker, index, value int) error {
		if seen.Add(1) == 10 {
			cancel(errDark)
		}
		time.Sleep(100 * time.Microsecond)
		return nil
	}, psh.Range(0, 1_000_000, 1), psh.Until(ctx), psh.On(psh.Threads(2)))
	if !errors.Is(err, errDark) {
		t.Errorf("%v, want the cause of the cancellation", err)
	}
	if seen.Load() > 100_000 {
		t.Errorf("%d items after the cancellation", seen.Load())
	}
	if err := psh.Map(func(worker, index, value int) error { t.Error("started"); return nil }, psh.Range(0, 3, 1), psh.Until(ctx)); !errors.Is(err, errDark) {
		t.Errorf("cancelled before: %v", err)
	}
	alive, stop := context.WithCancel(context.Background())
	defer stop()
	if err := psh.Map(func(worker, index, value int) error { return nil }, psh.Range(0, 3, 1), psh.Until(alive)); err != nil {
		t.Errorf("not cancelled: %v", err)
	}
}

func TestMapProgress(t *testing.T) {
	type shown struct{ done, total int }
	var got []shown
	err := psh.Map(func(worker, index, value int) error {
		time.Sleep(time.Millisecond)
		return nil
	}, psh.Range(0, 300, 1), psh.On(psh.Threads(2)), psh.Progress("not a terminal"), psh.OnProgress(func(done, total int) {
		got = append(got, shown{done, total})
	}))
	if err != nil {
		t.Fatal(err)
	}
	if len(got) == 0 || got[len(got)-1] != (shown{300, 300}) {
		t.Errorf("shown %v, want it to end with 300 of 300", got)
	}
}

func TestMapWithinMap(t *testing.T) {
	const rows, cols = 20, 50
	out, _ := psh.Alloc[int](psh.Shape(rows, cols))
	err := psh.Map(func(worker, i int, row psh.Array[int]) error {
		return psh.Map(func(worker, j, value int) error {
			row.Set(i*value, j)
			return nil
		}, psh.Range(0, cols, 1))
	}, must(psh.Along(out, 0)))
	if err != nil {
		t.Fatal(err)
	}
	for i := range rows {
		for j := range cols {
			if out.At(i, j) != i*j {
				t.Fatalf("element %d, %d: %d", i, j, out.At(i, j))
			}
		}
	}
}

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

func TestMapNothing(t *testing.T) {
	if err := psh.Map(func(worker, index, value int) error { return errDark }, psh.Slice([]int{})); err != nil {
		t.Errorf("no items: %v", err)
	}
	if err := psh.Map(nil, psh.Slice([]int{1})); err == nil {
		t.Error("no kernel: no error")
	}
	var none psh.Functor[int]
	if err := psh.Map(func(worker, index, value int) error { return nil }, none); err == nil {
		t.Error("no functor: no error")
	}
}

// TestMapUnevenItems has one item in a hundred cost a hundred times the others,
// all at the end. It counts the cost that each worker had when it went idle in
// a simulation of the shares, so that no clock is involved: workers take turns
// in the order of the cost they have behind them, as they would in time.
func TestMapUnevenItems(t *testing.T) {
	const items = 10_000
	cost := func(index int) int64 {
		if index >= items-items/100 {
			return 100
		}
		return 1
	}
	for _, workers := range []int{2, 3, 4, 8} {
		clock := turns.New(workers)
		err := psh.Map(func(worker, index, value int) error {
			clock.Spend(worker, cost(index))
			return nil
		}, psh.Range(0, items, 1), psh.On(clock))
		if err != nil {
			t.Fatal(err)
		}
		least, most := clock.Extremes()
		if float64(most) > 1.1*float64(least) {
			t.Errorf("%d workers: they finish between %d and %d, more than 10 %% apart", workers, least, most)
		}
	}
}
