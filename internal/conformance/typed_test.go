package conformance

import (
	"extrapasha/extradata"
	"extrapasha/keydata"
	psh "extrapasha/pasha"
)

// typedKey is what only a key of a known element type does, for all of them.
type typedKey interface {
	// trainAt and trainOf read a train, its data as a psh.Array.
	trainAt(position int) (id uint64, data any, err error)
	trainOf(id uint64) (data any, err error)
	// into reads into a new array of that shape.
	into(shape []int) (any, error)
	labelled(labels keydata.Labels, roi []psh.Sel) (labelled, error)
}

// labelled is a psh.Labelled of any type.
type labelled struct {
	array       any
	name, units string
	dims        []string
	coords      map[string]any
}

// typed gives a key its element type.
func typed(k *extradata.KeyData) (typedKey, error) { return typedAs(k, k.DType().String()) }

// typedAs gives a key an element type by its name.
func typedAs(k *extradata.KeyData, name string) (typedKey, error) {
	for dtype, of := range typedKeys {
		if dtype.String() == name {
			return of(k)
		}
	}
	return nil, &extradata.TypeError{Source: k.Source(), Key: k.Key(), Has: k.DType(), Wanted: name}
}

var typedKeys = map[extradata.DType]func(*extradata.KeyData) (typedKey, error){
	keydata.Bool: typedOf[bool], keydata.String: typedOf[string],
	keydata.Int8: typedOf[int8], keydata.Int16: typedOf[int16], keydata.Int32: typedOf[int32], keydata.Int64: typedOf[int64],
	keydata.Uint8: typedOf[uint8], keydata.Uint16: typedOf[uint16], keydata.Uint32: typedOf[uint32], keydata.Uint64: typedOf[uint64],
	keydata.Float16: typedOf[psh.Float16], keydata.Float32: typedOf[float32], keydata.Float64: typedOf[float64],
	keydata.Complex64: typedOf[complex64], keydata.Complex128: typedOf[complex128],
}

type keyOf[T any] struct{ *keydata.Typed[T] }

func typedOf[T any](k *extradata.KeyData) (typedKey, error) {
	key, err := keydata.Convert[T](k)
	return keyOf[T]{key}, err
}

func (k keyOf[T]) trainAt(position int) (uint64, any, error) {
	train, err := k.TrainByIndex(position)
	return train.TrainID, train.Array(), err
}

func (k keyOf[T]) trainOf(id uint64) (any, error) {
	train, err := k.TrainByID(id)
	return train.Array(), err
}

func (k keyOf[T]) into(shape []int) (any, error) {
	out, err := psh.Alloc[T](psh.Shape(shape...), psh.In(psh.Serial()))
	if err != nil {
		return nil, err
	}
	return out, k.ReadInto(out)
}

func (k keyOf[T]) labelled(labels keydata.Labels, roi []psh.Sel) (labelled, error) {
	l, err := k.ReadLabelled(labels, roi...)
	return labelled{l.Array, l.Name, l.Units, l.Dims, l.Coords}, err
}
