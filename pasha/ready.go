package pasha

import (
	"errors"
	"fmt"
	"math"
	"reflect"
	"slices"

	"extrapasha/internal/along"
	"extrapasha/internal/strided"
)

// The reductions that pasha has itself are folds like any other, made from what follows
// on any process.

// ready is what they are made from.
type ready struct {
	Shape   []int // of an item
	SkipNaN bool
	Bins    Bins
}

// SkipNaN has [ReduceSum], [ReduceMean], [ReduceMoments] and [ReduceExtremes] leave out
// numbers that are none, instead of giving none back.
func SkipNaN() MapOption { return func(m *mapping) { m.skipNaN = true } }

// ReduceSum adds up the items of a functor, element by element, in numbers of type S,
// which is named in the call: float64, or int64 and uint64 for integers. The items must
// have one shape. A functor that has a method ItemShape() []int tells it, of others the
// first item is looked at; the error wraps [ErrShape] where there is none. See [Reduce]
// and [By] for the rest.
//
//	sum, err := psh.ReduceSum[int64](frames)
func ReduceSum[S Accumulator, V Numbers[T], T Number](items Functor[V], options ...MapOption) (Array[S], error) {
	if err := along.CheckSum[S, T](); err != nil {
		return Array[S]{}, fmt.Errorf("pasha: %w", err)
	}
	sum, _, err := reduceReady(sumRecipe[S, V, T](), ready{}, items, options)
	return sum, err
}

// ReduceMean is the mean of the items, element by element, as float64; NaN where there
// are none. See [ReduceSum].
func ReduceMean[V Numbers[T], T Number](items Functor[V], options ...MapOption) (Array[float64], error) {
	sums, m, err := reduceReady(meanRecipe[V, T](), ready{}, items, options)
	if err != nil {
		return sums, err
	}
	defer sums.Free()
	shape, groups := m.itemShape, 1
	if m.groups != nil {
		groups = sums.Len()
		shape = append([]int{groups}, shape...)
	}
	mean, err := Alloc[float64](Shape(shape...), In(m.context))
	if err != nil {
		return mean, err
	}
	counted := along.Counted[T]{Elements: strided.Axes{Lengths: m.itemShape}.Size(), SkipNaN: m.skipNaN}
	row, size := counted.Len(), counted.Elements
	for group := range groups {
		counted.Mean(mean.Data[group*size:(group+1)*size], sums.Data[group*row:(group+1)*row])
	}
	return mean, nil
}

// ReduceMoments is number, mean and spread of the items, element by element. See
// [ReduceSum].
//
//	moments, err := psh.ReduceMoments(frames)
//	mean := psh.Each(moments, psh.Moments.Mean)
func ReduceMoments[V Numbers[T], T Number](items Functor[V], options ...MapOption) (Array[Moments], error) {
	moments, _, err := reduceReady(momentsRecipe[V, T](), ready{}, items, options)
	return moments, err
}

// ReduceExtremes is the smallest and the largest of the items, element by element. See
// [ReduceSum].
func ReduceExtremes[V Numbers[T], T Number](items Functor[V], options ...MapOption) (Array[Extremes[T]], error) {
	extremes, _, err := reduceReady(extremesRecipe[V, T](), ready{}, items, options)
	return extremes, err
}

// ReduceHistogram counts the numbers of all items in bins; items may have any shape.
// Numbers outside of all bins are not counted, nor are those that are none.
func ReduceHistogram[V Numbers[T], T Number](items Functor[V], bins Bins, options ...MapOption) (Array[int64], error) {
	if bins.Count < 1 || !(bins.Low < bins.High) || math.IsInf(bins.High-bins.Low, 0) {
		return Array[int64]{}, fmt.Errorf("pasha: %d bins from %v to %v, expected 1 or more between finite numbers", bins.Count, bins.Low, bins.High)
	}
	counts, _, err := reduceReady(histogramRecipe[V, T](), ready{Bins: bins, Shape: []int{}}, items, options)
	return counts, err
}

// RegisterItems lets worker processes run the reductions that pasha has itself over items
// of type V. Call it from an init function, once for each type of items:
//
//	func init() { psh.RegisterItems[psh.Array[uint16]]() }
func RegisterItems[V Numbers[T], T Number]() {
	registerReady(sumRecipe[int64, V, T]())
	registerReady(sumRecipe[uint64, V, T]())
	registerReady(sumRecipe[float64, V, T]())
	registerReady(meanRecipe[V, T]())
	registerReady(momentsRecipe[V, T]())
	registerReady(extremesRecipe[V, T]())
	registerReady(histogramRecipe[V, T]())
}

func registerReady[V, R any](r *FoldRecipe[ready, V, R]) { register[V](r.name, r) }

// reduceReady also tells what was planned.
func reduceReady[V Numbers[T], R any, T Number](r *FoldRecipe[ready, V, R], a ready, items Functor[V], options []MapOption) (Array[R], *mapping, error) {
	m, err := plan("Reduce", items, options)
	if err != nil {
		return Array[R]{}, nil, err
	}
	if a.Shape == nil {
		if a.Shape, err = itemShape(items); err != nil {
			return Array[R]{}, nil, err
		}
	}
	a.SkipNaN, m.itemShape = m.skipNaN && along.IsFloating[T](), a.Shape
	m.skipNaN = a.SkipNaN
	out, err := r.run(m, a, items)
	return out, m, err
}

