// Package h5 reads and writes HDF5 files. With cgo it has libhdf5.
//
// Files are read around libhdf5: package format finds objects, and where their data
// lies, in the structures of the file; this package reads the bytes and undoes the
// filters (deflate, shuffle, fletcher32, LZF) on the goroutine that asks, or lends
// memory of the mapped file ([Lend]). libhdf5 writes files, and reads what is exotic:
// virtual datasets, other filters, numbers that no machine has. It is not asked about
// what was found damaged, and it reads with a driver that gives it what a file has, or an
// error: it survives neither all damage nor the end of a file that somebody cuts short. In
// the tests it is the judge.
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
//	library.go   what libhdf5 has to read, with the driver of driver.c
//
// The way back, from what is in a file to a new one:
//
//	writer.go    a file that is written (full.go: and its disk full)
//	copytree.go  all that is below an object
//	like.go      a dataset that is stored as another, attributes like others
//	copy.go      rows of datasets, one after the other
//	copychunks.go  chunks as they are (move.go: behind the back of who writes)
package h5
