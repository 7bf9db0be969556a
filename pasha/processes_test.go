package pasha_test

import (
	"context"
	"encoding/gob"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	psh "extrapasha/pasha"
)

// processes is the context, whose workers end with the test.
func processes(t testing.TB, workers int) psh.Context {
	t.Helper()
	if runtime.GOOS != "linux" {
		t.Skip("worker processes need Linux")
	}
	ctx, err := psh.Processes(workers)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(psh.EndWorkers)
	return ctx
}

func alloc[T any](t testing.TB, options ...psh.AllocOption) psh.Array[T] {
	t.Helper()
	array, err := psh.Alloc[T](options...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := array.Free(); err != nil {
			t.Error(err)
		}
	})
	return array
}

var triple = psh.Register("triple", func(out psh.Array[float64]) psh.Kernel[float64] {
	return func(worker, index int, value float64) error {
		out.Data[index] = 3 * value
		return nil
	}
})

func TestProcessesMap(t *testing.T) {
	for _, workers := range []int{1, 2, 5} {
		ctx := processes(t, workers)
		for _, n := range []int{0, 1, 10, 10_000} {
			in, out := make([]float64, n), alloc[float64](t, psh.Shape(n), psh.In(ctx))
			for i := range in {
				in[i] = float64(i)
			}
			if err := triple.Map(out, psh.Slice(in), psh.On(ctx)); err != nil {
				t.Fatal(err)
			}
			for i, value := range out.Data {
				if value != 3*float64(i) {
					t.Fatalf("%v, item %d of %d: %v", ctx, i, n, value)
				}
			}
		}
	}
}

// nested has arrays in all places where they may be.
type nested struct {
	Out    psh.Array[int]
	Views  []psh.Array[int]
	ByName map[string]*psh.Array[int]
	Part   struct{ Sums psh.Array[int64] }
	Frames psh.Labelled[float32]
	Any    any
	Text   string
	Plain  []float64
	Empty  psh.Array[int]
}

var fill = psh.Register("fill", func(a nested) psh.Kernel[int] {
	return func(worker, index, value int) error {
		a.Out.Set(value, index, 1)
		a.Views[0].Set(value+1, index)
		a.ByName["fortran"].Set(value+2, index, 2)
		a.Part.Sums.Data[worker] += int64(value)
		a.Frames.Set(float32(value), index, 0)
		a.Any.(psh.Array[int]).Set(len(a.Text)+int(a.Plain[1])+a.Empty.Len(), index)
		return nil
	}
})

func TestProcessesArrays(t *testing.T) {
	const n = 60
	ctx := processes(t, 2)
	in := psh.In(ctx)
	before := alloc[int](t, psh.Shape(n, 3), in)
	if err := triple.Map(alloc[float64](t, psh.Shape(1), in), psh.Slice([]float64{1}), psh.On(ctx)); err != nil {
		t.Fatal(err)
	}
	// Those from here on are made while the workers run.
	views, fortran := alloc[int](t, psh.Shape(2*n, 4), in), alloc[int](t, psh.Shape(n, 3), psh.Fortran(), in)
	view := must(views.View(psh.Every().By(2), psh.At(3)))
	sums := alloc[int64](t, psh.PerWorker(), in)
	frames := must(psh.NewLabelled(alloc[float32](t, psh.Shape(n, 2), in), []string{"train", "x"}, map[string]any{"train": make([]uint64, n)}))
	last := alloc[int](t, psh.Shape(n), in)
	args := nested{
		Out: before, Views: []psh.Array[int]{view}, ByName: map[string]*psh.Array[int]{"fortran": &fortran}, Frames: frames,
		Any: last, Text: "four", Plain: []float64{1, 2},
	}
	args.Part.Sums = sums

	for range 2 {
		if err := fill.Map(args, psh.Range(0, n, 1), psh.On(ctx)); err != nil {
			t.Fatal(err)
		}
	}
	for i := range n {
		got := []int{before.At(i, 1), views.At(2*i, 3), fortran.At(i, 2), int(frames.At(i, 0)), last.At(i)}
		if want := []int{i, i + 1, i + 2, i, 6}; !slices.Equal(got, want) {
			t.Fatalf("item %d: %v, want %v", i, got, want)
		}
	}
	if total := sums.Data[0] + sums.Data[1]; total != n*(n-1) {
		t.Errorf("sum %d over workers, want %d", total, n*(n-1))
	}
}