var errFound = errors.New("there is an item")

// itemShape is the shape of a functor's items.
func itemShape[V Numbers[T], T Number](items Functor[V]) (shape []int, err error) {
	if known, ok := items.(interface{ ItemShape() []int }); ok {
		return known.ItemShape(), nil
	}
	err = Map(func(_, _ int, item V) error {
		shape = slices.Clone(item.numbers().shape)
		return errFound
	}, items, On(Serial()))
	switch {
	case err == nil:
		return nil, fmt.Errorf("pasha: %w: %T has no items, which would tell their shape", ErrShape, items)
	case !errors.Is(err, errFound):
		return nil, err
	}
	return append([]int{}, shape...), nil
}

func readyRecipe[V, R any](what string, fold func(ready) Fold[V, R]) *FoldRecipe[ready, V, R] {
	var to R
	of := reflect.TypeFor[V]()
	return &FoldRecipe[ready, V, R]{fmt.Sprintf("pasha: %s in %T of %s %v", what, to, of.PkgPath(), of), fold}
}

// perElement is a kernel that is given the elements of each item.
func perElement[V Numbers[T], T Number](shape []int, fold func(data []T)) Kernel[V] {
	flat := along.Flat[T]{Shape: shape}
	return func(_, _ int, item V) error {
		values := item.numbers()
		data, err := flat.Of(values.Data, values.axes())
		if err == nil {
			fold(data)
		}
		return err
	}
}

func sumRecipe[S Accumulator, V Numbers[T], T Number]() *FoldRecipe[ready, V, S] {
	return readyRecipe("sum", func(a ready) Fold[V, S] {
		return Fold[V, S]{Shape: a.Shape, Merge: addUp[S], Kernel: func(part Array[S]) Kernel[V] {
			return perElement[V](a.Shape, func(data []T) { along.AddTo(part.Data, data, a.SkipNaN) })
		}}
	})
}

func addUp[S Accumulator](part, next Array[S]) { along.AddTo(part.Data, next.Data, false) }

// meanRecipe makes sums, and behind them the number of items or, where NaN are left out,
// that of each element.
func meanRecipe[V Numbers[T], T Number]() *FoldRecipe[ready, V, float64] {
	return readyRecipe("mean", func(a ready) Fold[V, float64] {
		counted := along.Counted[T]{Elements: strided.Axes{Lengths: a.Shape}.Size(), SkipNaN: a.SkipNaN}
		return Fold[V, float64]{Shape: []int{counted.Len()}, Merge: addUp[float64], Kernel: func(part Array[float64]) Kernel[V] {
			return perElement[V](a.Shape, func(data []T) { counted.Add(part.Data, data) })
		}}
	})
}

func momentsRecipe[V Numbers[T], T Number]() *FoldRecipe[ready, V, Moments] {
	return readyRecipe("moments", func(a ready) Fold[V, Moments] {
		merge := func(part, next Array[Moments]) {
			for i := range next.Data {
				part.Data[i].Merge(next.Data[i])
			}
		}
		return Fold[V, Moments]{Shape: a.Shape, Merge: merge, Kernel: func(part Array[Moments]) Kernel[V] {
			return perElement[V](a.Shape, func(data []T) {
				if !a.SkipNaN {
					addEach(part.Data, data)
					return
				}
				moments := part.Data[:len(data)]
				for i, x := range data {
					if !along.IsNaN(x) {
						moments[i].Add(float64(x))
					}
				}
			})
		}}
	})
}

func extremesRecipe[V Numbers[T], T Number]() *FoldRecipe[ready, V, Extremes[T]] {
	return readyRecipe("extremes", func(a ready) Fold[V, Extremes[T]] {
		merge := func(part, next Array[Extremes[T]]) {
			for i := range next.Data {
				part.Data[i].Merge(next.Data[i])
			}
		}
		return Fold[V, Extremes[T]]{Shape: a.Shape, Merge: merge, Kernel: func(part Array[Extremes[T]]) Kernel[V] {
			return perElement[V](a.Shape, func(data []T) {
				extremes := part.Data[:len(data)]
				for i, x := range data {
					if !a.SkipNaN || !along.IsNaN(x) {
						extremes[i].Add(x)
					}
				}
			})
		}}
	})
}

func histogramRecipe[V Numbers[T], T Number]() *FoldRecipe[ready, V, int64] {
	return readyRecipe("histogram", func(a ready) Fold[V, int64] {
		edges := a.Bins.Edges()
		return Fold[V, int64]{Shape: []int{a.Bins.Count}, Merge: addUp[int64], Kernel: func(part Array[int64]) Kernel[V] {
			return func(_, _ int, item V) error {
				values := item.numbers()
				strided.Lines(values.Data, values.axes(), func(run []T, stride int) bool {
					along.Count(part.Data, edges, run, stride)
					return true
				})
				return nil
			}
		}}
	})
}
