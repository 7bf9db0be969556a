package keydata

import (
	"fmt"
	"math"
	"slices"
	"unsafe"

	"extrapasha/internal/h5"
	"extrapasha/internal/lent"
	"extrapasha/internal/memory"
	psh "extrapasha/pasha"
	"extrapasha/run"
)

// Reader reads one train, or one entry, after the other. It is for one goroutine.
type Reader[T any] struct {
	key    *Typed[T]
	trains []location // those of the key, and its train IDs: a walk over thousands of
	ids    []uint64   // keys looks at little else of each
	size   int        // elements of an entry
	block  block[T]
	array  psh.Array[T] // of the train before
	one    psh.Array[T] // the shape of a train with one entry
	item   int          // that is visited, and the ID of its train
	train  uint64
	err    error    // that ended the visit of a walk
	last   location // the rows that were given last
	given  []T
	loan   loan
	guard  *lent.Guard[T] // of what is lent, where that is debugged
	file   int            // number of the one that is held, -1 for none
	data   *h5.Dataset
	memory []T                  // of blocks that are read
	copied []T                  // of rows from blocks that are kept
	arrays map[int]psh.Array[T] // without data, by the number of entries
	region h5.Region
	from   ownReader // of data of another type
}

// block is rows of a file that a reader has: lent, or read.
type block[T any] struct {
	file, first, count int // file -1: of no train that is asked for
	rows               []T
	of                 *h5.Dataset // set where the rows are kept: trains get copies
	lent               h5.Lent
	given              int // rows before this one were given away
}

func (b *block[T]) has(where location) bool {
	return b.file == where.file && b.first <= where.first && where.first+where.count <= b.first+b.count
}

const (
	// Trains up to this size are read ahead: as many rows as fit into a block,
	// since reading a few bytes costs as much as reading a block.
	smallTrain = 4 << 10
	readBlock  = 64 << 10
	// Neighbouring trains are lent together, up to this size.
	lendBlock = 1 << 20
	// Rows that are compressed together are kept for other trains, up to this
	// size of all.
	bandLimit = 1 << 30
)

// Reader is a new reader. What it gives is a copy, valid until it is used for
// another train.
func (k *Typed[T]) Reader() *Reader[T] {
	r := &Reader[T]{
		key: k, trains: k.trains, ids: k.trainIDs, size: k.entrySize(), file: -1, block: block[T]{file: -1}, arrays: map[int]psh.Array[T]{},
		region: h5.Whole(append([]int{0}, k.entryShape...)),
	}
	if k.has != Other {
		r.from = k.own()
	}
	return r
}

// Train reads the entries of the train at a position of TrainIDs, in one piece. They
// are valid until the reader is used for another train. A train without data has no
// entries.
func (r *Reader[T]) Train(position int) (psh.Array[T], error) {
	id, where := r.ids[position], r.trains[position]
	r.item, r.train = position, id
	rows, err := r.rows(where, position)
	if err != nil {
		return psh.Array[T]{}, r.key.fail(id, err)
	}
	if r.array.NDim() == 0 || r.array.Len() != where.count {
		if r.array, err = r.shaped(rows, where.count); err != nil {
			return psh.Array[T]{}, r.key.fail(id, err)
		}
	}
	if r.guard != nil {
		if rows, err = r.guard.Lend(rows, lent.Item(position, id)); err != nil {
			return psh.Array[T]{}, r.key.fail(id, err)
		}
	}
	r.array.Data = rows
	return r.array, nil
}

// shaped is an array of the entries of a train, with the shape of an earlier one of
// as many entries, if there was one.
func (r *Reader[T]) shaped(rows []T, count int) (psh.Array[T], error) {
	if array, ok := r.arrays[count]; ok {
		return array, nil
	}
	array, err := psh.NewArray(rows, append([]int{count}, r.key.entryShape...)...)
	array.Data = nil
	if err == nil {
		r.arrays[count] = array
	}
	return array, err
}

// rows are the elements of some rows of a train, from the block if it has them.
func (r *Reader[T]) rows(where location, position int) ([]T, error) {
	size := r.size
	if where.count == 0 || size == 0 {
		return nil, nil
	}
	if where == r.last && r.given != nil {
		return r.given, nil // with what was done to it
	}
	if r.from != nil {
		return r.converted(where, position)
	}
	b := &r.block
	// What was given may have been changed: nobody gets it again.
	if !b.has(where) || b.of == nil && where.first < b.given {
		if err := r.fill(where, position); err != nil {
			b.file = -1
			return nil, err
		}
	}
	b.given = where.first + where.count
	from, n := (where.first-b.first)*size, where.count*size
	rows := b.rows[from : from+n : from+n]
	if b.of != nil {
		r.copied = append(r.copied[:0], rows...)
		rows = r.copied
	}
	r.last, r.given = where, rows
	return rows, nil
}

