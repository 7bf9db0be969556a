// Package keydata is the data of one key of one source, across the files of a
// run.
//
// A [KeyData] tells what there is: shape, element type, entries per train. [As]
// gives it the Go type of its elements; the [Typed] key is read as a whole, a
// train at a time, or mapped over: it is a functor of package pasha.
//
// Users get keys from a collection of package extradata.
package keydata
