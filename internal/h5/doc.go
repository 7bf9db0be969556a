// Package h5 reads and writes HDF5 files, through libhdf5 behind
// gonum.org/v1/hdf5 where that has what is needed. It is the only package with
// cgo.
//
// libhdf5 is not safe to call from several threads in every build, keeps its
// error messages by thread, and prints them unless each thread tells it not
// to: every call goes through one lock that sees to all three. All functions
// may be called from any goroutine.
package h5
