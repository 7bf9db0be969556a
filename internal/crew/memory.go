package crew

import (
	"sync"
	"unsafe"

	"extrapasha/internal/shm"
)

// Memory is what this process and its workers share.
var Memory shm.Memory

// slabs are the arrays in shared memory with one slab for each worker.
var slabs = struct {
	sync.Mutex
	all map[*byte]Slabs
}{all: map[*byte]Slabs{}}

// Slabs is the memory of such an array.
type Slabs struct {
	memory []byte
	slab   int // bytes of one
}

// Memory is that of all slabs, Size the bytes of one.
func (s Slabs) Memory() []byte { return s.memory }

// Size is the bytes of one.
func (s Slabs) Size() int { return s.slab }

// of is the slab of a worker, nil where there is none.
func (s Slabs) of(worker int) []byte {
	if s.slab == 0 || (worker+1)*s.slab > len(s.memory) {
		return nil
	}
	return s.memory[worker*s.slab : (worker+1)*s.slab]
}

// NoteSlabs has memory, if it is shared, known to have a slab for each of so many
// workers.
func NoteSlabs(memory []byte, workers int) {
	if _, ok := Memory.Find(memory); !ok || len(memory) == 0 {
		return
	}
	slabs.Lock()
	defer slabs.Unlock()
	slabs.all[unsafe.SliceData(memory)] = Slabs{memory, len(memory) / workers}
}

// Free gives shared memory back; ok is false where it is a part of what was allocated, or
// free.
func Free(memory []byte) (ok bool) {
	slabs.Lock()
	delete(slabs.all, unsafe.SliceData(memory))
	slabs.Unlock()
	return Memory.Free(memory)
}

// slabsWith is the array with slabs that memory is a part of.
func slabsWith(memory []byte) (Slabs, bool) {
	if len(memory) == 0 {
		return Slabs{}, false
	}
	slabs.Lock()
	defer slabs.Unlock()
	for _, s := range slabs.all {
		if within(s.memory, memory) {
			return s, true
		}
	}
	return Slabs{}, false
}

func within(whole, part []byte) bool {
	return addressed(whole, uintptr(unsafe.Pointer(unsafe.SliceData(part))))
}

func addressed(memory []byte, address uintptr) bool {
	return address-uintptr(unsafe.Pointer(unsafe.SliceData(memory))) < uintptr(len(memory))
}
