package keydata

import (
	"fmt"
	"reflect"

	"extrapasha/internal/h5"
	psh "extrapasha/pasha"
)

// Convert is a key of numbers of any type read as another: raw pixels of 16 bits and
// corrected ones, say, both as float32, so that one kernel does for all. Every entry is
// converted when it is asked for, into memory of the worker, as Go converts numbers. T
// must be float32, float64, or a type that holds the numbers of the key's; else the error
// is a [*TypeError].
func Convert[T any](k *KeyData) (*Typed[T], error) {
	if k.has != Other {
		original := k.selection
		original.dtype, original.has = k.has, Other
		return Convert[T](&KeyData{selection: original})
	}
	wanted := h5.DTypeOf[T]()
	if wanted == k.dtype {
		return As[T](k)
	}
	kind, _ := kindOf(k.dtype)
	if toFloat := wanted == Float32 || wanted == Float64; kind == 0 || !toFloat && promote(k.dtype, wanted) != wanted {
		return nil, &TypeError{Source: k.Source(), Key: k.Key(), Has: k.dtype, Stored: k.stored, Wanted: reflect.TypeFor[T]().String()}
	}
	as := k.selection
	as.dtype, as.has = wanted, k.dtype
	return &Typed[T]{&KeyData{selection: as}}, nil
}

// converter reads rows of another type.
type converter[T any] interface {
	convert(where location, position int, out []T) error
	begin(loan)
	giveBack() error
	endWalk()
	Fault(address uintptr) error
}

// converting reads rows of S, where they lie if they can be lent.
type converting[S, T any] struct{ *Reader[S] }

func (c converting[S, T]) convert(where location, position int, out []T) error {
	rows, err := c.rows(where, position)
	if err != nil {
		return err
	}
	c.given = nil // nobody has it
	return convertInto(rows, any(out))
}

// converter is what reads the key's own numbers.
func (k *Typed[T]) converter() converter[T] {
	original := k.selection
	original.dtype, original.has = k.has, Other
	own := &KeyData{selection: original}
	switch k.has {
	case Bool:
		return newConverting[bool, T](own)
	case Int8:
		return newConverting[int8, T](own)
	case Int16:
		return newConverting[int16, T](own)
	case Int32:
		return newConverting[int32, T](own)
	case Int64:
		return newConverting[int64, T](own)
	case Uint8:
		return newConverting[uint8, T](own)
	case Uint16:
		return newConverting[uint16, T](own)
	case Uint32:
		return newConverting[uint32, T](own)
	case Uint64:
		return newConverting[uint64, T](own)
	case Float16:
		return newConverting[psh.Float16, T](own)
	case Float32:
		return newConverting[float32, T](own)
	case Float64:
		return newConverting[float64, T](own)
	}
	panic(fmt.Sprintf("keydata: %v is converted from", k.has)) // Convert checks
}

func newConverting[S, T any](k *KeyData) converter[T] {
	return converting[S, T]{(&Typed[S]{k}).Reader()}
}

// converted are rows of a train in the type that is asked for.
func (r *Reader[T]) converted(where location, position int) ([]T, error) {
	n := where.count * r.size
	if cap(r.memory) < n {
		if err := checkMemory[T](n); err != nil {
			return nil, fmt.Errorf("%d entries of shape %v: %w", where.count, r.key.entryShape, err)
		}
		r.memory = make([]T, n)
	}
	rows := r.memory[:n]
	if err := r.from.convert(where, position, rows); err != nil {
		return nil, err
	}
	r.last, r.given = where, rows
	return rows, nil
}