// describe writes down what a kernel is given.
func describe[V any](name string) *psh.Recipe[psh.Array[[64]byte], V] {
	return psh.Register("describe "+name, func(out psh.Array[[64]byte]) psh.Kernel[V] {
		return func(worker, index int, value V) error {
			var text any = value
			switch value := text.(type) {
			case psh.Array[int32]:
				text = slices.Collect(func(yield func(int32) bool) {
					for _, x := range value.All() {
						yield(x)
					}
				})
			case psh.Labelled[int32]:
				text = fmt.Sprint(value.Name, value.Dims, value.Coords, value.At(0))
			}
			copy(out.Data[index][:], fmt.Sprint(text))
			return nil
		}
	})
}

type pixel struct {
	X, Y  int16
	value float32 // crosses too, through shared memory
}

type named struct {
	Name string
	Sub  []int
}

var (
	describeInt      = describe[int]("int")
	describeNothing  = describe[struct{}]("nothing")
	describePixel    = describe[pixel]("pixel")
	describeNamed    = describe[named]("named")
	describeText     = describe[string]("text")
	describePair     = describe[psh.Pair[string, int]]("pair")
	describeArray    = describe[psh.Array[int32]]("array")
	describeLabelled = describe[psh.Labelled[int32]]("labelled")
)

func init() {
	gob.Register(Lines(""))
	gob.Register(psh.Array[int]{})
}

func sameOnProcesses[V any](t *testing.T, recipe *psh.Recipe[psh.Array[[64]byte], V], functor psh.Functor[V]) {
	t.Helper()
	var got [2][]string
	for i, ctx := range []psh.Context{psh.Serial(), processes(t, 2)} {
		out := alloc[[64]byte](t, psh.Shape(functor.Len()), psh.In(ctx))
		if err := recipe.Map(out, functor, psh.On(ctx)); err != nil {
			t.Errorf("%T on %v: %v", functor, ctx, err)
			return
		}
		for _, text := range out.Data {
			got[i] = append(got[i], strings.TrimRight(string(text[:]), "\x00"))
		}
	}
	if diff := cmp.Diff(got[0], got[1]); diff != "" || len(got[0]) == 0 {
		t.Errorf("%T is not the same on processes as it is serially:\n%s", functor, diff)
	}
}

func TestProcessesFunctors(t *testing.T) {
	in := psh.In(processes(t, 2))
	array := alloc[int32](t, psh.Shape(4, 3), in)
	for i := range array.Data {
		array.Data[i] = int32(i)
	}
	labelled := must(psh.NewLabelled(array, []string{"train", "x"}, map[string]any{"x": []float64{0.5, 1, 1.5}}))
	labelled.Name = "frames"
	sameOnProcesses(t, describeInt, psh.Range(9, -3, -2))
	sameOnProcesses(t, describeInt, psh.Slice([]int{5, 6, 7}))
	sameOnProcesses(t, describeNothing, psh.Slice(make([]struct{}, 3)))
	sameOnProcesses(t, describePixel, psh.Slice([]pixel{{1, 2, 3}, {4, 5, 6}}))
	sameOnProcesses(t, describeNamed, psh.Slice([]named{{"a", []int{1}}, {"b", nil}}))
	sameOnProcesses(t, describeText, psh.Slice([]string{"one", "two"}))
	sameOnProcesses(t, describeText, psh.Functor[string](Lines("a\nb\nc\n")))
	sameOnProcesses(t, describePair, psh.Seq2(func(yield func(string, int) bool) { _ = yield("a", 1) && yield("b", 2) }))
	sameOnProcesses(t, describeArray, must(psh.Along(array, -1)))
	sameOnProcesses(t, describeArray, must(psh.Along(array.T(), 0)))
	sameOnProcesses(t, describeLabelled, must(psh.AlongDim(labelled, "train")))
	labelled.Coords = map[string]any{"train": []uint64{7, 8, 9, 10}}
	sameOnProcesses(t, describeLabelled, must(psh.AlongDim(labelled, "train")))
	shared := alloc[int](t, psh.Shape(5), in, psh.Fill(7))
	sameOnProcesses(t, describeInt, psh.Slice(shared.Data[1:3]))
}

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
				return errors.As(err, &e) && strings.Contains(string(e.Stack), "processes_test.go") && e.Value != nil
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

