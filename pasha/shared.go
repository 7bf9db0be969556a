package pasha

import (
	"encoding/binary"
	"fmt"
	"reflect"

	"extrapasha/internal/crew"
	"extrapasha/internal/cross"
	"extrapasha/internal/memory"
	"extrapasha/internal/shm"
	"extrapasha/internal/strided"
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
func (a Array[T]) GobEncode() ([]byte, error) {
	var zero T
	if len(a.Data) > 0 && cross.HasPointers(reflect.TypeFor[T]()) {
		return nil, fmt.Errorf("%w: elements of type %T cannot be shared", ErrCross, zero)
	}
	handle, ok := crew.Memory.Find(a.memory())
	if len(a.Data) > 0 && !ok {
		return nil, fmt.Errorf("%w: %v is not in shared memory; make it with psh.Alloc in the context of the map", ErrCross, a)
	}
	out := binary.AppendUvarint(nil, handle.Owner)
	for _, n := range []int{handle.Segment, handle.Start, handle.Len, len(a.shape)} {
		out = binary.AppendVarint(out, int64(n))
	}
	for axis := range a.shape {
		out = binary.AppendVarint(out, int64(a.shape[axis]))
		out = binary.AppendVarint(out, int64(a.strides[axis]))
	}
	return out, nil
}

// GobDecode finds the array in shared memory: it is the same memory as in the
// process that it comes from. The error tells where that is not shared with this
// one.
func (a *Array[T]) GobDecode(text []byte) error {
	bad := false
	next := func() int {
		n, size := binary.Varint(text)
		bad = bad || size <= 0
		text = text[max(size, 0):]
		return int(n)
	}
	owner, size := binary.Uvarint(text)
	text = text[max(size, 0):]
	handle := shm.Handle{Owner: owner, Segment: next(), Start: next(), Len: next()}
	*a = Array[T]{}
	dims := next()
	for i := 0; i < dims && !bad; i++ {
		a.shape, a.strides = append(a.shape, next()), append(a.strides, next())
	}
	var zero T
	each := max(memory.SizeOf[T](), 1)
	if bad || size <= 0 || handle.Len%each != 0 || handle.Len > 0 && cross.HasPointers(reflect.TypeFor[T]()) {
		return fmt.Errorf("pasha: no array of %T", zero)
	}
	if handle.Len == 0 {
		a.Data = []T{}
		return nil
	}
	bytes, err := crew.Memory.Open(handle)
	if err != nil {
		return fmt.Errorf("pasha: array of %T, shape %s: %w", zero, strided.Text(a.shape), err)
	}
	a.Data = memory.Of[T](bytes)
	if a.axes().Extent() > len(a.Data) {
		return fmt.Errorf("pasha: array of %T, shape %s: more than the memory it comes with", zero, strided.Text(a.shape))
	}
	return nil
}

// place is where the array lies.
func (a Array[T]) place() crew.Place {
	return crew.Place{Memory: a.memory(), Elem: memory.SizeOf[T](), Shape: a.shape, Strides: a.strides}
}

// memory is what the array lies in.
func (a Array[T]) memory() []byte { return memory.Bytes(a.Data) }
