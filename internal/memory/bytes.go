package memory

import "unsafe"

// Bytes is the memory of a slice of values without pointers.
func Bytes[T any](data []T) []byte {
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(data))), len(data)*SizeOf[T]())
}

// Of is the values of a type without pointers that memory holds.
func Of[T any](memory []byte) []T {
	return unsafe.Slice((*T)(unsafe.Pointer(unsafe.SliceData(memory))), len(memory)/max(SizeOf[T](), 1))
}

// SizeOf is how many bytes a value has.
func SizeOf[T any]() int {
	var zero T
	return int(unsafe.Sizeof(zero))
}
