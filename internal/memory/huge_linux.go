package memory

import (
	"unsafe"

	"golang.org/x/sys/unix"
)

// huge is the size of a huge page on most machines. Where it is another, less of the memory
// is in such pages.
const huge = 2 << 20

// InHugePages asks for memory that is not used yet to come in huge pages, as far as it has
// any: to have it a page at a time takes as long as to fill it.
func InHugePages(memory []byte) {
	before := -int(uintptr(unsafe.Pointer(unsafe.SliceData(memory)))%huge) & (huge - 1)
	if size := (len(memory) - before) / huge * huge; size > 0 {
		_ = unix.Madvise(memory[before:before+size], unix.MADV_HUGEPAGE) // it may have none
	}
}
