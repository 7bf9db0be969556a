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
// The package is usually imported as psh:
//
//	import psh "extrapasha/pasha"
package pasha
