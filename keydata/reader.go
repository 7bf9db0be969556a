package keydata

import (
	"fmt"
	"slices"

	"extrapasha/internal/h5"
	psh "extrapasha/pasha"
	"extrapasha/run"
)

// Reader reads one train after the other into the same memory.
type Reader[T any] struct {
	key    *Typed[T]
	array  psh.Array[T]
	region h5.Region
	block  block[T]
}

// block is the rows of a file that a reader has in memory.
type block[T any] struct {
	file, first, count int
	data               []T
}

// Trains up to this size are read ahead: as many rows as fit into a block, since
// reading a few bytes costs as much as reading a block.
const (
	smallTrain = 4 << 10
	blockSize  = 64 << 10
)

// Reader is a new reader, for one goroutine.
func (k *Typed[T]) Reader() *Reader[T] {
	return &Reader[T]{key: k, region: h5.Whole(append([]int{0}, k.entryShape...)), block: block[T]{file: -1}}
}

// Train reads the entries of the train at a position of TrainIDs. They are
// valid until the reader is used for another train. A train without data has no
// entries.
func (r *Reader[T]) Train(position int) (Entries[T], error) {
	k, where := r.key, r.key.trains[position]
	id := k.trainIDs[position]
	data, err := r.rows(where)
	if err != nil {
		return Entries[T]{}, k.fail(id, err)
	}
	if r.array.NDim() == 0 || r.array.Len() != where.count {
		r.array, err = psh.NewArray(data, append([]int{where.count}, k.entryShape...)...)
		if err != nil {
			return Entries[T]{}, k.fail(id, err)
		}
	}
	r.array.Data = data
	return Entries[T]{TrainID: id, Array: r.array}, nil
}

// rows are the elements of a range of rows, from the block if it has them.
func (r *Reader[T]) rows(where location) ([]T, error) {
	size := r.key.entrySize()
	b := &r.block
	if where.count == 0 || size == 0 {
		return nil, nil
	}
	if b.file != where.file || where.first < b.first || where.first+where.count > b.first+b.count {
		if err := r.fill(where, size); err != nil {
			b.file = -1
			return nil, err
		}
	}
	from := (where.first - b.first) * size
	return b.data[from : from+where.count*size : from+where.count*size], nil
}

// fill reads rows into the block, and those behind them if they are small.
func (r *Reader[T]) fill(where location, size int) error {
	if values, ok := r.key.numbers(where); ok {
		r.block = block[T]{file: where.file, count: len(values), data: values}
		return nil
	}
	bytes := size * int(r.key.dtype.Go().Size())
	return r.key.use(where.file, func(dataset *h5.Dataset) error {
		if err := inBounds(r.key.place.Files[where.file], dataset, where); err != nil {
			return err
		}
		count := where.count
		if bytes <= smallTrain && where.count*bytes <= smallTrain {
			count = min(max(blockSize/bytes, where.count), dataset.Shape()[0]-where.first)
		}
		err := r.read(dataset, where, count, size)
		if err != nil && count > where.count {
			// What is behind the train is no concern of it.
			err = r.read(dataset, where, where.count, size)
		}
		return err
	})
}

func (r *Reader[T]) read(dataset *h5.Dataset, where location, count, size int) error {
	b := &r.block
	if cap(b.data) < count*size {
		b.data = make([]T, count*size)
	}
	b.data = b.data[:count*size]
	b.file, b.first, b.count = where.file, where.first, count
	r.region.Start[0], r.region.Count[0] = where.first, count
	return h5.Read(dataset, r.region, b.data)
}

// use calls f with the data in one file, which must be like that in the others.
func (k *Typed[T]) use(number int, f func(*h5.Dataset) error) error {
	file := k.place.Files[number]
	return file.UseDataset(k.place.Section, k.place.InFile, k.place.Key, func(dataset *h5.Dataset) error {
		if err := k.checkLike(file, dataset); err != nil {
			return err
		}
		return f(dataset)
	})
}

// useOnce is use for data that is not read again soon.
func (k *Typed[T]) useOnce(number int, f func(*h5.Dataset) error) error {
	file := k.place.Files[number]
	return file.UseDatasetOnce(k.place.Section, k.place.InFile, k.place.Key, func(dataset *h5.Dataset) error {
		if err := k.checkLike(file, dataset); err != nil {
			return err
		}
		return f(dataset)
	})
}

// checkLike makes sure that the data in a file is like that in the first.
func (k *Typed[T]) checkLike(file *run.File, dataset *h5.Dataset) error {
	shape := dataset.Shape()
	if dataset.DType() == k.dtype && len(shape) > 0 && slices.Equal(shape[1:], k.entryShape) {
		return nil
	}
	return fmt.Errorf("%s: %s holds %v of shape %v, but %v entries of shape %v in %s",
		file.Path(), dataset.Path(), dataset.DType(), shape, k.dtype, k.entryShape, k.place.Files[0].Path())
}

// AnyReader is a [Reader] whose element type is known at run time only.
type AnyReader interface {
	// ReadTrain reads the train at a position of TrainIDs as a psh.Array[T] that
	// is a copy, nil for a train without data. Without keepDims the first
	// dimension is dropped where the train has one entry.
	ReadTrain(position int, keepDims bool) (any, error)
}

// ReadTrain implements [AnyReader].
func (r *Reader[T]) ReadTrain(position int, keepDims bool) (any, error) {
	train, err := r.Train(position)
	if err != nil || train.Len() == 0 {
		return nil, err
	}
	array := train.Array.Copy()
	if train.Len() == 1 && !keepDims {
		array = array.Row(0)
	}
	return array, nil
}
