package pasha_test

import (
	"context"
	"encoding/gob"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"extrapasha/internal/versus"

	psh "extrapasha/pasha"
)

// stretch is what a kind of sum depends on the order of: numbers of any size.
type stretch struct {
	Sum   float64
	Items int64
	Last  int64 // index of the last item, -1 without
}

type stretchArgs struct {
	Shape []int
	Slow  bool // items are uneven
}

// addStretch adds each item, times the number of the element, to each element.
func addStretch(a stretchArgs) psh.Fold[float64, stretch] {
	return psh.Fold[float64, stretch]{
		Shape: a.Shape,
		Start: stretch{Last: -1},
		Kernel: func(part psh.Array[stretch]) psh.Kernel[float64] {
			return func(worker, index int, value float64) error {
				if a.Slow && index%7 == 0 {
					time.Sleep(200 * time.Microsecond)
				}
				for i := range part.Data {
					s := &part.Data[i]
					if int64(index) <= s.Last {
						return fmt.Errorf("item %d came after %d", index, s.Last)
					}
					s.Sum += value * float64(i+1)
					s.Items, s.Last = s.Items+1, int64(index)
				}
				return nil
			}
		},
		Merge: func(part, next psh.Array[stretch]) {
			for i, n := range next.Data {
				p := &part.Data[i]
				if n.Last < p.Last {
					panic(fmt.Sprintf("%d is merged after %d", n.Last, p.Last))
				}
				*p = stretch{p.Sum + n.Sum, p.Items + n.Items, max(p.Last, n.Last)}
			}
		},
	}
}

var stretches = psh.RegisterFold("stretches", addStretch)

// everywhere are contexts of every kind.
func everywhere(t testing.TB) []psh.Context {
	contexts := []psh.Context{psh.Serial()}
	for workers := 1; workers <= 7; workers++ {
		contexts = append(contexts, psh.Threads(workers))
	}
	if runtime.GOOS == "linux" {
		for workers := 1; workers <= 3; workers++ {
			contexts = append(contexts, processes(t, workers))
		}
	}
	return contexts
}

// anySize are numbers whose sum depends on the order.
func anySize(n int, seed uint64) []float64 {
	random := rand.New(rand.NewPCG(seed, 1))
	values := make([]float64, n)
	for i := range values {
		values[i] = math.Ldexp(random.NormFloat64(), random.IntN(80)-40)
	}
	return values
}

// cutSlice is a slice that is best divided at some places.
type cutSlice struct {
	Values []float64
	At     []int
}

func (c cutSlice) Len() int    { return len(c.Values) }
func (c cutSlice) Cuts() []int { return c.At }
func (c cutSlice) Walk(share psh.Share, visit func(int, float64) error) error {
	return psh.Slice(c.Values).Walk(share, visit)
}

// bits is an array of numbers such that those which differ in a bit are not the same.
func bits(a psh.Array[stretch]) string { return fmt.Sprintf("%v %b", a.Shape(), a.Data) }

// TestReduceSameBits folds functors of any length, cut or not, in any number of groups,
// on every context.
func TestReduceSameBits(t *testing.T) {
	contexts := everywhere(t)
	rapid.Check(t, func(t *rapid.T) {
		values := anySize(rapid.IntRange(0, 5000).Draw(t, "items"), rapid.Uint64().Draw(t, "seed"))
		var functor psh.Functor[float64] = psh.Slice(values)
		if cuts := rapid.SliceOfN(rapid.IntRange(0, len(values)), 0, 9).Draw(t, "cuts"); len(cuts) > 0 {
			slices.Sort(cuts)
			functor = cutSlice{values, cuts}
		}
		args := stretchArgs{Shape: rapid.SliceOfN(rapid.IntRange(0, 3), 0, 2).Draw(t, "shape")}
		var options []psh.MapOption
		if most := rapid.IntRange(-2, 4).Draw(t, "most group"); most > -2 {
			groups := make([]int, len(values))
			for i := range groups {
				groups[i] = i*i%(most+2) - 1
			}
			options = append(options, psh.By(groups))
		}
		var first string
		for _, ctx := range contexts {
			if _, ok := functor.(cutSlice); ok && strings.HasPrefix(ctx.String(), "processes") && len(values) == 0 {
				continue
			}
			sum, err := stretches.Reduce(args, functor, append(options, psh.On(ctx))...)
			if err != nil {
				t.Fatalf("%v: %v", ctx, err)
			}
			got := bits(sum)
			if err := sum.Free(); err != nil {
				t.Fatal(err)
			}
			if first == "" {
				first = got
			} else if got != first {
				t.Fatalf("%v: %s, want %s", ctx, got, first)
			}
		}
	})
}

func init() { gob.Register(cutSlice{}) }

