package pasha

import "extrapasha/internal/npy"

// Digest is a short name for the array, to compare results by: 16 hexadecimal digits that
// are the same if shape and all bits of the elements are, whatever their order in memory.
// All that is not a number counts as the same.
func (a Array[T]) Digest() string { return npy.Digest(a.shape, a.All()) }
