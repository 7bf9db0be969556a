package pasha

import (
	"fmt"

	"extrapasha/internal/along"
)

// reduceAlong has the elements of a result made over the given dimensions, all where none
// are given.
func reduceAlong[T, R any](what string, a Array[T], axes []int, reduce func(*along.Array[T]) ([]R, error)) (Array[R], error) {
	if a.NDim() == 0 && len(a.Data) == 0 {
		return Array[R]{}, fmt.Errorf("pasha: %s: %w: an array that was never made", what, ErrShape)
	}
	r, err := along.Of(a.Data, a.axes(), axes, onCores)
	if err != nil {
		return Array[R]{}, fmt.Errorf("pasha: %s: %w", what, err)
	}
	data, err := reduce(r)
	if err != nil {
		return Array[R]{}, fmt.Errorf("pasha: %s: %w", what, err)
	}
	return arrayOf(data, r.Shape, false), nil
}

// Sum adds up the elements of an array over the given dimensions, all where none are
// given, as numpy.sum does; negative ones count from the last. The sum is made in numbers
// of type S, which is named in the call: float64, or int64 and uint64 for integers, which
// wrap around as NumPy's do. Of no elements it is 0. The result is the same to the bit
// whatever the machine. The error wraps [ErrShape] where there is no such dimension.
//
//	total, err := psh.Sum[int64](counts)     // total.Data[0]
//	rows, err := psh.Sum[float64](images, -1)
func Sum[S Accumulator, T Number](a Array[T], axes ...int) (Array[S], error) {
	return reduceAlong("Sum", a, axes, func(r *along.Array[T]) ([]S, error) { return along.Sum[S](r, false) })
}

// NaNSum is [Sum] without the elements that are not a number.
func NaNSum[S Accumulator, T Number](a Array[T], axes ...int) (Array[S], error) {
	return reduceAlong("NaNSum", a, axes, func(r *along.Array[T]) ([]S, error) { return along.Sum[S](r, true) })
}

// Mean is the mean over the given dimensions as numpy.mean makes it, see [Sum]: in
// float64, NaN of no elements.
func Mean[T Number](a Array[T], axes ...int) (Array[float64], error) {
	return mean("Mean", a, axes, false)
}

// NaNMean is [Mean] without the elements that are not a number.
func NaNMean[T Number](a Array[T], axes ...int) (Array[float64], error) {
	return mean("NaNMean", a, axes, true)
}

func mean[T Number](what string, a Array[T], axes []int, skipNaN bool) (Array[float64], error) {
	return reduceAlong(what, a, axes, func(r *along.Array[T]) ([]float64, error) {
		mean, _, err := along.Means(r, skipNaN)
		return mean, err
	})
}

// Std is the standard deviation over the given dimensions as numpy.std makes it, with as
// many degrees of freedom as elements, see [Sum]; [Spread] gives it with fewer. It is in
// float64, NaN of no elements.
func Std[T Number](a Array[T], axes ...int) (Array[float64], error) { return std(Spread(a, axes...)) }

// NaNStd is [Std] without the elements that are not a number.
func NaNStd[T Number](a Array[T], axes ...int) (Array[float64], error) {
	return std(NaNSpread(a, axes...))
}

func std(m Array[Moments], err error) (Array[float64], error) {
	if err != nil {
		return Array[float64]{}, err
	}
	return Each(m, func(m Moments) float64 { return m.Std(0) }), nil
}

// Spread is number, mean and spread over the given dimensions, see [Sum]. It looks at the
// elements twice, as NumPy does, so that a spread that is small beside the mean is right.
//
//	m, err := psh.Spread(images, 0)
//	std := psh.Each(m, func(m psh.Moments) float64 { return m.Std(1) }) // of a sample
func Spread[T Number](a Array[T], axes ...int) (Array[Moments], error) {
	return spread("Spread", a, axes, false)
}

// NaNSpread is [Spread] without the elements that are not a number.
func NaNSpread[T Number](a Array[T], axes ...int) (Array[Moments], error) {
	return spread("NaNSpread", a, axes, true)
}

func spread[T Number](what string, a Array[T], axes []int, skipNaN bool) (Array[Moments], error) {
	return reduceAlong(what, a, axes, func(r *along.Array[T]) ([]Moments, error) {
		mean, counts, err := along.Means(r, skipNaN)
		if err != nil {
			return nil, err
		}
		squares, err := along.Squares(r, mean, skipNaN)
		if err != nil {
			return nil, err
		}
		out := make([]Moments, len(mean))
		for k := range out {
			if n := counts[min(k, len(counts)-1)]; n > 0 {
				out[k] = Moments{n, mean[k], squares[k]}
			}
		}
		return out, nil
	})
}
