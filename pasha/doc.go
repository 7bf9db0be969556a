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
//   - A [Context] is what the map runs on. [Serial] and [Threads] are ready;
//     [SetDefault] or the environment variable PASHA_CONTEXT choose.
//   - An [Array] is where results go; [Alloc] makes one that every worker can
//     read and write.
//   - [Map] brings them together.
//
// The package is usually imported as psh:
//
//	import psh "extrapasha/pasha"
package pasha