// TestReduceUneven has items of which some take long.
func TestReduceUneven(t *testing.T) {
	values, want := anySize(500, 3), ""
	for _, ctx := range everywhere(t) {
		sum, err := stretches.Reduce(stretchArgs{Slow: true}, psh.Slice(values), psh.On(ctx))
		if err != nil {
			t.Fatalf("%v: %v", ctx, err)
		}
		if want == "" {
			want = bits(sum)
		}
		if got := bits(sum); got != want || sum.Data[0].Items != 500 {
			t.Errorf("%v: %s, want %s", ctx, got, want)
		}
		_ = sum.Free()
	}
}

// TestReducePartsAlive counts the parts that there are.
func TestReducePartsAlive(t *testing.T) {
	for _, workers := range []int{1, 2, 3, 7} {
		var mutex sync.Mutex
		places, calls := map[*float64]bool{}, 0
		fold := psh.Fold[int, float64]{
			Kernel: func(part psh.Array[float64]) psh.Kernel[int] {
				mutex.Lock()
				defer mutex.Unlock()
				places[&part.Data[0]], calls = true, calls+1
				return func(worker, index, value int) error {
					if worker == 0 { // whom the others have to wait for
						time.Sleep(time.Millisecond)
					}
					part.Data[0] += float64(value)
					return nil
				}
			},
			Merge: func(part, next psh.Array[float64]) {
				mutex.Lock()
				defer mutex.Unlock()
				if places[&part.Data[0]] {
					t.Error("a part was merged into another")
				}
				part.Data[0] += next.Data[0]
			},
		}
		sum, err := psh.Reduce(fold, psh.Range(0, 200, 1), psh.On(psh.Threads(workers)))
		if err != nil || sum.NDim() != 0 || sum.Data[0] != 19900 {
			t.Errorf("%d workers: %v %v, %v", workers, sum, sum.Data, err)
		}
		if calls < 64 || len(places) > 2*workers {
			t.Errorf("%d workers: %d parts in %d places, want at least 64 in at most %d", workers, calls, len(places), 2*workers)
		}
	}
}

// TestReduceOwnTypes folds into elements with pointers.
func TestReduceOwnTypes(t *testing.T) {
	type count map[string]int
	words := strings.Fields(strings.Repeat("a b a c ", 100))
	fold := psh.Fold[string, count]{
		Kernel: func(part psh.Array[count]) psh.Kernel[string] {
			part.Data[0] = count{}
			return func(worker, index int, word string) error { part.Data[0][word]++; return nil }
		},
		Merge: func(part, next psh.Array[count]) {
			for word, n := range next.Data[0] {
				part.Data[0][word] += n
			}
		},
	}
	got, err := psh.Reduce(fold, psh.Slice(words), psh.On(psh.Threads(3)))
	if want := (count{"a": 200, "b": 100, "c": 100}); err != nil || !reflect.DeepEqual(got.Data[0], want) {
		t.Errorf("%v, %v, want %v", got.Data, err, want)
	}
}

func sumFold(kernel func(part psh.Array[int]) psh.Kernel[int]) psh.Fold[int, int] {
	return psh.Fold[int, int]{
		Shape: []int{1}, Kernel: kernel,
		Merge: func(part, next psh.Array[int]) { part.Data[0] += next.Data[0] },
	}
}

func addInts(part psh.Array[int]) psh.Kernel[int] {
	return func(worker, index, value int) error { part.Data[0] += value; return nil }
}

func TestReduceErrors(t *testing.T) {
	failing := func(part psh.Array[int]) psh.Kernel[int] {
		return func(worker, index, value int) error {
			if index == 70 {
				return errDark
			}
			return nil
		}
	}
	merging := sumFold(addInts)
	merging.Merge = func(part, next psh.Array[int]) { panic("they do not match") }
	cancelled, cancel := context.WithCancelCause(context.Background())
	cancel(errDark)
	on, items := psh.On(psh.Threads(2)), psh.Range(0, 128, 1)
	for name, c := range map[string]struct {
		fold    psh.Fold[int, int]
		options []psh.MapOption
		want    string
	}{
		"kernel":    {sumFold(failing), []psh.MapOption{on}, "item 70, worker"},
		"merge":     {merging, []psh.MapOption{on}, "they do not match"},
		"cancelled": {sumFold(addInts), []psh.MapOption{on, psh.Until(cancelled)}, "not started: dark frame"},
		"no kernel": {sumFold(nil), nil, "Kernel and Merge"},
		"nil":       {sumFold(func(psh.Array[int]) psh.Kernel[int] { return nil }), nil, "nil"},
		"nil in a group": {sumFold(func(psh.Array[int]) psh.Kernel[int] { return nil }),
			[]psh.MapOption{psh.By(make([]int, 128))}, "nil"},
		"groups":       {sumFold(addInts), []psh.MapOption{psh.By([]int{1, 2})}, "2 groups for 128 items"},
		"large groups": {sumFold(addInts), []psh.MapOption{psh.By(slices.Repeat([]int{math.MaxInt32}, 128))}, "small numbers"},
		"SkipNaN":      {sumFold(addInts), []psh.MapOption{psh.SkipNaN()}, "SkipNaN"},
	} {
		got, err := psh.Reduce(c.fold, items, c.options...)
		if err == nil || !strings.Contains(err.Error(), c.want) || got.NDim() != 0 || len(got.Data) != 0 {
			t.Errorf("%s: %v, %v, want an error with %q and no result", name, got, err, c.want)
		}
	}
	if _, err := psh.Reduce(sumFold(addInts), nil); err == nil {
		t.Error("no functor: no error")
	}
	for _, option := range []psh.MapOption{psh.By(make([]int, 3)), psh.SkipNaN()} {
		if err := psh.Map(func(worker, index, value int) error { return nil }, psh.Range(0, 3, 1), option); err == nil {
			t.Error("an option of reductions for a map: no error")
		}
	}
}

