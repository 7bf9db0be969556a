package along

import (
	"fmt"

	"extrapasha/internal/memory"
	"extrapasha/internal/strided"
)

// addend is what is added up of each element of an array.
type addend[S Accumulator, T Number] interface {
	// along is the sum over every stride-th element of run, all of which belong to
	// element k of the result.
	along(run []T, stride, k int) S
	// across adds to each sum what is of its element, from element k of the result on.
	across(sums []S, run []T, stride, k int)
}

// elements are those of a result.
func elements[S any](shape []int) ([]S, error) {
	size, err := strided.Size[S](shape)
	if err != nil {
		return nil, err
	}
	if err := memory.Check(size * memory.SizeOf[S]()); err != nil {
		return nil, fmt.Errorf("%s of %T: %w", strided.Text(shape), *new(S), err)
	}
	return make([]S, size), nil
}

// addAll makes the sums of an addend of all elements.
func addAll[S Accumulator, T Number](r *Array[T], t addend[S, T]) ([]S, error) {
	out, err := elements[S](r.Shape)
	if err != nil || r.gone.Size() == 0 || len(out) == 0 {
		return out, err
	}
	kept, gone := r.kept.Size(), r.gone.Size()
	tile, parts := tileSize, 1
	if r.inner() {
		tile = min(max(taskSize/gone, 1), tileSize)
	}
	if kept < mostParts*4 {
		parts = min(max(kept*gone/taskSize, 1), gone, mostParts)
	}
	sums := out
	if parts > 1 {
		sums = make([]S, parts*kept)
	}
	err = r.tasks(tile, parts, func(part, from, to, first, last int) {
		addPart(r, t, sums[part*kept:(part+1)*kept], from, to, first, last)
	})
	for part := 0; part < parts && parts > 1; part++ {
		for k, sum := range sums[part*kept : (part+1)*kept] {
			out[k] += sum
		}
	}
	return out, err
}

// addPart makes some of the sums, of some of the elements that each is made of.
func addPart[S Accumulator, T Number](r *Array[T], t addend[S, T], sums []S, from, to, first, last int) {
	if r.inner() {
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
		AddTo(sums, run, false)
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
	if IsNaN(x) {
		return 0
	}
	return S(x)
}

// counted counts elements that are not NaN.
func counted[T Number](_ int, x T) int64 {
	if IsNaN(x) {
		return 0
	}
	return 1
}

// Sum adds up the elements, without those that are not a number where they are skipped.
func Sum[S Accumulator, T Number](r *Array[T], skipNaN bool) ([]S, error) {
	if err := CheckSum[S, T](); err != nil {
		return nil, err
	}
	if skipNaN && IsFloating[T]() {
		return addAll(r, addend[S, T](each[S, T](number[S, T])))
	}
	return addAll(r, addend[S, T](plain[S, T]{}))
}
