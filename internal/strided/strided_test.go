package strided

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"extrapasha/internal/versus"
)

// drawnAxes are dimensions of some elements in memory in any order of the dimensions, with
// gaps between them.
func drawnAxes(t *rapid.T) Axes {
	lengths := rapid.SliceOfN(rapid.IntRange(1, 4), 0, 4).Draw(t, "lengths")
	order := rapid.Permutation(positions(len(lengths))).Draw(t, "order")
	strides, stride := make([]int, len(lengths)), 1
	for _, axis := range order {
		stride *= rapid.IntRange(1, 2).Draw(t, "gap")
		strides[axis] = stride
		stride *= lengths[axis]
	}
	return Axes{lengths, strides}
}

func positions(n int) []int {
	list := make([]int, n)
	for i := range list {
		list[i] = i
	}
	return list
}

// offsets are where all elements are, counted up by hand.
func offsets(a Axes) []int {
	found := []int{0}
	for axis, length := range a.Lengths {
		var longer []int
		for _, offset := range found {
			for i := range length {
				longer = append(longer, offset+i*a.Strides[axis])
			}
		}
		found = longer
	}
	return found
}

func TestAxes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := drawnAxes(t)
		want := offsets(a)
		if a.Size() != len(want) {
			t.Fatalf("%v has %d elements, want %d", a, a.Size(), len(want))
		}
		from := rapid.IntRange(0, len(want)).Draw(t, "from")
		to := rapid.IntRange(from, len(want)).Draw(t, "to")
		var visited []int
		a.Runs(from, to, func(n, offset, count int) {
			if offset != a.Offset(n) || n != from+len(visited) {
				t.Fatalf("%v: a run from %d at %d, behind %d", a, n, offset, len(visited))
			}
			for i := range count {
				visited = append(visited, offset+i*a.Stride())
			}
		})
		if !slices.Equal(visited, want[from:to]) {
			t.Fatalf("%v: runs visit %v, want %v", a, visited, want[from:to])
		}
	})
}

// TestSortJoin has the same elements in memory before and after, those closest together
// last, and no two neighbours that are like one.
func TestSortJoin(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := drawnAxes(t)
		want := offsets(a)
		slices.Sort(want)
		a.Sort()
		if sorted := offsets(a); !slices.Equal(sorted, want) {
			t.Fatalf("sorted %v: %v, want %v", a, sorted, want)
		}
		a.Join()
		if joined := offsets(a); !slices.Equal(joined, want) {
			t.Fatalf("joined %v: %v, want %v", a, joined, want)
		}
		for i := 1; i < len(a.Lengths); i++ {
			if a.Strides[i-1] == a.Lengths[i]*a.Strides[i] {
				t.Fatalf("%v can be joined further", a)
			}
		}
	})
}

// TestNeighboursOfMany looks at arrays large enough to be narrowed by a sample: spread,
// with many alike, in order, and such that the sample misleads.
func TestNeighboursOfMany(t *testing.T) {
	const size = 1 << 15
	for name, of := range map[string]func(i int) float32{
		"spread":     func(int) float32 { return rand.Float32() },
		"alike":      func(int) float32 { return float32(rand.IntN(3)) },
		"constant":   func(int) float32 { return 7 },
		"in order":   func(i int) float32 { return float32(i) },
		"misleading": func(i int) float32 { return float32(i%(size>>10)) + 1/float32(i+1) },
		"infinite":   func(i int) float32 { return float32(math.Inf(i%3 - 1)) },
	} {
		data := make([]float32, size)
		for i := range data {
			data[i] = of(i)
		}
		sorted := slices.Sorted(slices.Values(data))
		for _, n := range []int{0, 1, size / 3, size/2 - 1, size / 2, size - 2, size - 1} {
			low, high := Neighbours(data, n)
			if next := min(n+1, size-1); low != float64(sorted[n]) || high != float64(sorted[next]) {
				t.Errorf("%s: %d: %v and %v, want %v and %v", name, n, low, high, sorted[n], sorted[next])
			}
		}
	}
}

// BenchmarkNeighbours finds the median of a million numbers, beside partitions alone.
func BenchmarkNeighbours(b *testing.B) {
	data := make([]float32, 1<<20)
	spread := func() {
		for i := range data {
			data[i] = float32(rand.NormFloat64())
		}
	}
	timed := func(find func()) func() time.Duration {
		return func() time.Duration {
			spread()
			start := time.Now()
			find()
			return time.Since(start)
		}
	}
	versus.Run(b,
		versus.Contender{Name: "partitions", Timed: timed(func() { selectNth(data, len(data)/2) })},
		versus.Contender{Name: "narrowed", Timed: timed(func() { Neighbours(data, len(data)/2) })})
}

func TestNeighbours(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		data := rapid.SliceOfN(rapid.Int16Range(-20, 20), 1, 300).Draw(t, "data")
		n := rapid.IntRange(0, len(data)-1).Draw(t, "n")
		sorted := slices.Sorted(slices.Values(data))
		low, high := Neighbours(data, n)
		if next := min(n+1, len(sorted)-1); low != float64(sorted[n]) || high != float64(sorted[next]) {
			t.Fatalf("%v and %v, want %v and %v", low, high, sorted[n], sorted[next])
		}
		if !slices.Equal(slices.Sorted(slices.Values(data)), sorted) {
			t.Fatal("other numbers than before")
		}
	})
}
