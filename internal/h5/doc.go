// Package h5 reads and writes HDF5 files. With cgo it has libhdf5, behind
// gonum.org/v1/hdf5 where that has what is needed.
//
// Files are read around libhdf5: package format finds objects, and where their data
// lies, in the structures of the file; this package reads the bytes and undoes the
// filters (deflate, shuffle, fletcher32, LZF) on the goroutine that asks, or lends
// memory of the mapped file ([Lend]). libhdf5 writes files, and reads what is exotic:
// virtual datasets, other filters, numbers that no machine has. It is not asked about
// what was found damaged. In the tests it is the judge.
//
// libhdf5 is not safe to call from several threads in every build, keeps its error
// messages by thread, and prints them unless each thread tells it not to: every call
// goes through one lock that sees to all three. All functions may be called from any
// goroutine.
//
// The data path, from a path in a file to elements:
//
//	file.go      a file (flock_unix.go, state.go: locked by others, changed since)
//	object.go    an object, in this file or in one that a link leads to (outside.go)
//	dataset.go   a dataset, and reading of it (values.go: types, raw.go: data in other files)
//	storage.go   how a dataset lies in its file
//	direct.go    what of which chunk goes where
//	filters.go   from the bytes of a chunk to its elements
//	lend.go      rows as they lie in the mapped file (mapping_linux.go)
//	library.go   what libhdf5 has to read
package h5
