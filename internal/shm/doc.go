// Package shm is memory that several processes share. It comes in a few large
// segments, each a file without a name (memfd) that is mapped; what is asked for
// is a range of whole pages of one. A segment takes no memory before its pages are
// touched, and nothing is left of it when the last process ends, however it ends.
//
// One process, the owner, allocates and frees. The others are given the segments'
// descriptors and find a range by its [Handle].
package shm
