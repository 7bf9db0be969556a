package filter

// #include "filters.h"
import "C"

// Shuffle takes elements of so many bytes apart: into out, which is as long as data, go
// the first bytes of all, the second of all, and so on.
func Shuffle(data []byte, element int, out []byte) {
	_ = out[:len(data)]
	C.shim_shuffle(bytesOf(data), C.size_t(len(data)), C.size_t(element), bytesOf(out))
}
