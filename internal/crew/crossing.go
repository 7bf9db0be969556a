package crew

import (
	"encoding/binary"
	"errors"
	"fmt"
	"reflect"

	"extrapasha/internal/cross"
	"extrapasha/internal/memory"
	"extrapasha/internal/shm"
	"extrapasha/internal/strided"
)

// EncodePlace is where an array lies in shared memory: not its elements, which are the same
// memory in another process. The error wraps [cross.Err] where that cannot be.
func EncodePlace[T any](data []T, shape, strides []int) (text []byte, err error) {
	var zero T
	handle, ok := Memory.Find(memory.Bytes(data))
	switch {
	case len(data) == 0:
	case cross.HasPointers(reflect.TypeFor[T]()):
		return nil, fmt.Errorf("%w: elements of type %T cannot be shared", cross.Err, zero)
	case !ok:
		return nil, fmt.Errorf("%w: %T array of shape %s is not in shared memory; make it with psh.Alloc in the context of the map", cross.Err, zero, strided.Text(shape))
	}
	text = binary.AppendUvarint(nil, handle.Owner)
	for _, n := range []int{handle.Segment, handle.Start, handle.Len, len(shape)} {
		text = binary.AppendVarint(text, int64(n))
	}
	for axis := range shape {
		text = binary.AppendVarint(text, int64(shape[axis]))
		text = binary.AppendVarint(text, int64(strides[axis]))
	}
	return text, nil
}

// DecodePlace finds the array that [EncodePlace] tells about. The error tells where its
// memory is not shared with this process.
func DecodePlace[T any](text []byte) (data []T, shape, strides []int, err error) {
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
	for dims := next(); dims > 0 && !bad; dims-- {
		shape, strides = append(shape, next()), append(strides, next())
	}
	var zero T
	if bad || size <= 0 || handle.Len%max(memory.SizeOf[T](), 1) != 0 || handle.Len > 0 && cross.HasPointers(reflect.TypeFor[T]()) {
		return nil, nil, nil, fmt.Errorf("no array of %T", zero)
	}
	if handle.Len == 0 {
		return []T{}, shape, strides, nil
	}
	bytes, err := Memory.Open(handle)
	if data = memory.Of[T](bytes); err == nil && (strided.Axes{Lengths: shape, Strides: strides}).Extent() > len(data) {
		err = errors.New("more than the memory it comes with")
	}
	if err != nil {
		return nil, nil, nil, fmt.Errorf("array of %T, shape %s: %w", zero, strided.Text(shape), err)
	}
	return data, shape, strides, nil
}
