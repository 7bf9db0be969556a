package pasha

import (
	"fmt"

	"extrapasha/internal/crew"
	"extrapasha/internal/memory"
)

// Free gives the memory of an array back, if it is shared between processes: there
// it stays until then, or until the program ends, since the garbage collector does
// not know it. The array must be as [Alloc] has made it, not a view; it and its
// views must not be used any more. Arrays of other contexts are left to the garbage
// collector.
func (a Array[T]) Free() error {
	if _, ok := crew.Memory.Find(a.memory()); !ok || len(a.Data) == 0 {
		return nil
	}
	if !crew.Free(a.memory()) {
		return fmt.Errorf("pasha: Free: %v is a part of an array, or free already", a)
	}
	return nil
}

// GobEncode is the place of the array in shared memory, for a worker process: not
// its elements, for which there are [SaveNPY] and [SaveNPZ]. The error wraps
// [ErrCross] where the array is not in shared memory.
func (a Array[T]) GobEncode() ([]byte, error) { return crew.EncodePlace(a.Data, a.shape, a.strides) }

// GobDecode finds the array in shared memory: it is the same memory as in the
// process that it comes from. The error tells where that is not shared with this
// one.
func (a *Array[T]) GobDecode(text []byte) (err error) {
	if a.Data, a.shape, a.strides, err = crew.DecodePlace[T](text); err != nil {
		return fmt.Errorf("pasha: %w", err)
	}
	return nil
}

// place is where the array lies.
func (a Array[T]) place() crew.Place {
	return crew.Place{Memory: a.memory(), Elem: memory.SizeOf[T](), Shape: a.shape, Strides: a.strides}
}

// memory is what the array lies in.
func (a Array[T]) memory() []byte { return memory.Bytes(a.Data) }
