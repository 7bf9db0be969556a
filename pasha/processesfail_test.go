package pasha_test

import (
	"context"
	"encoding/gob"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	psh "extrapasha/pasha"
)

// unregistered is a functor that gob does not know, secret one that hides something.
type unregistered struct{ N int }

func (unregistered) Len() int                                       { return 3 }
func (unregistered) Walk(psh.Share, func(int, float64) error) error { return nil }

type hidden struct {
	Out    psh.Array[float64]
	secret int
}

type embedding struct {
	psh.Array[float64]
	Scale float64
}

type linked struct{ Next *linked }

func refused[A any](args A) error {
	recipe := psh.Register(fmt.Sprintf("refused %T", args), func(A) psh.Kernel[float64] { return nil })
	return recipe.Map(args, psh.Slice([]float64{1, 2, 3}))
}

// TestProcessesRefuse is about what cannot cross: it must be told before any work is
// started, with what to do about it.
func TestProcessesRefuse(t *testing.T) {
	ctx := processes(t, 2)
	psh.SetDefault(ctx)
	defer psh.SetDefault(nil)
	heap, out := must(psh.NewArray(make([]float64, 3))), alloc[float64](t, psh.Shape(3))
	circle := &linked{}
	circle.Next = circle
	for want, err := range map[string]error{
		"psh.Register":               psh.Map(func(worker, index int, value float64) error { return nil }, psh.Slice([]float64{1})),
		"TestProcessesRefuse":        psh.Map(func(worker, index int, value float64) error { return nil }, psh.Slice([]float64{1})),
		"make it with psh.Alloc":     triple.Map(heap, psh.Slice([]float64{1, 2, 3})),
		"gob.Register":               triple.Map(out, psh.Functor[float64](unregistered{1})),
		"arguments.secret":           refused(hidden{out, 1}),
		"give that field a name":     refused(embedding{out, 2}),
		"pass the array":             refused(struct{ Out []float64 }{out.Data}),
		"Done is a func()":           refused(struct{ Done func() }{func() {}}),
		"[3].C is a chan int":        refused(map[int]struct{ C chan int }{3: {make(chan int)}}),
		"arguments.Next leads back":  refused(circle),
		"of type string":             refused(must(psh.NewArray([]string{"a"}))),
		"no exported fields":         refused(struct{ Empty struct{ a, b int } }{}),
		"arguments[0].Out.secret is": refused([]struct{ Out hidden }{{hidden{secret: 2}}}),
	} {
		if !errors.Is(err, psh.ErrCross) || !strings.Contains(fmt.Sprint(err), want) {
			t.Errorf("%v, want ErrCross with %q", err, want)
		}
	}
	rows := alloc[int32](t, psh.Shape(2, 2), psh.In(psh.Serial()))
	if err := describeArray.Map(alloc[[64]byte](t, psh.Shape(2)), must(psh.Along(rows, 0))); !errors.Is(err, psh.ErrCross) {
		t.Errorf("along an array on the heap: %v, want ErrCross", err)
	}
	func() {
		defer func() {
			if recover() == nil {
				t.Error("two recipes of one name: no panic")
			}
		}()
		psh.Register("triple", func(psh.Array[float64]) psh.Kernel[int] { return nil })
	}()
	if err := triple.Map(out, psh.Slice([]float64{1, 2, 3})); err != nil || out.Data[2] != 9 {
		t.Errorf("the map after these: %v, %v", err, out.Data)
	}
}

var errBeam = errors.New("no beam")

// frameError is an error of a type that crosses.
type frameError struct{ Frame int }

func (e *frameError) Error() string { return fmt.Sprintf("frame %d is bad", e.Frame) }

func init() {
	psh.RegisterError(errBeam)
	gob.Register(&frameError{})
}

var failing = psh.Register("failing", func(how string) psh.Kernel[int] {
	if how == "recipe" {
		panic("the recipe fails")
	}
	if how == "nil" {
		return nil
	}
	return func(worker, index, value int) error {
		if index != 5 {
			return nil
		}
		switch how {
		case "known":
			return fmt.Errorf("at the beamline: %w", errBeam)
		case "typed":
			return errors.Join(io.ErrUnexpectedEOF, fmt.Errorf("in a file: %w", &frameError{7}))
		case "system":
			_, err := os.ReadFile("/does/not/exist")
			return err
		case "panic":
			var none []int
			_ = none[index]
		case "panic with an error":
			panic(&frameError{8})
		}
		return nil
	}
})

