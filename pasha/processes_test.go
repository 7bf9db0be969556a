package pasha_test

import (
	"encoding/gob"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"

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
