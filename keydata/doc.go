// Package keydata is the data of one key of one source, across the files of a
// run.
//
// A [KeyData] tells what there is: shape, element type, entries per train. [As]
// gives it the Go type of its elements; the [Typed] key is read as a whole, a
// train at a time, or mapped over: it is a functor of package pasha over trains, and
// [Typed.ByEntry] one over their entries.
//
// A kernel for trains gets [Entries], which are read when it asks for them: one by one,
// or all in one piece. What it gets is lent: what is not compressed, and lies in one
// piece in the file, is memory of the mapped file, and nothing is copied, but for the
// first time that it is asked for: many bytes are read then, since to have them mapped
// costs more. In one piece lies nearly every entry, and few trains of many: between
// chunks lie pieces of their index. Else it is read or inflated into memory of the worker,
// each chunk once. Either way the kernel may change it, which changes nothing in the file,
// and it is valid until the kernel asks for the next or returns: Copy to keep. While it
// works, the system is asked for the trains that come next.
//
// A kernel that keeps rows without a copy finds those of other trains there. With the
// environment variable PASHA_DEBUG=lent that is an error which wraps [ErrKept] and
// names both items, see DebugVariable of package pasha.
//
// A file that is cut short, replaced or written to while it is read is an error,
// an [*Error] that wraps [ErrChanged] and names the file and the train. For that a
// kernel must touch mapped memory in Go code and on its own goroutine: elsewhere a
// fault cannot be recovered from.
//
// What is returned by [Typed.Read], [Typed.TrainByID] and the like is a copy.
//
// Users get keys from a collection of package extradata.
package keydata
