package table

import (
	"fmt"
	"slices"
	"unsafe"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/bitutil"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"extrapasha/extradata"
	"extrapasha/internal/trains"
	psh "extrapasha/pasha"
)

// columnOf reads a key into a column that has the entries at where: -1 is null, and no
// where all entries in their order.
func columnOf(key *extradata.KeyData, where []int) (arrow.Array, error) {
	data, err := key.ReadAny()
	if err != nil {
		return nil, err
	}
	types := arrow.PrimitiveTypes
	switch data := data.(type) {
	case psh.Array[bool]:
		return fill(array.NewBooleanBuilder(memory.DefaultAllocator), where, data.Data), nil
	case psh.Array[string]:
		return fill(array.NewStringBuilder(memory.DefaultAllocator), where, data.Data), nil
	case psh.Array[int8]:
		return numbers(types.Int8, where, data.Data), nil
	case psh.Array[int16]:
		return numbers(types.Int16, where, data.Data), nil
	case psh.Array[int32]:
		return numbers(types.Int32, where, data.Data), nil
	case psh.Array[int64]:
		return numbers(types.Int64, where, data.Data), nil
	case psh.Array[uint8]:
		return numbers(types.Uint8, where, data.Data), nil
	case psh.Array[uint16]:
		return numbers(types.Uint16, where, data.Data), nil
	case psh.Array[uint32]:
		return numbers(types.Uint32, where, data.Data), nil
	case psh.Array[uint64]:
		return numbers(types.Uint64, where, data.Data), nil
	case psh.Array[psh.Float16]:
		return numbers(arrow.FixedWidthTypes.Float16, where, data.Data), nil
	case psh.Array[float32]:
		return numbers(types.Float32, where, data.Data), nil
	case psh.Array[float64]:
		return numbers(types.Float64, where, data.Data), nil
	}
	return nil, fmt.Errorf("%w: %v", ErrColumn, key)
}

// numbers is a column of numbers, which are Arrow's as they lie in memory: where all
// are taken they are not copied.
func numbers[T any](of arrow.DataType, where []int, values []T) arrow.Array {
	var valid []byte
	nulls := 0
	if where != nil {
		column := make([]T, len(where))
		valid = make([]byte, bitutil.BytesForBits(int64(len(where))))
		for row, position := range where {
			if position < 0 {
				nulls++
				continue
			}
			column[row] = values[position]
			valid[row/8] |= 1 << (row % 8)
		}
		values = column
	}
	buffers := []*memory.Buffer{nil, memory.NewBufferBytes(bytesOf(values))}
	if nulls > 0 {
		buffers[0] = memory.NewBufferBytes(valid)
	}
	data := array.NewData(of, len(values), buffers, nil, nulls, 0)
	defer data.Release()
	return array.MakeFromData(data)
}

func bytesOf[T any](values []T) []byte {
	size := int(unsafe.Sizeof(*new(T)))
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(values))), len(values)*size)
}

// builder is what the column builders of Arrow have in common.
type builder[T any] interface {
	array.Builder
	AppendValues(values []T, valid []bool)
}

// fill is a column of what Arrow keeps otherwise.
func fill[T any](b builder[T], where []int, values []T) arrow.Array {
	defer b.Release()
	if where == nil {
		b.AppendValues(values, nil)
		return b.NewArray()
	}
	column, valid := make([]T, len(where)), make([]bool, len(where))
	for row, position := range where {
		if position >= 0 {
			column[row], valid[row] = values[position], true
		}
	}
	b.AppendValues(column, valid)
	return b.NewArray()
}

// entries tells which entry of a key belongs to each train, -1 for none.
func entries(key *extradata.KeyData) []int {
	where := slices.Repeat([]int{-1}, key.Len())
	positions := trains.Positions{IDs: key.TrainIDs()}
	for i, id := range key.TrainIDCoordinates() {
		if row, ok := positions.Find(id); ok {
			where[row] = i
		}
	}
	return where
}
