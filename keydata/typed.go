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
// float type of fixed size, [psh.Float16], complex64, complex128 or string. It
// is a functor over the trains that have data, see [Typed.Walk].
type Typed[T any] struct{ *KeyData }

// As gives a key the Go type of its elements, see [DType.Go]. The error is a
// [*TypeError] where they have another.
func As[T any](k *KeyData) (*Typed[T], error) {
	if k.dtype == Other || h5.DTypeOf[T]() != k.dtype {
		return nil, &TypeError{Source: k.source, Key: k.key, Has: k.dtype, Wanted: reflect.TypeFor[T]().String()}
	}
	return &Typed[T]{k}, nil
}

// Entries is the data of one train.
type Entries[T any] struct {
	// TrainID is the train.
	TrainID uint64
	// Array holds the entries: its shape is the number of entries in the train
	// followed by the shape of an entry.
	psh.Array[T]
}

// Walk visits the trains of a share that have data, with their position in
// TrainIDs. The entries are valid until visit returns; the next train is read
// into the same memory, which visit may change.
func (k *Typed[T]) Walk(share psh.Share, visit func(index int, train Entries[T]) error) error {
	reader := k.Reader()
	for i := share.Start; i < share.Stop; i++ {
		if k.trains[i].count == 0 {
			continue
		}
		train, err := reader.Train(i)
		if err != nil {
			return err
		}
		if err := visit(i, train); err != nil {
			return err
		}
	}
	return nil
}

// Reader reads one train after the other into the same memory.
type Reader[T any] struct {
	key    *Typed[T]
	buffer []T
	array  psh.Array[T]
	region h5.Region
}

// Reader is a new reader, for one goroutine.
func (k *Typed[T]) Reader() *Reader[T] {
	return &Reader[T]{key: k, region: h5.Whole(append([]int{0}, k.entryShape...))}
}

// Train reads the entries of the train at a position of TrainIDs. They are
// valid until the reader is used again. A train without data has no entries.
func (r *Reader[T]) Train(position int) (Entries[T], error) {
	k, where := r.key, r.key.trains[position]
	id := k.trainIDs[position]
	size := where.count
	for _, length := range k.entryShape {
		size *= length
	}
	if r.array.NDim() == 0 || r.array.Len() != where.count {
		if size > cap(r.buffer) {
			if err := k.inBounds(where); err != nil {
				return Entries[T]{}, k.fail(id, err)
			}
			r.buffer = make([]T, size)
		}
		array, err := psh.NewArray(r.buffer[:size], append([]int{where.count}, k.entryShape...)...)
		if err != nil {
			return Entries[T]{}, k.fail(id, err)
		}
		r.array = array
	}
	if where.count > 0 {
		r.region.Start[0], r.region.Count[0] = where.first, where.count
		if err := k.read(where.file, r.region, r.array.Data); err != nil {
			return Entries[T]{}, k.fail(id, err)
		}
	}
	return Entries[T]{TrainID: id, Array: r.array}, nil
}

// inBounds tells whether the rows that the index promises are there, before
// memory is made for them.
func (k *Typed[T]) inBounds(where location) error {
	dataset, err := k.dataset(where.file)
	if err == nil && (where.first+where.count < where.first || where.first+where.count > dataset.Shape()[0]) {
		err = fmt.Errorf("%s: the index has rows %d to %d for %s, which has %d: %w",
			k.files[where.file].Path(), where.first, where.first+where.count-1, dataset.Path(), dataset.Shape()[0], h5.ErrBounds)
	}
	return err
}

// dataset is the data in one file, which must be like that in the others.
func (k *Typed[T]) dataset(file int) (*h5.Dataset, error) {
	dataset, err := k.files[file].Dataset(k.source, k.key)
	if err != nil {
		return nil, err
	}
	shape := dataset.Shape()
	if dataset.DType() != k.dtype || len(shape) == 0 || !slices.Equal(shape[1:], k.entryShape) {
		return nil, fmt.Errorf("%s: %s holds %v of shape %v, but %v entries of shape %v in %s",
			k.files[file].Path(), dataset.Path(), dataset.DType(), shape, k.dtype, k.entryShape, k.files[0].Path())
	}
	return dataset, nil
}

