package keydata

import (
	"errors"
	"fmt"
	"reflect"
	"slices"

	"extrapasha/internal/h5"
	psh "extrapasha/pasha"
)

// Typed is the data of a key whose elements are of type T: bool, any integer or
// float type of fixed size, [psh.Float16], complex64, complex128 or string, or a
// struct for structured ones. It is a functor over the trains that have data, see
// [Typed.Walk], and by [Typed.ByEntry] one over their entries.
type Typed[T any] struct{ *KeyData }

// As gives a key the Go type of its elements, see [DType.Go]. The error is a
// [*TypeError] where they have another.
//
// Structured elements are read as structs. A field of T stands for the field of the
// same name; else for the only one whose name is the same but for case. A tag names
// another:
//
//	type Hit struct {
//		X, Y float32
//		Time float64 `hdf5:"t"`
//	}
//
// Its type must be that of the field: the Go type of a DType or one defined as that, a
// struct for records in records, an array for arrays, of as many dimensions. Fields of
// the file that T does not have are passed over. Of T, those that are not exported or
// tagged `hdf5:"-"` are left as they are. Where all fields of T lie in the file as they
// do in memory, nothing is copied in a walk; blank fields may take the room between.
// The error wraps a [*FieldError] where T does not fit.
func As[T any](k *KeyData) (*Typed[T], error) {
	if k.dtype == Other || h5.DTypeOf[T]() != k.dtype {
		return nil, &TypeError{Source: k.Source(), Key: k.Key(), Has: k.dtype, Stored: k.stored, Wanted: reflect.TypeFor[T]().String()}
	}
	if k.dtype == Record {
		if err := k.inFile(0, func(first *h5.Dataset) error { return first.Fits(reflect.TypeFor[T]()) }); err != nil {
			return nil, k.fail(0, err)
		}
	}
	return &Typed[T]{k}, nil
}

// TrainByIndex reads the train at a position of TrainIDs; negative positions
// count from the end. The array is a copy. A train without data has no entries.
func (k *Typed[T]) TrainByIndex(position int) (Entries[T], error) {
	start, _, _, err := psh.At(position).Resolve(len(k.trainIDs))
	if err != nil {
		return Entries[T]{}, fmt.Errorf("%s, %s: train by index: %w", k.Source(), k.Key(), err)
	}
	return k.Reader().Entries(start)
}

// TrainByID reads a train by its ID. The array is a copy. A train without data
// has no entries; the error is a [*TrainIDError] where it is not in TrainIDs.
func (k *Typed[T]) TrainByID(id uint64) (Entries[T], error) {
	position, err := FindTrain(k.trainIDs, id)
	if err != nil {
		return Entries[T]{}, k.fail(0, err)
	}
	return k.Reader().Entries(position)
}

// Read reads all data, or of each entry the region of interest that roi cuts
// out, one [psh.Sel] for each dimension of an entry; dimensions behind the last are
// read whole:
//
//	corner, err := images.Read(psh.At(0), psh.Span(0, 64), psh.Span(0, 64))
//	lines, err := images.Read(psh.Ellipsis(), psh.Positions(3, 0, -1))
//
// The rows are the entries of all trains, see [KeyData.TrainIDCoordinates]. The array
// is the garbage collector's, whatever the default context: worker processes can be
// given one that [psh.Alloc] has made and [Typed.ReadInto] has filled.
func (k *Typed[T]) Read(roi ...psh.Sel) (psh.Array[T], error) {
	cut, err := k.cut(roi)
	if err != nil {
		return psh.Array[T]{}, err
	}
	if k.Bytes() > checkedBytes {
		if err := k.checkSpans(); err != nil {
			return psh.Array[T]{}, k.fail(0, err)
		}
	}
	out, err := psh.Alloc[T](psh.Shape(append([]int{k.Shape()[0]}, cut.shape...)...), psh.In(psh.Serial()))
	if err != nil {
		return out, k.fail(0, err)
	}
	return out, k.readInto(out, cut, true)
}

// checkedBytes is how much data an index may promise without being checked before
// memory is made for it.
const checkedBytes = 64 << 20