// fill makes the block one that has some rows of a train.
func (r *Reader[T]) fill(where location, position int) error {
	if err := r.giveBack(); err != nil {
		return err
	}
	if rows, ok := r.key.few(where); ok {
		r.block = block[T]{file: where.file, count: len(rows), rows: rows}
		return nil
	}
	if err := r.hold(where.file); err != nil {
		return err
	}
	held := r.loan.lends && !run.Crowded()
	if !held {
		defer r.release()
	}
	if err := inBounds(r.key.place.Files[where.file], r.data, where); err != nil {
		return err
	}
	if held {
		r.ask(position)
		if r.data.Again(where.first, where.count) && r.lend(where, position) {
			return nil
		}
	}
	return r.read(where, r.size)
}

// hold opens the data in a file and keeps it open.
func (r *Reader[T]) hold(number int) (err error) {
	if r.file == number {
		return nil
	}
	r.release()
	if r.data, err = r.key.hold(number); err == nil {
		r.file = number
	}
	return err
}

func (r *Reader[T]) release() {
	if r.file >= 0 {
		r.key.place.Files[r.file].Release()
		r.file = -1
	}
}

// read reads the rows of a train, and others that it costs little to read too.
func (r *Reader[T]) read(where location, size int) error {
	bytes := size * elementSize[T]()
	total, band := r.data.Shape()[0], r.data.Band()
	if where.count < band && band <= bandLimit/max(bytes, 1) {
		return r.readBands(where, size, band, total)
	}
	count := where.count
	if where.count <= smallTrain/max(bytes, 1) {
		count = min(max(readBlock/max(bytes, 1), where.count), total-where.first)
	}
	err := r.readRows(where.file, where.first, count, size, 0)
	if err != nil && count > where.count {
		// What is behind the train is no concern of it.
		err = r.readRows(where.file, where.first, where.count, size, 0)
	}
	return err
}

// readBands reads all rows that are compressed together with those of a train. They
// are kept, also for the next walk.
func (r *Reader[T]) readBands(where location, size, band, total int) error {
	b := &r.block
	first := where.first / band * band
	stop := min((where.first+where.count+band-1)/band*band, total)
	have := 0
	if b.of == r.data && b.first <= first && first < b.first+b.count {
		have = min(b.first+b.count, stop) - first
		copy(b.rows, b.rows[(first-b.first)*size:][:have*size])
	}
	b.of = nil
	if err := r.readRows(where.file, first, stop-first, size, have); err != nil {
		return err
	}
	b.of = r.data
	return nil
}

// readRows reads rows into the block, but for those that it has already.
func (r *Reader[T]) readRows(file, first, count, size, have int) error {
	blank := false
	if size > 0 && count > math.MaxInt/size {
		return fmt.Errorf("%w: %d entries of shape %v", memory.ErrMemory, count, r.key.entryShape)
	}
	if n := count * size; cap(r.memory) < n {
		blank = true
		if err := checkMemory[T](n); err != nil {
			return fmt.Errorf("%d entries of shape %v: %w", count, r.key.entryShape, err)
		}
		r.memory = append(make([]T, 0, n), r.memory[:have*size]...)
	}
	r.memory = r.memory[:count*size]
	r.block = block[T]{file: file, first: first, count: count, rows: r.memory}
	if have == count {
		return nil
	}
	if r.loan.lends {
		if ok, err := h5.ReadMapped(r.data, first+have, count-have, r.memory[have*size:]); ok {
			return err
		}
	}
	r.region.Start[0], r.region.Count[0] = first+have, count-have
	return read(r.data, r.region, r.memory[have*size:], blank)
}

// elementSize is how many bytes an element takes in memory.
func elementSize[T any]() int { return int(unsafe.Sizeof(*new(T))) }

// checkMemory tells whether there is memory for so many elements.
func checkMemory[T any](n int) error {
	size := max(elementSize[T](), 1)
	if n > math.MaxInt/size {
		n = math.MaxInt / size
	}
	return memory.Check(n * size)
}

// checkLike makes sure that the data in a file is like that in the first, or of a type
// that can be read as that of all.
func (k *KeyData) checkLike(file *run.File, dataset *h5.Dataset) error {
	shape := dataset.Shape()
	want := k.dtype
	if k.has != Other {
		want = k.has
	}
	if promote(dataset.DType(), want) == want && len(shape) > 0 && slices.Equal(shape[1:], k.entryShape) {
		return nil
	}
	return fmt.Errorf("%s: %s holds %s of shape %v, but %v entries of shape %v in %s",
		file.Path(), dataset.Path(), dataset.TypeName(), shape, want, k.entryShape, k.place.Files[0].Path())
}

// AnyReader is a [Reader] whose element type is known at run time only.
type AnyReader interface {
	// ReadTrain reads the train at a position of TrainIDs as what ReadAny gives, a
	// copy, nil for a train without data. Without keepDims the first
	// dimension is dropped where the train has one entry.
	ReadTrain(position int, keepDims bool) (any, error)
}

// ReadTrain implements [AnyReader].
func (r *Reader[T]) ReadTrain(position int, keepDims bool) (any, error) {
	array, err := r.Train(position)
	if err != nil || array.Len() == 0 {
		return nil, err
	}
	if err := checkMemory[T](array.Size()); err != nil {
		return nil, r.key.fail(r.train, err)
	}
	if array.Len() == 1 && !keepDims {
		array = array.Row(0)
	}
	array.Data = slices.Clone(array.Data)
	return array, nil
}
