package pasha

import (
	"sync"
	"unsafe"
)

// scratch keeps the shared memory that values of a slice were copied to for one map,
// for the next: memory that is touched for the first time costs more than the copy.
var scratch struct {
	sync.Mutex
	memory []byte
}

// mostScratch is as much as is kept.
const mostScratch = 64 << 20

func takeScratch(bytes int) ([]byte, error) {
	scratch.Lock()
	kept := scratch.memory
	scratch.memory = nil
	scratch.Unlock()
	if cap(kept) >= bytes {
		return kept[:bytes], nil
	}
	shared.Free(kept)
	return shared.Alloc(bytes)
}

func giveScratch(memory []byte) {
	if cap(memory) <= mostScratch {
		scratch.Lock()
		memory, scratch.memory = scratch.memory, memory
		scratch.Unlock()
	}
	shared.Free(memory)
}

// dropScratch gives it back to the system.
func dropScratch() {
	scratch.Lock()
	defer scratch.Unlock()
	shared.Free(scratch.memory)
	scratch.memory = nil
}

// copyScratch is a copy of values in shared memory, made on all cores.
func copyScratch[V any](values []V) (memory []byte, copied []V, err error) {
	memory, err = takeScratch(len(asBytes(values)))
	if err != nil {
		return nil, nil, err
	}
	copied = unsafe.Slice((*V)(unsafe.Pointer(unsafe.SliceData(memory))), len(values))
	const part = 1 << 18 // bytes
	parts := len(memory)/part + 1
	err = Map(func(_, i, _ int) error {
		from, to := i*len(values)/parts, (i+1)*len(values)/parts
		copy(copied[from:to], values[from:to])
		return nil
	}, Range(0, parts, 1), On(Threads(min(parts, 8))))
	return memory, copied, err
}
