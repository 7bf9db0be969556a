package keydata

import (
	"reflect"

	"extrapasha/internal/h5"
)

// Widened is a key as numbers of another type, which holds all of its own, as NumPy's
// promotion of types has it: integers of a type as those of a larger one, int32 as
// float64, float32 as float64, complex64 as complex128, bools as 0 and 1. All that is
// read of it is converted, into a given array as well ([Typed.ReadInto]). The error is a
// [*TypeError] for a type that does not hold the numbers.
func Widened[T any](k *KeyData) (*Typed[T], error) {
	wide := h5.DTypeOf[T]()
	if wide == Other || promote(k.dtype, wide) != wide {
		return nil, &TypeError{Source: k.Source(), Key: k.Key(), Has: k.dtype, Stored: k.stored, Wanted: reflect.TypeFor[T]().String()}
	}
	if wide == k.dtype {
		return &Typed[T]{k}, nil
	}
	of := k.selection
	of.dtype = wide
	return &Typed[T]{&KeyData{selection: of}}, nil
}