// checkSpans makes sure that the rows are there that the index promises.
func (k *KeyData) checkSpans() error {
	for _, span := range k.spans {
		err := k.use(span.file, func(dataset *h5.Dataset) error {
			return inBounds(k.place.Files[span.file], dataset, span.location)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// ReadInto reads as [Typed.Read] does, into an array of the same shape. For one of
// another element type see [Convert].
func (k *Typed[T]) ReadInto(out psh.Array[T], roi ...psh.Sel) error {
	cut, err := k.cut(roi)
	if err != nil {
		return err
	}
	if want := append([]int{k.Shape()[0]}, cut.shape...); !slices.Equal(out.Shape(), want) {
		return k.fail(0, fmt.Errorf("%w: data of shape %v into %v", psh.ErrShape, want, out))
	}
	if out.Compact() {
		return k.readInto(out, cut, false)
	}
	compact, err := psh.Alloc[T](psh.Shape(out.Shape()...), psh.In(psh.Serial()))
	if err != nil {
		return k.fail(0, err)
	}
	return errors.Join(k.readInto(compact, cut, true), out.CopyFrom(compact))
}

// part is rows of a file that are read at a time.
type part struct {
	location
	at   int  // the row of the result that they start at
	only bool // they are all of their span
}

// partSize is about how many bytes are read at a time: enough to be read fast, and
// few enough to keep all cores busy.
const partSize = 4 << 20

// parts divides all rows, of elements of some bytes, not tearing apart what is
// compressed together.
func (k *KeyData) parts(element int) (parts []part) {
	at := 0
	rows := max(partSize/max(k.entrySize()*element, 1), 1)
	for _, span := range k.spans {
		for first, stop := span.first, span.first+span.count; first < stop; {
			next := min(max((first+rows)/k.band*k.band, first+1), stop)
			here := location{span.file, first, next - first}
			parts = append(parts, part{here, at, here == span.location})
			at, first = at+here.count, next
		}
	}
	return parts
}

// readInto reads all parts. Blank memory is all zero.
func (k *Typed[T]) readInto(out psh.Array[T], c cut, blank bool) error {
	return k.readParts(out, c, blank, k.parts(elementSize[T]()))
}

func (k *Typed[T]) readPart(p part, c cut, into []T, blank bool) error {
	readFrom := func(dataset *h5.Dataset) error {
		return readCut(dataset, c, p.first, p.count, into, blank)
	}
	if !p.only { // the next part needs it, too
		dataset, err := k.hold(p.file)
		if err != nil {
			return err
		}
		defer k.place.Files[p.file].Release()
		return readFrom(dataset)
	}
	return k.use(p.file, readFrom)
}

// use calls f with the data in one file, which must be like that in the others.
func (k *KeyData) use(number int, f func(*h5.Dataset) error) error {
	file := k.place.Files[number]
	return k.inFile(number, func(dataset *h5.Dataset) error {
		if err := k.checkLike(file, dataset); err != nil {
			return err
		}
		return f(dataset)
	})
}

// hold opens the data in one file, which must be like that in the others, until the
// file is released.
func (k *KeyData) hold(number int) (*h5.Dataset, error) {
	file := k.place.Files[number]
	dataset, err := file.Hold(k.dataset)
	if err != nil {
		return nil, err
	}
	if dataset, err = k.part(dataset); err == nil {
		err = k.checkLike(file, dataset)
	}
	if err != nil {
		file.Release()
		return nil, err
	}
	return dataset, nil
}

// fewRows is up to how many rows of one number or text are read together, whichever
// are wanted: they are mostly wanted one after the other.
const fewRows = 1 << 17

// few are all rows that a file has of a key of one number or text an entry, where
// these are few. It is not ok where they are not, or cannot all be read: then only
// those that are wanted are to be read.
func (k *Typed[T]) few(where location) (rows []T, ok bool) {
	if len(k.entryShape) > 0 || k.dtype == Record || k.place.Field != "" {
		return nil, false
	}
	err := k.use(where.file, func(dataset *h5.Dataset) error {
		n := dataset.Shape()[0]
		if ok = n <= fewRows && where.first+where.count <= n; !ok {
			return nil
		}
		rows = make([]T, n)
		return read(dataset, h5.Whole(dataset.Shape()), rows, true)
	})
	return rows, ok && err == nil
}

// anyTyped is a typed key whose type is known at run time only.
type anyTyped interface {
	anyReader() AnyReader
	readAny(roi []psh.Sel) (any, error)
}

func (k *Typed[T]) anyReader() AnyReader { return k.Reader() }

func (k *Typed[T]) ownReader() ownReader { return k.Reader() }

func (k *Typed[T]) readAny(roi []psh.Sel) (any, error) { return k.Read(roi...) }

// typed gives a key the Go type of its elements, whichever it is.
func (k *KeyData) typed() (anyTyped, error) {
	switch k.dtype {
	case Bool:
		return &Typed[bool]{k}, nil
	case Int8:
		return &Typed[int8]{k}, nil
	case Int16:
		return &Typed[int16]{k}, nil
	case Int32:
		return &Typed[int32]{k}, nil
	case Int64:
		return &Typed[int64]{k}, nil
	case Uint8:
		return &Typed[uint8]{k}, nil
	case Uint16:
		return &Typed[uint16]{k}, nil
	case Uint32:
		return &Typed[uint32]{k}, nil
	case Uint64:
		return &Typed[uint64]{k}, nil
	case Float16:
		return &Typed[psh.Float16]{k}, nil
	case Float32:
		return &Typed[float32]{k}, nil
	case Float64:
		return &Typed[float64]{k}, nil
	case Complex64:
		return &Typed[complex64]{k}, nil
	case Complex128:
		return &Typed[complex128]{k}, nil
	case String:
		return &Typed[string]{k}, nil
	case Record:
		return recordKey{k}, nil
	}
	return nil, &TypeError{Source: k.Source(), Key: k.Key(), Has: k.dtype, Stored: k.stored, Wanted: "anything"}
}

// AnyReader is a reader for a key of any type, for one goroutine.
func (k *KeyData) AnyReader() (AnyReader, error) {
	typed, err := k.typed()
	if err != nil {
		return nil, err
	}
	return typed.anyReader(), nil
}

// ReadAny reads all data of a key of any type, as [Typed.Read] does, as a
// psh.Array[T], what T is the DType tells; as [Records] if it is structured.
func (k *KeyData) ReadAny(roi ...psh.Sel) (any, error) {
	typed, err := k.typed()
	if err != nil {
		return nil, err
	}
	return typed.readAny(roi)
}
