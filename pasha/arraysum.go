package pasha

// addend is what is added up of each element of an array.
type addend[S Accumulator, T Number] interface {
	// along is the sum over every stride-th element of run, all of which belong to
	// element k of the result.
	along(run []T, stride, k int) S
	// across adds to each sum what is of its element, from element k of the result on.
	across(sums []S, run []T, stride, k int)
}

// addAll makes the sums of an addend of all elements.
func addAll[S Accumulator, T Number](r *reduced[T], t addend[S, T]) (Array[S], error) {
	out, err := Alloc[S](Shape(r.shape...), In(Serial()))
	if err != nil || r.gone.Size() == 0 || out.Size() == 0 {
		return out, err
	}
	kept, gone := r.kept.Size(), r.gone.Size()
	tile, parts := tileSize, 1
	if r.along() {
		tile = min(max(taskSize/gone, 1), tileSize)
	}
	if kept < mostParts*4 {
		parts = min(max(kept*gone/taskSize, 1), gone, mostParts)
	}
	sums := out.Data
	if parts > 1 {
		sums = make([]S, parts*kept)
	}
	err = r.tasks(tile, parts, func(part, from, to, first, last int) {
		addPart(r, t, sums[part*kept:(part+1)*kept], from, to, first, last)
	})
	for part := 0; part < parts && parts > 1; part++ {
		for k, sum := range sums[part*kept : (part+1)*kept] {
			out.Data[k] += sum
		}
	}
	return out, err
}

// addPart makes some of the sums, of some of the elements that each is made of.
func addPart[S Accumulator, T Number](r *reduced[T], t addend[S, T], sums []S, from, to, first, last int) {
	if r.along() {
		stride := r.gone.Stride()
		for k := from; k < to; k++ {
			base := r.kept.Offset(k)
			r.gone.Runs(first, last, func(_, offset, count int) {
				start := base + offset
				sums[k] += t.along(r.data[start:start+(count-1)*stride+1], stride, k)
			})
		}
		return
	}
	stride := r.kept.Stride()
	for g := first; g < last; g++ {
		base := r.gone.Offset(g)
		r.kept.Runs(from, to, func(k, offset, count int) {
			start := base + offset
			t.across(sums[k:k+count], r.data[start:start+(count-1)*stride+1], stride, k)
		})
	}
}

// plain adds up the elements.
type plain[S Accumulator, T Number] struct{}

// runPiece is how many elements are added up to one number, of which there are then
// fewer to add up: it keeps the error of long sums small.
const runPiece = 1024

func (plain[S, T]) along(run []T, stride, _ int) (total S) {
	for ; len(run) > runPiece && stride == 1; run = run[runPiece:] {
		total += addRun[S](run[:runPiece])
	}
	if stride == 1 {
		return total + addRun[S](run)
	}
	for i := 0; i < len(run); i += stride {
		total += S(run[i])
	}
	return total
}

// addRun makes four sums at a time, which do not wait for each other.
func addRun[S Accumulator, T Number](run []T) S {
	var a, b, c, d S
	for ; len(run) >= 4; run = run[4:] {
		a, b, c, d = a+S(run[0]), b+S(run[1]), c+S(run[2]), d+S(run[3])
	}
	for _, x := range run {
		a += S(x)
	}
	return (a + b) + (c + d)
}

func (plain[S, T]) across(sums []S, run []T, stride, _ int) {
	if stride == 1 {
		addTo(sums, run, false)
		return
	}
	for i := range sums {
		sums[i] += S(run[i*stride])
	}
}

// each is an addend that is worked out from the number k of an element of the result and an
// element of the array.
type each[S Accumulator, T Number] func(k int, x T) S

func (f each[S, T]) along(run []T, stride, k int) (total S) {
	for i := 0; i < len(run); i += stride {
		total += f(k, run[i])
	}
	return total
}

