//go:build !linux

package lent

import "unsafe"

func newPages(bytes int) ([]byte, error) {
	words := make([]uint64, (bytes+7)/8) // for the alignment
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(words))), bytes), nil
}

// endPages makes numbers of the rows that nobody takes for data.
func endPages(memory []byte, _ string) { poison(memory) }

func endedAt(uintptr) (whose string, ok bool) { return "", false }
