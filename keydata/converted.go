package keydata

import (
	"fmt"
	"reflect"

	"extrapasha/internal/h5"
)

// Convert is a key of numbers of any type read as another: raw pixels of 16 bits and
// corrected ones, say, both as float32, so that one kernel does for all. Every entry is
// converted when it is asked for, into memory of the worker, as Go converts numbers. T
// must be float32, float64, or a type that holds the key's numbers as NumPy promotes
// types: int64 for int32, complex128 for complex64, any for bools, which are 0 and 1. Else
// the error is a [*TypeError].
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
	toFloat := kind != 0 && (wanted == Float32 || wanted == Float64)
	if !toFloat && (wanted == Other || promote(k.dtype, wanted) != wanted) {
		return nil, &TypeError{Source: k.Source(), Key: k.Key(), Has: k.dtype, Stored: k.stored, Wanted: reflect.TypeFor[T]().String()}
	}
	as := k.selection
	as.dtype, as.has = wanted, k.dtype
	return &Typed[T]{&KeyData{selection: as}}, nil
}

// ownReader reads a key's numbers as they are, for others to be made of them.
type ownReader interface {
	rowsInto(where location, position int, out any) error
	begin(loan)
	giveBack() error
	endWalk()
	Fault(address uintptr) error
}

// rowsInto converts rows, from where they lie if they can be lent.
func (r *Reader[T]) rowsInto(where location, position int, out any) error {
	rows, err := r.rows(where, position)
	if err != nil {
		return err
	}
	r.given = nil // nobody has it
	return convertInto(rows, out)
}

// own is a reader of the key's own numbers. That it is known at run time only of which
// type keeps the code of all of them out of every program that reads one.
func (k *KeyData) own() ownReader {
	original := k.selection
	original.dtype, original.has = k.has, Other
	typed, _ := (&KeyData{selection: original}).typed() // Convert has seen to its type
	return typed.(interface{ ownReader() ownReader }).ownReader()
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
	if err := r.from.rowsInto(where, position, rows); err != nil {
		return nil, err
	}
	r.last, r.given = where, rows
	return rows, nil
}