func TestProcessesErrors(t *testing.T) {
	ctx := processes(t, 2)
	run := func(how string) error { return failing.Map(how, psh.Range(0, 40, 1), psh.On(ctx)) }
	for _, how := range []string{"known", "typed", "system", "panic", "panic with an error"} {
		err, threads := run(how), failing.Map(how, psh.Range(0, 40, 1), psh.On(psh.Threads(2)))
		var here, there *psh.MapError
		if !errors.As(err, &here) || !errors.As(threads, &there) || here.Index != there.Index || here.Worker > 1 {
			t.Fatalf("%s: %v, want item 5 as from threads: %v", how, err, threads)
		}
		if !strings.HasPrefix(how, "panic") && here.Err.Error() != there.Err.Error() {
			t.Errorf("%s: %v, from threads %v", how, here.Err, there.Err)
		}
		for name, same := range map[string]func(error) bool{
			"errBeam":    func(err error) bool { return errors.Is(err, errBeam) },
			"EOF":        func(err error) bool { return errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) },
			"frameError": func(err error) bool { var e *frameError; return errors.As(err, &e) && e.Frame > 6 },
			"PathError":  func(err error) bool { var e *fs.PathError; return errors.As(err, &e) && e.Path == "/does/not/exist" },
			"ENOENT":     func(err error) bool { return errors.Is(err, fs.ErrNotExist) && errors.Is(err, syscall.ENOENT) },
			"PanicError": func(err error) bool {
				var e *psh.PanicError
				return errors.As(err, &e) && strings.Contains(string(e.Stack), "processesfail_test.go") && e.Value != nil
			},
		} {
			if same(err) != same(threads) {
				t.Errorf("%s: %s is %v from processes, %v from threads: %v", how, name, same(err), same(threads), err)
			}
		}
	}
	for _, how := range []string{"recipe", "nil"} {
		if err := run(how); err == nil || !strings.Contains(err.Error(), "recipe") {
			t.Errorf("%s: %v", how, err)
		}
	}
	if err := run(""); err != nil {
		t.Errorf("the map after these: %v", err)
	}
}

var sleeping = psh.Register("sleeping", func(d time.Duration) psh.Kernel[int] {
	return func(worker, index, value int) error { time.Sleep(d); return nil }
})

func TestProcessesProgressAndUntil(t *testing.T) {
	ctx := processes(t, 2)
	var last, total int
	err := sleeping.Map(time.Millisecond, psh.Range(0, 300, 1), psh.On(ctx), psh.OnProgress(func(done, of int) { last, total = done, of }))
	if err != nil || last != 300 || total != 300 {
		t.Errorf("%v, shown %d of %d, want 300", err, last, total)
	}
	stop, cancel := context.WithCancelCause(context.Background())
	time.AfterFunc(30*time.Millisecond, func() { cancel(errBeam) })
	start := time.Now()
	// Nobody waits for an item that takes an hour.
	if err := sleeping.Map(time.Hour, psh.Range(0, 10, 1), psh.On(ctx), psh.Until(stop)); !errors.Is(err, errBeam) {
		t.Errorf("%v, want the cause of the cancellation", err)
	}
	if took := time.Since(start); took > 20*time.Second {
		t.Errorf("the map ended %v after it was cancelled", took)
	}
	if err := sleeping.Map(0, psh.Range(0, 10, 1), psh.On(ctx)); err != nil {
		t.Errorf("the map after that: %v", err)
	}
}

// inside maps within a kernel, on the default context and on one with processes.
var inside = psh.Register("inside", func(out psh.Array[int]) psh.Kernel[int] {
	return func(worker, index, value int) error {
		ctx, err := psh.Processes(3)
		if err != nil {
			return err
		}
		for _, option := range []psh.MapOption{func() psh.MapOption { c, _ := psh.Default(); return psh.On(c) }(), psh.On(ctx)} {
			err := psh.Map(func(worker, i, value int) error {
				out.Data[index] += value * (worker + 1)
				return nil
			}, psh.Range(0, 5, 1), option)
			if err != nil {
				return err
			}
		}
		return nil
	}
})

func TestProcessesMapWithinMap(t *testing.T) {
	t.Setenv(psh.ContextVariable, processes(t, 2).String())
	out, err := psh.AllocFor[int](psh.Range(0, 7, 1))
	if err != nil {
		t.Fatal(err)
	}
	defer out.Free()
	if err := inside.Map(out, psh.Range(0, 7, 1)); err != nil {
		t.Fatal(err)
	}
	for i, sum := range out.Data {
		if sum != 20 {
			t.Errorf("item %d: %d, want 20 from a single worker", i, sum)
		}
	}
}

// TestProcessesAtOnce has several goroutines map on the same workers.
func TestProcessesAtOnce(t *testing.T) {
	ctx := processes(t, 2)
	errs := make(chan error)
	for k := range 4 {
		go func() {
			out, err := psh.Alloc[float64](psh.Shape(500), psh.In(ctx))
			in := slices.Repeat([]float64{float64(k)}, 500)
			for range 5 {
				if err == nil {
					err = triple.Map(out, psh.Slice(in), psh.On(ctx))
				}
			}
			for _, value := range out.Data {
				if value != 3*float64(k) && err == nil {
					err = fmt.Errorf("%v, want %d", value, 3*k)
				}
			}
			errs <- errors.Join(err, out.Free())
		}()
	}
	for range 4 {
		if err := <-errs; err != nil {
			t.Error(err)
		}
	}
}
