// Package h5 reads and writes HDF5 files. It is the only package with cgo.
//
// libhdf5, behind gonum.org/v1/hdf5 where that has what is needed, opens files and
// tells what is in them. It is not safe to call from several threads in every
// build, keeps its error messages by thread, and prints them unless each thread
// tells it not to: every call goes through one lock that sees to all three. All
// functions may be called from any goroutine.
//
// Data goes around that lock where it is numbers as this machine has them, in one
// piece or in chunks, with no filters or those that are known here (deflate,
// shuffle, fletcher32, LZF): [Read] finds the chunks in the structures of the file
// itself, reads their bytes and undoes the filters on the goroutine that asks;
// [Lend] gives memory of the mapped file. Everything else, and every structure
// that is not understood, libhdf5 reads. It is the judge in the tests.
//
// The data path, from a dataset to its elements:
//
//	storage.go   how a dataset lies in its file
//	image.go     the structures of a file: object headers, B-trees
//	chunks.go    where the chunks are
//	newer.go     the same, in files of newer structures (arrays.go, tree2.go)
//	direct.go    what of which chunk goes where
//	filters.go   from the bytes of a chunk to its elements
//	lend.go      rows as they lie in the mapped file (mapping_linux.go)
package h5