func (f each[S, T]) across(sums []S, run []T, stride, k int) {
	for i := range sums {
		sums[i] += f(k+i, run[i*stride])
	}
}

// number is the element, nothing where it is NaN.
func number[S Accumulator, T Number](_ int, x T) S {
	if isNaN(x) {
		return 0
	}
	return S(x)
}

// one counts elements that are not NaN.
func one[T Number](_ int, x T) int64 {
	if isNaN(x) {
		return 0
	}
	return 1
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
	return sum[S](a, axes, plain[S, T]{})
}

// NaNSum is [Sum] without the elements that are not a number.
func NaNSum[S Accumulator, T Number](a Array[T], axes ...int) (Array[S], error) {
	if !isFloating[T]() {
		return Sum[S](a, axes...)
	}
	return sum[S](a, axes, each[S, T](number[S, T]))
}

func sum[S Accumulator, T Number](a Array[T], axes []int, t addend[S, T]) (Array[S], error) {
	if err := checkSum[S, T](); err != nil {
		return Array[S]{}, err
	}
	r, err := reduceAxes("Sum", a, axes)
	if err != nil {
		return Array[S]{}, err
	}
	return addAll(r, t)
}

// Mean is the mean over the given dimensions as numpy.mean makes it, see [Sum]: in
// float64, NaN of no elements.
func Mean[T Number](a Array[T], axes ...int) (Array[float64], error) {
	r, err := reduceAxes("Mean", a, axes)
	if err != nil {
		return Array[float64]{}, err
	}
	mean, _, err := means(r, false)
	return mean, err
}

// NaNMean is [Mean] without the elements that are not a number.
func NaNMean[T Number](a Array[T], axes ...int) (Array[float64], error) {
	r, err := reduceAxes("NaNMean", a, axes)
	if err != nil {
		return Array[float64]{}, err
	}
	mean, _, err := means(r, true)
	return mean, err
}

// means is the mean and how many elements there are of each, once where they are as many
// of all.
func means[T Number](r *reduced[T], skipNaN bool) (mean Array[float64], counts []int64, err error) {
	if !skipNaN || !isFloating[T]() {
		mean, err = addAll(r, addend[float64, T](plain[float64, T]{}))
		counts = []int64{int64(r.gone.Size())}
	} else {
		var finite Array[int64]
		if mean, err = addAll(r, addend[float64, T](each[float64, T](number[float64, T]))); err == nil {
			finite, err = addAll(r, addend[int64, T](each[int64, T](one[T])))
		}
		counts = finite.Data
	}
	if err != nil {
		return Array[float64]{}, nil, err
	}
	for k := range mean.Data {
		mean.Data[k] /= float64(counts[min(k, len(counts)-1)])
	}
	return mean, counts, nil
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
	r, err := reduceAxes(what, a, axes)
	if err != nil {
		return Array[Moments]{}, err
	}
	mean, counts, err := means(r, skipNaN)
	if err != nil {
		return Array[Moments]{}, err
	}
	squares, err := addAll(r, addend[float64, T](deviations[T]{mean.Data, skipNaN && isFloating[T]()}))
	if err != nil {
		return Array[Moments]{}, err
	}
	out := arrayOf(make([]Moments, mean.Size()), mean.shape, false)
	for k := range out.Data {
		if n := counts[min(k, len(counts)-1)]; n > 0 {
			out.Data[k] = Moments{n, mean.Data[k], squares.Data[k]}
		}
	}
	return out, nil
}

// deviations adds up the squares of what elements are from their mean.
type deviations[T Number] struct {
	mean    []float64
	skipNaN bool
}

func (t deviations[T]) along(run []T, stride, k int) (total float64) {
	mean := t.mean[k]
	for i := 0; i < len(run); i += stride {
		if d := float64(run[i]) - mean; !t.skipNaN || !isNaN(run[i]) {
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
		if d := float64(x) - mean[i]; !t.skipNaN || !isNaN(x) {
			sums[i] += d * d
		}
	}
}