// TestReduceCancelled stops a reduction in its midst: also workers that wait for others
// end.
func TestReduceCancelled(t *testing.T) {
	ctx, cancel := context.WithCancelCause(context.Background())
	time.AfterFunc(20*time.Millisecond, func() { cancel(errDark) })
	_, err := psh.Reduce(sumFold(func(part psh.Array[int]) psh.Kernel[int] {
		return func(worker, index, value int) error {
			if index == 0 {
				<-ctx.Done()
				time.Sleep(20 * time.Millisecond)
			}
			return nil
		}
	}), psh.Range(0, 1000, 1), psh.On(psh.Threads(3)), psh.Until(ctx))
	if !errors.Is(err, errDark) {
		t.Errorf("%v, want that it was cancelled", err)
	}
}

// BenchmarkReduce sums frames beside a map that has a sum for each worker, and beside
// goroutines by hand; and numbers, which cost next to nothing.
func BenchmarkReduce(b *testing.B) {
	const frames, size = 4096, 512 * 128
	raw := make([]uint16, 64*size) // that the cache does not hold
	for i := range raw {
		raw[i] = uint16(i * 7919)
	}
	items := psh.Range(0, frames, 1)
	add := func(sum []float64, frame int) {
		data := raw[frame%64*size:][:len(sum)]
		for i, x := range data {
			sum[i] += float64(x)
		}
	}
	merge := func(part, next psh.Array[float64]) {
		into := part.Data[:len(next.Data)]
		for i, x := range next.Data {
			into[i] += x
		}
	}
	fold := psh.Fold[int, float64]{Shape: []int{512, 128}, Merge: merge,
		Kernel: func(part psh.Array[float64]) psh.Kernel[int] {
			return func(worker, index, frame int) error { add(part.Data, frame); return nil }
		}}
	for _, workers := range []int{1, 2} {
		on := psh.On(psh.Threads(workers))
		b.Run(fmt.Sprintf("frames/workers=%d", workers), func(b *testing.B) {
			versus.Run(b,
				versus.Contender{Name: "Reduce", Run: func() { must(psh.Reduce(fold, items, on)) }},
				versus.Contender{Name: "MapPerWorker", Run: func() {
					sums := must(psh.Alloc[float64](psh.Shape(512, 128), psh.PerWorker(), psh.In(psh.Threads(workers))))
					err := psh.Map(func(worker, index, frame int) error { add(sums.Row(worker).Data, frame); return nil }, items, on)
					if err != nil {
						b.Fatal(err)
					}
					for worker := 1; worker < workers; worker++ {
						merge(sums.Row(0), sums.Row(worker))
					}
				}},
			)
		})
		values := anySize(cheapItems, 5)
		numbers := psh.Fold[float64, float64]{Merge: merge,
			Kernel: func(part psh.Array[float64]) psh.Kernel[float64] {
				return func(worker, index int, x float64) error { part.Data[0] += x; return nil }
			}}
		b.Run(fmt.Sprintf("numbers/workers=%d", workers), func(b *testing.B) {
			versus.Run(b,
				versus.Contender{Name: "Reduce", Run: func() { must(psh.Reduce(numbers, psh.Slice(values), on)) }},
				versus.Contender{Name: "MapPerWorker", Run: func() {
					sums := must(psh.Alloc[[8]float64](psh.PerWorker(), psh.In(psh.Threads(workers)))) // a line of the cache each
					err := psh.Map(func(worker, index int, x float64) error { sums.Data[worker][0] += x; return nil }, psh.Slice(values), on)
					if err != nil {
						b.Fatal(err)
					}
				}},
			)
		})
	}
}
