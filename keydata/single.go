package keydata

import (
	"errors"
	"fmt"
	"math"

	psh "extrapasha/pasha"
)

// ErrTolerance is wrapped by the error of a value that is not one value.
var ErrTolerance = errors.New("not within tolerance")

// NoDataError is a key that has no entries where at least one is needed.
type NoDataError struct {
	// Source and Key name the data; Key is empty where it is about the source.
	Source, Key string
}

func (e *NoDataError) Error() string {
	if e.Key == "" {
		return fmt.Sprintf("%s has no data for the selected trains", e.Source)
	}
	return fmt.Sprintf("%s, %s has no data for the selected trains", e.Source, e.Key)
}

// SingleValue reads a key whose value should be the same in all trains. It is
// what reduce makes of the entries, element by element, in the shape of an entry.
// Every entry must be within atol + rtol·|value| of it; EXtra-data's rtol is 1e-5
// and its atol 0. Of a key of float32 or float16 all of this is reckoned with numbers of
// that type, as NumPy does, of others with float64.
//
// The error wraps [ErrTolerance] where an entry is not within it, or is a
// [*NoDataError], or a [*TypeError] for data that is not numbers.
func (k *KeyData) SingleValue(rtol, atol float64, reduce Reduce) (psh.Array[float64], error) {
	fail := func(err error) (psh.Array[float64], error) { return psh.Array[float64]{}, err }
	all, err := k.ReadFloats()
	if err != nil {
		return fail(err)
	}
	entries, size := all.Len(), k.entrySize()
	if entries == 0 {
		return fail(&NoDataError{Source: k.Source(), Key: k.Key()})
	}
	value, err := psh.NewArray(make([]float64, size), append([]int{1}, k.entryShape...)...)
	if err != nil {
		return fail(k.fail(0, err))
	}
	in := precisionOf(k.dtype, size)
	column := make([]float64, entries)
	for i := range size {
		for entry := range column {
			column[entry] = all.Data[entry*size+i]
		}
		value.Data[i] = reduce.reduced(column, in)
		for _, x := range column {
			if !in.close(x, value.Data[i], rtol, atol) {
				return fail(k.fail(0, fmt.Errorf("%w: %v is further than %g + %g × %v away from %v", ErrTolerance, x, atol, rtol, math.Abs(value.Data[i]), value.Data[i])))
			}
		}
	}
	return value.Row(0), nil
}

// SingleText reads a key of strings that should be the same in all trains, one
// string an entry. The error wraps [ErrTolerance] where they are not.
func (k *KeyData) SingleText() (string, error) {
	texts, err := As[string](k)
	if err != nil {
		return "", err
	}
	all, err := texts.Read()
	if err != nil {
		return "", err
	}
	if all.Size() == 0 {
		return "", &NoDataError{Source: k.Source(), Key: k.Key()}
	}
	for _, text := range all.Data {
		if text != all.Data[0] {
			return "", k.fail(0, fmt.Errorf("%w: %q and %q", ErrTolerance, all.Data[0], text))
		}
	}
	return all.Data[0], nil
}

// ReadFloats reads all data, or a region of interest as [Typed.Read] does, as float64,
// whatever type of number or bool it is. Integers beyond 2⁵³ are rounded. The error is
// a [*TypeError] for data that is neither.
func (k *KeyData) ReadFloats(roi ...psh.Sel) (psh.Array[float64], error) {
	data, err := k.ReadAny(roi...)
	if err != nil {
		return psh.Array[float64]{}, err
	}
	switch data := data.(type) {
	case psh.Array[float64]:
		return data, nil
	case psh.Array[float32]:
		return floats(data), nil
	case psh.Array[int8]:
		return floats(data), nil
	case psh.Array[int16]:
		return floats(data), nil
	case psh.Array[int32]:
		return floats(data), nil
	case psh.Array[int64]:
		return floats(data), nil
	case psh.Array[uint8]:
		return floats(data), nil
	case psh.Array[uint16]:
		return floats(data), nil
	case psh.Array[uint32]:
		return floats(data), nil
	case psh.Array[uint64]:
		return floats(data), nil
	case psh.Array[psh.Float16]:
		return convert(data, func(x psh.Float16) float64 { return float64(x.Float32()) }), nil
	case psh.Array[bool]:
		return convert(data, func(x bool) float64 {
			if x {
				return 1
			}
			return 0
		}), nil
	}
	return psh.Array[float64]{}, &TypeError{Source: k.Source(), Key: k.Key(), Has: k.dtype, Stored: k.stored, Wanted: "numbers"}
}

func floats[T int8 | int16 | int32 | int64 | uint8 | uint16 | uint32 | uint64 | float32](data psh.Array[T]) psh.Array[float64] {
	return convert(data, func(x T) float64 { return float64(x) })
}

func convert[T any](data psh.Array[T], f func(T) float64) psh.Array[float64] {
	out, err := psh.NewArray(make([]float64, data.Size()), data.Shape()...)
	if err != nil {
		panic(err) // it has the shape of data
	}
	for i, x := range data.All() {
		out.Data[i] = f(x)
	}
	return out
}
