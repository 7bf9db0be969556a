package keydata

import (
	"math"
	"slices"

	"github.com/x448/float16"
)

// Reduce makes one number of those of all entries, for [KeyData.SingleValue]: [Median],
// which the zero value is too, [Mean], [Min], [Max], [First], or what [ReduceBy] makes.
type Reduce struct {
	by func(values []float64, in precision) float64
}

// The reductions that are ready made. That of what is not a number is none, but with
// First.
var (
	// Median is the middle of the values, or the mean of the two in the middle.
	Median = Reduce{median}
	// Mean is the arithmetic mean, added up in the order in which NumPy does.
	Mean = Reduce{mean}
	Min  = ReduceBy(slices.Min[[]float64])
	Max  = ReduceBy(slices.Max[[]float64])
	// First is the first value.
	First = ReduceBy(func(values []float64) float64 { return values[0] })
)

// ReduceBy reduces by a function of its own, which is given at least one value and must
// not keep them. What it returns is rounded to the type of the key.
func ReduceBy(f func(values []float64) float64) Reduce {
	return Reduce{func(values []float64, in precision) float64 { return in.round(f(values)) }}
}

func (r Reduce) reduced(values []float64, in precision) float64 {
	if r.by == nil {
		r = Median
	}
	return r.by(values, in)
}

func median(values []float64, in precision) float64 {
	if slices.ContainsFunc(values, math.IsNaN) {
		return math.NaN()
	}
	sorted := slices.Sorted(slices.Values(values))
	middle := len(sorted) / 2
	if len(sorted)%2 == 1 {
		return sorted[middle]
	}
	return in.round(in.roundSum(sorted[middle-1]+sorted[middle]) / 2)
}

func mean(values []float64, in precision) float64 {
	sum := 0.0
	if in.pairwise {
		sum = in.sum(values)
	} else {
		for _, value := range values {
			sum = in.roundSum(sum + value)
		}
	}
	return in.round(in.roundSum(sum / float64(len(values))))
}

// precision is how NumPy reckons with numbers of a type. Each step is done in float64 and
// rounded, which for +, -, × and / of types of at most 24 bits is the same.
type precision struct {
	round    func(float64) float64 // to the type
	roundSum func(float64) float64 // to that of sums
	// Numbers that lie side by side are added up in pairs, those of neighbouring
	// entries that have several one after the other.
	pairwise bool
}

func precisionOf(dtype DType, entrySize int) precision {
	exact := func(x float64) float64 { return x }
	single := func(x float64) float64 { return float64(float32(x)) }
	half := func(x float64) float64 { return float64(float16.Fromfloat32(float32(x)).Float32()) }
	p := precision{exact, exact, entrySize == 1}
	switch dtype {
	case Float32:
		p.round, p.roundSum = single, single
	case Float16:
		p.round, p.roundSum = half, single
	}
	return p
}

// close is NumPy's isclose: infinities are close to themselves.
func (p precision) close(x, value, rtol, atol float64) bool {
	if math.IsInf(value, 0) {
		return x == value
	}
	limit := p.round(p.round(atol) + p.round(p.round(rtol)*math.Abs(value)))
	return x == value || p.round(math.Abs(x-value)) <= limit
}

// sum adds up in pairs, as NumPy does where numbers lie side by side: up to 128 of them
// in 8 sums, more in halves. numpy/_core/src/umath/loops_utils.h.src, pairwise_sum.
func (p precision) sum(values []float64) float64 {
	n := len(values)
	if n > 128 {
		half := n / 2 / 8 * 8
		return p.roundSum(p.sum(values[:half]) + p.sum(values[half:]))
	}
	total := 0.0
	if n >= 8 {
		var sums [8]float64
		copy(sums[:], values)
		for values = values[8:]; len(values) >= 8; values = values[8:] {
			for i := range sums {
				sums[i] = p.roundSum(sums[i] + values[i])
			}
		}
		for step := 1; step < 8; step *= 2 { // neighbours, then those of neighbours
			for i := 0; i < 8; i += 2 * step {
				sums[i] = p.roundSum(sums[i] + sums[i+step])
			}
		}
		total = sums[0]
	}
	for _, value := range values {
		total = p.roundSum(total + value)
	}
	return total
}
