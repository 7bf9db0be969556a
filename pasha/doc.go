// Package pasha (parallelized shared memory) maps a kernel over the items of a
// collection on many workers. Results are written straight into arrays that all
// workers and the caller share; nothing is copied or sent.
//
//	out, err := psh.Alloc[float64](psh.Like(in))
//	err = psh.Map(func(worker, index int, value float64) error {
//		out.Data[index] = 3 * value
//		return nil
//	}, psh.Slice(in))
//
// The parts:
//
//   - A [Kernel] is the function that is called with each item.
//   - A [Functor] is the collection: slices ([Slice]), arrays ([Along]),
//     labelled arrays ([AlongDim]), ranges ([Range]), iterators ([Seq], [Seq2]),
//     or any type with a length and a walk. [Wrap] finds the functor for a value.
//   - A [Context] is what the map runs on: [Serial], [Threads] or [Processes], or the
//     ranks that an MPI launcher has started, see [Init]. [SetDefault] or the
//     environment variable PASHA_CONTEXT choose.
//   - An [Array] is where results go; [Alloc] makes one that every worker can
//     read and write.
//   - [Map] brings them together. A [Recipe] is a kernel that can also run in
//     worker processes, whose Map does the same.
//   - [Reduce] makes one value or array of all items, with a [Fold] of your own, and
//     [ReduceSum], [ReduceMean], [ReduceMoments], [ReduceExtremes] and
//     [ReduceHistogram] with those that pasha has, of all items or by group ([By]).
//     The result is the same to the bit on any context.
//   - [Sum], [Mean], [Std], [Median], [Quantile] and their like reduce an array over
//     some of its dimensions, as NumPy does.
//   - [LoadNPY] and [LoadNPZ] read what NumPy writes, [Array.Share] puts an array
//     where workers see it.
//
// # Worker processes
//
// A program that calls [Init] at the start of main can map on worker processes, which
// are the same executable started again. What a [Recipe] is made from crosses to them,
// errors come back, and arrays are the same memory there.
//
// # What the compiler says
//
// The types of kernel and functor have to fit, and the compiler's words for it are long.
// The frequent mistakes, with what it says of them and what was meant:
//
//	psh.Map(kernel, in)
//	    type []float64 of in does not match inferred type pasha.Functor[float64]
//	    a slice is no functor yet: psh.Slice(in)
//	psh.Map(func(index int, value float64) error {…}, …)
//	    does not match pasha.Kernel[V] (cannot infer V)
//	    a kernel has three parameters: func(worker, index int, value float64) error
//	psh.Map(func(worker, index int, value float64) {…}, …)
//	    does not match inferred type pasha.Kernel[float64]
//	    a kernel returns an error
//	psh.Map(func(worker, index int, value float32) error {…}, psh.Slice(in))
//	    type pasha.Functor[float64] of psh.Slice(in) does not match inferred type pasha.Functor[float32]
//	    the kernel takes other items than the functor has
//	psh.Map(triple, psh.Slice(in))
//	    type *pasha.Recipe[pasha.Array[float64], float64] of triple does not match pasha.Kernel[V]
//	    what Register returns maps itself: triple.Map(out, psh.Slice(in))
//	triple.Map(psh.Slice(in))
//	    not enough arguments in call to triple.Map
//	    the arguments of the recipe come first: triple.Map(out, psh.Slice(in))
//	psh.Alloc(psh.Shape(3))
//	    in call to psh.Alloc, cannot infer T
//	    say of what: psh.Alloc[float64](psh.Shape(3))
//	psh.AllocFor[float64](items, psh.Fill(1))
//	    cannot use psh.Fill(1) (value of func type pasha.AllocOption) as int value
//	    after the items come dimensions: psh.Alloc[float64](psh.Shape(items.Len()), psh.Fill(1))
//	out[0] = 1
//	    cannot index out (variable of struct type pasha.Array[float64])
//	    the values are in Data: out.Data[0] = 1
//	psh.Map(kernel, psh.Slice(in), psh.Processes(2))
//	    multiple-value psh.Processes(2) (value of type (pasha.Context, error))
//	    ctx, err := psh.Processes(2), and psh.On(ctx)
//
// Two are found when the program runs, each with [ErrContext] or [ErrCross]: worker
// processes without a call of [Init] at the start of main, and a kernel on them that is
// not of a [Recipe].
//
// The package is usually imported as psh:
//
//	import psh "extrapasha/pasha"
package pasha
