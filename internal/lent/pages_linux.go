package lent

import (
	"slices"
	"sync"
	"unsafe"

	"golang.org/x/sys/unix"
)

// ended are the pages that were lent, oldest first. They keep their addresses, so that
// nothing else comes to lie there, but no memory.
var ended struct {
	sync.Mutex
	all   []pages
	bytes int
}

type pages struct {
	memory []byte
	whose  string
}

// What is kept of addresses. When there are more, the oldest are given back: whoever
// touches those faults without an explanation, or finds what lies there since.
const (
	mostEnded = 1 << 14
	mostBytes = 1 << 38
)

func newPages(bytes int) ([]byte, error) {
	memory, err := unix.Mmap(-1, 0, bytes, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_PRIVATE|unix.MAP_ANON|unix.MAP_NORESERVE)
	if err != nil && forget(1) {
		return newPages(bytes) // there may be a limit to addresses
	}
	return memory, err
}

// endPages makes pages such that touching them is a fault.
func endPages(memory []byte, whose string) {
	// Another mapping in their place gives back all that belonged to them.
	_, err := unix.MmapPtr(-1, 0, unsafe.Pointer(unsafe.SliceData(memory)), uintptr(len(memory)),
		unix.PROT_NONE, unix.MAP_PRIVATE|unix.MAP_ANON|unix.MAP_NORESERVE|unix.MAP_FIXED)
	if err != nil {
		poison(memory)
	}
	ended.Lock()
	ended.all = append(ended.all, pages{memory, whose})
	ended.bytes += len(memory)
	full := len(ended.all) > mostEnded || ended.bytes > mostBytes
	ended.Unlock()
	if full {
		forget(2)
	}
}

// forget gives back the addresses of the oldest pages, one in so many. It tells whether
// there were any.
func forget(oneIn int) bool {
	ended.Lock()
	defer ended.Unlock()
	oldest := (len(ended.all) + oneIn - 1) / oneIn
	for _, p := range ended.all[:oldest] {
		ended.bytes -= len(p.memory)
		_ = unix.Munmap(p.memory)
	}
	ended.all = slices.Delete(ended.all, 0, oldest)
	return oldest > 0
}

// endedAt tells whose the ended pages at an address were.
func endedAt(address uintptr) (whose string, ok bool) {
	ended.Lock()
	defer ended.Unlock()
	for _, p := range slices.Backward(ended.all) {
		if first := uintptr(unsafe.Pointer(unsafe.SliceData(p.memory))); address >= first && address-first < uintptr(len(p.memory)) {
			return p.whose, true
		}
	}
	return "", false
}
