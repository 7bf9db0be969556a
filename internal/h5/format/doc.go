// Package format reads the structures of HDF5 files: superblocks, object headers,
// groups, attributes, heaps and chunk indexes, as libhdf5 writes them today and as
// it wrote them first. It is pure Go and reads through an [io.ReaderAt]. It knows
// nothing of libhdf5, which in the tests is its judge.
//
// What a file claims is not a fact. Nothing here makes memory for more than the file
// has bytes, and nothing goes on for longer than a walk over the whole file could
// take. What is damaged is [ErrCorrupt], what is fine but of a form that is not read
// here is [ErrForm]: then libhdf5 may be asked.
//
// From a path to the elements of a dataset:
//
//	superblock.go  where the file begins
//	image.go       bytes of the file, within a budget; checksums
//	group.go       from a path to an object (links.go, symbols.go)
//	header.go      the messages of an object (shared.go)
//	object.go      what they say of a dataset: space.go, types.go, filters.go, storage.go
//	index.go       where the chunks are: tree1.go, newer.go, arrays.go, tree2.go
//	attribute.go   attributes (fractal.go and btree2.go, where there are many)
//	heap.go        strings of variable length
//	virtual.go     what a virtual dataset is made of
//
// The specification is
// https://support.hdfgroup.org/documentation/hdf5/latest/_f_m_t3.html. It leaves some
// arithmetic to libhdf5.
package format
