package pasha_test

import (
	"errors"
	"maps"
	"slices"
	"sync"
	"testing"

	"pgregory.net/rapid"

	psh "extrapasha/pasha"
)

// mapped collects what a map over a functor visits, by index.
func mapped[V any](t testing.TB, functor psh.Functor[V], options ...psh.MapOption) map[int]V {
	t.Helper()
	var mutex sync.Mutex
	got := map[int]V{}
	err := psh.Map(func(worker, index int, value V) error {
		mutex.Lock()
		defer mutex.Unlock()
		if _, again := got[index]; again {
			t.Errorf("item %d came twice", index)
		}
		got[index] = value
		return nil
	}, functor, options...)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func values[V any](t testing.TB, functor psh.Functor[V]) []V {
	t.Helper()
	got := mapped(t, functor)
	out := make([]V, len(got))
	for i := range out {
		out[i] = got[i]
	}
	return out
}

func TestRange(t *testing.T) {
	for _, c := range []struct {
		start, stop, step int
		want              []int
	}{
		{0, 4, 1, []int{0, 1, 2, 3}},
		{2, 9, 3, []int{2, 5, 8}},
		{5, 0, -2, []int{5, 3, 1}},
		{0, 0, 1, []int{}},
		{3, 1, 1, []int{}},
		{0, 3, 0, []int{}},
	} {
		if got := values(t, psh.Range(c.start, c.stop, c.step)); !slices.Equal(got, c.want) {
			t.Errorf("Range(%d, %d, %d): %v, want %v", c.start, c.stop, c.step, got, c.want)
		}
	}
}

func TestAlong(t *testing.T) {
	a := counted(t, psh.Shape(2, 3, 4))
	for axis := -3; axis < 3; axis++ {
		functor, err := psh.Along(a, axis)
		if err != nil {
			t.Fatal(err)
		}
		got := values(t, functor)
		plain := (axis + 3) % 3
		if len(got) != a.Shape()[plain] {
			t.Fatalf("axis %d: %d items", axis, len(got))
		}
		for i, item := range got {
			sels := []psh.Sel{psh.Every(), psh.Every(), psh.Every()}
			sels[plain] = psh.At(i)
			if want := elements(view(t, a, sels...)); !slices.Equal(elements(item), want) {
				t.Errorf("axis %d, item %d: %v, want %v", axis, i, elements(item), want)
			}
		}
	}
	if _, err := psh.Along(a, 3); !errors.Is(err, psh.ErrShape) {
		t.Errorf("axis 3: %v, want ErrShape", err)
	}
}

func TestAlongDim(t *testing.T) {
	trains := []uint64{100, 101, 102}
	labelled, err := psh.NewLabelled(counted(t, psh.Shape(2, 3)), []string{"pulse", "trainId"},
		map[string]any{"trainId": trains, "pulse": []int{0, 4}})
	if err != nil {
		t.Fatal(err)
	}
	functor, err := psh.AlongDim(labelled, "trainId")
	if err != nil {
		t.Fatal(err)
	}
	for i, item := range values(t, functor) {
		if !slices.Equal(item.Dims, []string{"pulse"}) || !slices.Equal(elements(item.Array), []int{i, 3 + i}) {
			t.Errorf("item %d: %v %v", i, item.Dims, elements(item.Array))
		}
		if item.Coords["trainId"] != trains[i] || item.Coords["pulse"] == nil {
			t.Errorf("item %d: coordinates %v, want those of pulse and the train", i, item.Coords)
		}
	}
	along, err := psh.AlongDim(values(t, functor)[1], "pulse")
	if err != nil {
		t.Fatal(err)
	}
	for i, item := range values(t, along) {
		if item.NDim() != 0 || item.Coords["trainId"] != trains[1] || item.Coords["pulse"] != []int{0, 4}[i] {
			t.Errorf("item %d of an item: %v with coordinates %v", i, item, item.Coords)
		}
	}
	unfit := labelled
	unfit.Coords = map[string]any{"trainId": trains[:2]}
	for name, err := range map[string]error{
		"no such dimension":  second(psh.AlongDim(labelled, "train")),
		"unfit coordinates":  second(psh.AlongDim(unfit, "trainId")),
		"of no dimension":    second(psh.NewLabelled(labelled.Array, []string{"a", "b"}, map[string]any{"c": []int{1}})),
		"too few names":      second(psh.NewLabelled(labelled.Array, []string{"a"}, nil)),
		"same name twice":    second(psh.NewLabelled(labelled.Array, []string{"a", "a"}, nil)),
		"coordinates length": second(psh.NewLabelled(labelled.Array, []string{"a", "b"}, map[string]any{"a": []int{1}})),
	} {
		if !errors.Is(err, psh.ErrShape) {
			t.Errorf("%s: %v, want ErrShape", name, err)
		}
	}
}

func TestIterators(t *testing.T) {
	if got := values(t, psh.Seq(slices.Values([]int{3, 1, 2}))); !slices.Equal(got, []int{3, 1, 2}) {
		t.Errorf("Seq: %v", got)
	}
	pairs := values(t, psh.Seq2(maps.All(map[string]int{"dark": 1})))
	if len(pairs) != 1 || pairs[0] != (psh.Pair[string, int]{Key: "dark", Value: 1}) {
		t.Errorf("Seq2: %v", pairs)
	}
}

type celsius float64

func TestWrap(t *testing.T) {
	array, _ := psh.Alloc[int](psh.Shape(4, 2))
	check := func(name string, length int, err error, want int) {
		t.Helper()
		if err != nil || length != want {
			t.Errorf("%s: %d items, error %v; want %d items", name, length, err, want)
		}
	}
	slice, err := psh.Wrap[int]([]int{1, 2, 3})
	check("slice", slice.Len(), err, 3)
	count, err := psh.Wrap[int](5)
	check("int", count.Len(), err, 5)
	rows, err := psh.Wrap[psh.Array[int]](array)
	check("array", rows.Len(), err, 4)
	seq, err := psh.Wrap[int](slices.Values([]int{1, 2}))
	check("iterator", seq.Len(), err, 2)
	pairs, err := psh.Wrap[psh.Pair[int, string]](slices.All([]string{"a"}))
	check("two-valued iterator", pairs.Len(), err, 1)
	itself, err := psh.Wrap[int](slice)
	check("functor", itself.Len(), err, 3)

	if _, err := psh.Wrap[int]([]string{"a"}); !errors.Is(err, psh.ErrWrap) {
		t.Errorf("strings for a kernel over int: %v, want ErrWrap", err)
	}
	type station struct{ temperatures []celsius }
	psh.RegisterWrapper(func(value any) psh.Functor[celsius] {
		if s, ok := value.(station); ok {
			return psh.Slice(s.temperatures)
		}
		return nil
	})
	registered, err := psh.Wrap[celsius](station{make([]celsius, 6)})
	check("registered", registered.Len(), err, 6)
	psh.RegisterWrapper(func(value any) psh.Functor[celsius] {
		if s, ok := value.([]celsius); ok {
			return psh.Slice(s)
		}
		return nil
	})
	if _, err := psh.Wrap[celsius]([]celsius{1}); !errors.Is(err, psh.ErrWrap) {
		t.Errorf("two kinds fit: %v, want ErrWrap", err)
	}
}

// blocks is a functor that is best divided at multiples of its block length.
type blocks struct {
	psh.Functor[int]
	length int
	mutex  sync.Mutex
	starts []int
}

func (b *blocks) Cuts() []int {
	var cuts []int
	for i := 0; i < b.Len(); i += b.length {
		cuts = append(cuts, i)
	}
	return cuts
}

func (b *blocks) Walk(share psh.Share, visit func(int, int) error) error {
	b.mutex.Lock()
	b.starts = append(b.starts, share.Start)
	b.mutex.Unlock()
	return b.Functor.Walk(share, visit)
}

// TestShares maps over random numbers of items on random numbers of workers
// with random cuts: every item must come once, whatever the shares.
func TestShares(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		n := rapid.IntRange(0, 3000).Draw(rt, "items")
		workers := rapid.IntRange(1, 9).Draw(rt, "workers")
		length := rapid.IntRange(1, 200).Draw(rt, "block")
		functor := &blocks{Functor: psh.Range(0, n, 1), length: length}
		if got := mapped(t, functor, psh.On(psh.Threads(workers))); len(got) != n {
			rt.Fatalf("%d of %d items came", len(got), n)
		}
	})
	functor := &blocks{Functor: psh.Range(0, 6400, 1), length: 40}
	mapped(t, functor, psh.On(psh.Threads(2)))
	early := 0
	for _, start := range functor.starts {
		if start < 3200 && start%40 != 0 {
			early++
		}
	}
	if early > 0 {
		t.Errorf("%d shares of the first half do not start at a cut: %v", early, functor.starts)
	}
}
