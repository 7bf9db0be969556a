package along

// Means is the mean and how many elements there are of each, once where they are as many
// of all.
func Means[T Number](r *Array[T], skipNaN bool) (mean []float64, counts []int64, err error) {
	if !skipNaN || !IsFloating[T]() {
		mean, err = addAll(r, addend[float64, T](plain[float64, T]{}))
		counts = []int64{int64(r.gone.Size())}
	} else if mean, err = addAll(r, addend[float64, T](each[float64, T](number[float64, T]))); err == nil {
		counts, err = addAll(r, addend[int64, T](each[int64, T](counted[T])))
	}
	if err != nil {
		return nil, nil, err
	}
	for k := range mean {
		mean[k] /= float64(counts[min(k, len(counts)-1)])
	}
	return mean, counts, nil
}

// Squares are the sums of the squares of what elements are from their mean.
func Squares[T Number](r *Array[T], mean []float64, skipNaN bool) ([]float64, error) {
	return addAll(r, addend[float64, T](deviations[T]{mean, skipNaN && IsFloating[T]()}))
}

// deviations adds up the squares of what elements are from their mean.
type deviations[T Number] struct {
	mean    []float64
	skipNaN bool
}

func (t deviations[T]) along(run []T, stride, k int) (total float64) {
	mean := t.mean[k]
	for i := 0; i < len(run); i += stride {
		if d := float64(run[i]) - mean; !t.skipNaN || !IsNaN(run[i]) {
			total += d * d
		}
	}
	return total
}

func (t deviations[T]) across(sums []float64, run []T, stride, k int) {
	mean := t.mean[k : k+len(sums)]
	if stride == 1 && !t.skipNaN {
		run = run[:len(sums)]
		for i, x := range run {
			d := float64(x) - mean[i]
			sums[i] += d * d
		}
		return
	}
	for i := range sums {
		x := run[i*stride]
		if d := float64(x) - mean[i]; !t.skipNaN || !IsNaN(x) {
			sums[i] += d * d
		}
	}
}
