package along

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"extrapasha/internal/versus"
)

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
			low, high := neighbours(data, n)
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
		versus.Contender{Name: "narrowed", Timed: timed(func() { neighbours(data, len(data)/2) })})
}

func TestNeighbours(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		data := rapid.SliceOfN(rapid.Int16Range(-20, 20), 1, 300).Draw(t, "data")
		n := rapid.IntRange(0, len(data)-1).Draw(t, "n")
		sorted := slices.Sorted(slices.Values(data))
		low, high := neighbours(data, n)
		if next := min(n+1, len(sorted)-1); low != float64(sorted[n]) || high != float64(sorted[next]) {
			t.Fatalf("%v and %v, want %v and %v", low, high, sorted[n], sorted[next])
		}
		if !slices.Equal(slices.Sorted(slices.Values(data)), sorted) {
			t.Fatal("other numbers than before")
		}
	})
}
