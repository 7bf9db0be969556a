package pasha

import "math"

// Moments are number, mean and spread of numbers that are added one after the other.
// They are right where the spread is small beside the mean, too. The zero value has no
// numbers.
type Moments struct {
	n        int64
	mean, m2 float64 // m2 is the sum of the squares of what the numbers are from the mean
}

// Add adds a number.
func (m *Moments) Add(x float64) {
	m.n++
	d := x - m.mean
	m.mean += d / float64(m.n)
	m.m2 += d * (x - m.mean)
}

// addEach adds one number to each; all must have as many.
func addEach[T Number](moments []Moments, data []T) {
	if len(data) == 0 {
		return
	}
	moments = moments[:len(data)]
	n := moments[0].n + 1
	part := 1 / float64(n)
	for i, x := range data {
		m := &moments[i]
		d := float64(x) - m.mean
		m.n = n
		m.mean += d * part
		m.m2 += d * (float64(x) - m.mean)
	}
}

// Merge adds the numbers of others, as of Chan, Golub and LeVeque, The American
// Statistician 37 (1983) 242.
func (m *Moments) Merge(others Moments) {
	switch {
	case others.n == 0:
		return
	case m.n == 0:
		*m = others
		return
	}
	n := m.n + others.n
	d := others.mean - m.mean
	part := float64(others.n) / float64(n)
	m.m2 += others.m2 + d*d*float64(m.n)*part
	m.mean += d * part
	m.n = n
}

// N is how many numbers there are.
func (m Moments) N() int { return int(m.n) }

// Mean is their mean, NaN where there are none.
func (m Moments) Mean() float64 {
	if m.n == 0 {
		return math.NaN()
	}
	return m.mean
}

// Var is their variance with so many degrees of freedom less than there are numbers
// (0 as NumPy has it by default, 1 for a sample); NaN where none are left.
func (m Moments) Var(ddof int) float64 {
	if m.n <= int64(ddof) {
		return math.NaN()
	}
	return m.m2 / float64(m.n-int64(ddof))
}

// Std is their standard deviation, the root of Var.
func (m Moments) Std(ddof int) float64 { return math.Sqrt(m.Var(ddof)) }

// Extremes are the smallest and the largest of N numbers; both are zero where N is. A NaN
// among them makes both NaN.
type Extremes[T Number] struct {
	N        int64
	Min, Max T
}

// Add adds a number.
func (e *Extremes[T]) Add(x T) {
	if e.N == 0 {
		e.Min, e.Max = x, x
	}
	e.Min, e.Max = min(e.Min, x), max(e.Max, x) // NaN where one is
	e.N++
}

// Merge adds the numbers of others.
func (e *Extremes[T]) Merge(others Extremes[T]) {
	if others.N == 0 {
		return
	}
	n := e.N + others.N
	e.Add(others.Min)
	e.Add(others.Max)
	e.N = n
}

// Bins are ranges of equal width between Low and High. As in NumPy's histogram a number
// at a border belongs to the bin above it, and High to the last bin.
type Bins struct {
	Count     int
	Low, High float64
}

// Edges are the borders of the bins, one more than there are bins.
func (b Bins) Edges() []float64 {
	edges := make([]float64, b.Count+1)
	for i := range edges {
		edges[i] = b.Low + float64(i)*(b.High-b.Low)/float64(b.Count)
	}
	edges[b.Count] = b.High
	return edges
}

// Each is an array like a, in C order, with f of each element.
//
//	std := psh.Each(moments, func(m psh.Moments) float64 { return m.Std(1) })
func Each[A, B any](a Array[A], f func(A) B) Array[B] {
	out := arrayOf(make([]B, a.Size()), append([]int{}, a.shape...), false)
	for i, value := range a.All() {
		out.Data[i] = f(value)
	}
	return out
}
