package along

// Counted are sums of so many elements, and behind them how many numbers were added up:
// once for all, or for each where those are left out that are none.
type Counted[T Number] struct {
	Elements int
	SkipNaN  bool
}

// Len is how many numbers that are.
func (c Counted[T]) Len() int {
	if c.SkipNaN {
		return 2 * c.Elements
	}
	return c.Elements + 1
}

// Add adds a number to each.
func (c Counted[T]) Add(to []float64, data []T) {
	sums, counts := to[:c.Elements], to[c.Elements:]
	AddTo(sums, data, c.SkipNaN)
	if !c.SkipNaN {
		counts[0]++
		return
	}
	for i, x := range data {
		if !IsNaN(x) {
			counts[i]++
		}
	}
}

// Mean is the mean of each.
func (c Counted[T]) Mean(mean, of []float64) {
	sums, counts := of[:c.Elements], of[c.Elements:]
	for i, sum := range sums {
		mean[i] = sum / counts[min(i, len(counts)-1)]
	}
}