// program runs this test program as another program, see TestMain.
func program(t *testing.T, name string, env ...string) *exec.Cmd {
	t.Helper()
	c := exec.Command("/proc/self/exe")
	c.Env = append(append(os.Environ(), programVariable+"="+name), env...)
	return c
}

func TestProcessesNeedInit(t *testing.T) {
	out, err := program(t, "without Init", psh.ContextVariable+"=processes:2").CombinedOutput()
	if err != nil || !strings.Contains(string(out), "psh.Init") || !strings.Contains(string(out), "processes:2") {
		t.Errorf("%v: %s", err, out)
	}
}

// TestProcessesOutput looks at what a program prints whose workers print.
func TestProcessesOutput(t *testing.T) {
	var stdout, stderr strings.Builder
	c := program(t, "printing")
	c.Stdout, c.Stderr = &stdout, &stderr
	if err := c.Run(); err != nil {
		t.Fatalf("%v: %s", err, stderr.String())
	}
	lines := strings.Split(strings.TrimSuffix(stdout.String(), "\n"), "\n")
	if lines[len(lines)-1] != "done" {
		t.Errorf("the program's own line is not the last: %q", lines[len(lines)-1])
	}
	want := []string{"done"}
	for i := range 2000 {
		want = append(want, fmt.Sprintf("item %d %s", i, strings.Repeat("x", i)))
	}
	slices.Sort(want)
	slices.Sort(lines)
	if diff := cmp.Diff(want, lines); diff != "" {
		t.Errorf("lines are torn apart or lost:\n%.500s", diff)
	}
	if n := strings.Count(stderr.String(), "warning\n"); n != 2000 {
		t.Errorf("%d lines on standard error, want 2000", n)
	}
}

// TestProcessesFewDescriptors makes more arrays than the program may open files.
func TestProcessesFewDescriptors(t *testing.T) {
	c := program(t, "many arrays")
	c.Path, c.Args = "/bin/sh", []string{"sh", "-c", "ulimit -n 1024; exec /proc/" + fmt.Sprint(os.Getpid()) + "/exe"}
	if out, err := c.CombinedOutput(); err != nil || string(out) != "ok\n" {
		t.Errorf("%v: %s", err, out)
	}
}

func TestProcessesOfDeletedProgram(t *testing.T) {
	text, err := os.ReadFile("/proc/self/exe")
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "program")
	if err := os.WriteFile(path, text, 0o755); err != nil {
		t.Fatal(err)
	}
	c := program(t, "deleted")
	c.Path, c.Args = path, []string{path}
	if out, err := c.CombinedOutput(); err != nil || string(out) != "6\n" {
		t.Errorf("%v: %s", err, out)
	}
}

// TestEndWorkers goes on with a context whose workers have ended.
func TestEndWorkers(t *testing.T) {
	ctx := processes(t, 2)
	out := alloc[float64](t, psh.Shape(4), psh.In(ctx))
	for range 3 {
		psh.EndWorkers()
		clear(out.Data)
		if err := triple.Map(out, psh.Slice([]float64{1, 2, 3, 4}), psh.On(ctx)); err != nil || out.Data[3] != 12 {
			t.Fatalf("%v, %v", out.Data, err)
		}
	}
}

// TestProcessesUntilAtTheEnd cancels maps when they are about to end: that must not
// reach the next map, whose board lies where theirs has been.
func TestProcessesUntilAtTheEnd(t *testing.T) {
	ctx := processes(t, 2)
	out := alloc[float64](t, psh.Shape(50), psh.In(ctx))
	in := slices.Repeat([]float64{1}, 50)
	for range 300 {
		stop, cancel := context.WithCancel(context.Background())
		go func() {
			time.Sleep(time.Duration(rand.IntN(600)) * time.Microsecond)
			cancel()
		}()
		if err := triple.Map(out, psh.Slice(in), psh.On(ctx), psh.Until(stop)); err != nil && !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
		if err := triple.Map(out, psh.Slice(in), psh.On(ctx)); err != nil {
			t.Fatalf("the next map: %v", err)
		}
	}
}
