package detector

import (
	"math"
	"slices"

	"extrapasha/keydata"
	psh "extrapasha/pasha"
)

// number is what pixels are made of.
type number interface {
	~int8 | ~int16 | ~int32 | ~int64 | ~uint8 | ~uint16 | ~uint32 | ~uint64 | ~float32 | ~float64
}

// blankOf is what stands for data that are missing: the fill that is given, or NaN for
// floats and 0 for integers.
func blankOf[T number](fill []T) T {
	if len(fill) > 0 {
		return fill[0]
	}
	var none T
	switch p := any(&none).(type) {
	case *float32:
		*p = float32(math.NaN())
	case *float64:
		*p = math.NaN()
	}
	return none
}

// Read reads a key of all modules, of which the shape is that of [Key.Shape], as numbers
// of type T: see [keydata.Convert] for what fits. What is missing is fill, or without one
// NaN for floats and 0 for integers. The array is the garbage collector's.
func Read[T number](k *Key, fill ...T) (psh.Array[T], error) {
	shape, err := k.Shape()
	if err != nil {
		return psh.Array[T]{}, err
	}
	out, err := psh.Alloc[T](psh.Shape(shape...), psh.In(psh.Serial()))
	if err != nil {
		return out, k.fail(err)
	}
	if blank := blankOf(fill); blank != 0 {
		for i := range out.Data {
			out.Data[i] = blank
		}
	}
	return out, ReadInto(k, out)
}

// ReadInto reads as [Read] does, into an array of the same shape, of which what is missing
// is left as it is.
func ReadInto[T number](k *Key, out psh.Array[T]) error {
	shape, err := k.Shape()
	if err != nil {
		return err
	}
	if !slices.Equal(out.Shape(), shape) {
		return k.fail(shapeError(out, shape))
	}
	if out.Compact() {
		return readInto(k, out)
	}
	compact := out.Copy()
	if err := readInto(k, compact); err != nil {
		return err
	}
	return out.CopyFrom(compact)
}

func readInto[T number](k *Key, out psh.Array[T]) error {
	frames, err := k.frames()
	if err != nil {
		return err
	}
	for module := range k.of {
		if err := readModule(k, module, frames, out.Row(k.row(module))); err != nil {
			return err
		}
	}
	return nil
}

// readModule reads what one module has.
func readModule[T number](k *Key, module int, frames keyFrames, out psh.Array[T]) error {
	typed, err := keydata.Convert[T](k.of[module])
	if err != nil {
		return k.fail(err)
	}
	at, err := k.into(module, frames)
	if err != nil {
		return err
	}
	region := k.region
	if k.flat {
		region = append([]psh.Sel{psh.At(0)}, region...)
	}
	if err := typed.ReadRows(out, at, region...); err != nil {
		return k.fail(err)
	}
	return nil
}