func (k *Typed[T]) read(file int, region h5.Region, out []T) error {
	dataset, err := k.dataset(file)
	if err != nil {
		return err
	}
	return h5.Read(dataset, region, out)
}

// TrainByIndex reads the train at a position of TrainIDs; negative positions
// count from the end. The array is a copy. A train without data has no entries.
func (k *Typed[T]) TrainByIndex(position int) (Entries[T], error) {
	start, _, _, err := psh.At(position).Resolve(len(k.trainIDs))
	if err != nil {
		return Entries[T]{}, fmt.Errorf("%s, %s: train by index: %w", k.source, k.key, err)
	}
	return k.Reader().Train(start)
}

// TrainByID reads a train by its ID. The array is a copy. A train without data
// has no entries; the error is a [*TrainIDError] where it is not in TrainIDs.
func (k *Typed[T]) TrainByID(id uint64) (Entries[T], error) {
	position, err := FindTrain(k.trainIDs, id)
	if err != nil {
		return Entries[T]{}, k.fail(0, err)
	}
	return k.Reader().Train(position)
}

// Read reads all data, or of each entry the region of interest that roi cuts
// out, one [psh.Sel] for each dimension of an entry:
//
//	corner, err := images.Read(psh.At(0), psh.Span(0, 64), psh.Span(0, 64))
//
// The rows are the entries of all trains, see [KeyData.TrainIDCoordinates].
func (k *Typed[T]) Read(roi ...psh.Sel) (psh.Array[T], error) {
	cut, err := k.cut(roi)
	if err != nil {
		return psh.Array[T]{}, err
	}
	for _, span := range k.spans {
		if err := k.inBounds(span.location); err != nil {
			return psh.Array[T]{}, k.fail(0, err)
		}
	}
	out, err := psh.Alloc[T](psh.Shape(append([]int{k.Shape()[0]}, cut.shape...)...))
	if err != nil {
		return out, k.fail(0, err)
	}
	return out, k.readInto(out, cut)
}

// ReadInto reads as [Typed.Read] does, into an array of the same shape.
func (k *Typed[T]) ReadInto(out psh.Array[T], roi ...psh.Sel) error {
	cut, err := k.cut(roi)
	if err != nil {
		return err
	}
	if want := append([]int{k.Shape()[0]}, cut.shape...); !slices.Equal(out.Shape(), want) {
		return k.fail(0, fmt.Errorf("%w: data of shape %v into %v", psh.ErrShape, want, out))
	}
	if out.Compact() {
		return k.readInto(out, cut)
	}
	compact, err := psh.Alloc[T](psh.Shape(out.Shape()...))
	if err != nil {
		return k.fail(0, err)
	}
	return errors.Join(k.readInto(compact, cut), out.CopyFrom(compact))
}

// cut is a region of interest: what of a dataset is read, but for the rows, and
// the shape that is left of an entry.
type cut struct {
	region h5.Region
	shape  []int
}

func (k *Typed[T]) cut(roi []psh.Sel) (cut, error) {
	if len(roi) > len(k.entryShape) {
		return cut{}, k.fail(0, fmt.Errorf("%w: a region of %d dimensions of entries of shape %v", psh.ErrShape, len(roi), k.entryShape))
	}
	c := cut{region: h5.Whole(append([]int{0}, k.entryShape...))}
	for axis, length := range k.entryShape {
		sel := psh.Every()
		if axis < len(roi) {
			sel = roi[axis]
		}
		start, count, step, err := sel.Resolve(length)
		if err != nil {
			return cut{}, k.fail(0, fmt.Errorf("region of interest, dimension %d: %w", axis, err))
		}
		c.region.Start[axis+1], c.region.Count[axis+1], c.region.Step[axis+1] = start, count, step
		if !sel.Single() {
			c.shape = append(c.shape, count)
		}
	}
	return c, nil
}

func (k *Typed[T]) readInto(out psh.Array[T], c cut) error {
	size := 1
	for _, length := range c.shape {
		size *= length
	}
	at := 0
	for _, span := range k.spans {
		c.region.Start[0], c.region.Count[0] = span.first, span.count
		if err := k.read(span.file, c.region, out.Data[at:at+span.count*size]); err != nil {
			return k.fail(0, err)
		}
		at += span.count * size
	}
	return nil
}
