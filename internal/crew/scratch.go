package crew

import "sync"

// scratch keeps the shared memory that values of a slice were copied to for one map,
// for the next: memory that is touched for the first time costs more than the copy.
var scratch struct {
	sync.Mutex
	memory []byte
}

// mostScratch is as much as is kept.
const mostScratch = 64 << 20

// TakeScratch is shared memory for one job, not zeroed, which GiveScratch gives back.
func TakeScratch(bytes int) ([]byte, error) {
	scratch.Lock()
	kept := scratch.memory
	scratch.memory = nil
	scratch.Unlock()
	if cap(kept) >= bytes {
		return kept[:bytes], nil
	}
	Memory.Free(kept)
	return Memory.Alloc(bytes)
}

// GiveScratch gives scratch memory back.
func GiveScratch(memory []byte) {
	if cap(memory) <= mostScratch {
		scratch.Lock()
		memory, scratch.memory = scratch.memory, memory
		scratch.Unlock()
	}
	Memory.Free(memory)
}

// dropScratch gives it back to the system.
func dropScratch() {
	scratch.Lock()
	defer scratch.Unlock()
	Memory.Free(scratch.memory)
	scratch.memory = nil
}
