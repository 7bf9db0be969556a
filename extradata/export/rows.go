package export

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"sync"

	psh "extrapasha/pasha"
)

// Rows is an array in a file that is filled row by row, by any goroutine, in any order.
// Rows that are deflated together wait in memory until all of them are there: where
// neighbours come about the same time, as in a map, that is little.
type Rows[T any] struct{ filling }

// filling is what of that does not depend on the type.
type filling struct {
	*variable
	row []int // its shape

	mutex sync.Mutex
	put   []bool        // rows
	bands map[int]*band // by the number of their piece, those that are begun
}

// band is a piece of several rows.
type band struct {
	raw  []byte
	left int // rows to come
}

// NewRows makes room for an array of some shape, the first dimension of which is that of
// the rows. The errors are those of [File.Put]; texts and times cannot be written so.
// [File.Close] ends it.
func NewRows[T any](f *File, name string, labels Labels, shape ...int) (*Rows[T], error) {
	r := &Rows[T]{}
	if err := r.start(f, name, labels, shape, reflect.TypeFor[T]()); err != nil {
		return nil, fmt.Errorf("export: %s: %s: %w", f.path, name, err)
	}
	return r, nil
}

func (r *filling) start(f *File, name string, labels Labels, shape []int, goes reflect.Type) error {
	e, err := elementOf(goes, f.netCDF)
	if err != nil {
		return err
	}
	if e.of == nil || goes == timeType {
		return fmt.Errorf("%w: rows of %v, Put all of them", ErrType, goes)
	}
	if len(shape) == 0 || slices.Min(shape) < 0 {
		return fmt.Errorf("%w: rows of an array of shape %v", psh.ErrShape, shape)
	}
	shape = slices.Clone(shape)
	r.row, r.put, r.bands = shape[1:], make([]bool, shape[0]), map[int]*band{}
	if isAxis(name, labels) {
		return fmt.Errorf("%w: rows cannot be the coordinates of a dimension", ErrName)
	}
	if err := f.name(name, array{Labels: labels, shape: shape}); err != nil {
		return err
	}
	return f.writing(func() error {
		if r.variable, err = f.newVariable(name, e, shape); err != nil {
			return err
		}
		f.mutex.Lock()
		f.open = append(f.open, r)
		f.mutex.Unlock()
		return f.describe(name, e, labels)
	})
}

// Put writes a row, of which nothing is kept. Each is put once; one that is not at all is
// filled when the file is closed, see [File.Close]. The error wraps [psh.ErrShape] for a
// row of another shape, or one that is not there or was put already.
func (r *Rows[T]) Put(index int, row psh.Array[T]) error {
	err := r.check(index, row)
	if err == nil {
		err = r.file.writing(func() error { return r.add(index, r.raw(reflect.ValueOf(compact(row)))) })
	}
	if err != nil {
		return fmt.Errorf("export: %s: %s: row %d: %w", r.file.path, r.path, index, err)
	}
	return nil
}

func compact[T any](a psh.Array[T]) []T {
	if !a.Compact() {
		a = a.Copy()
	}
	return a.Data[:a.Size()]
}

// check takes the row, or tells why not.
func (r *filling) check(index int, row psh.Shaped) error {
	if index < 0 || index >= len(r.put) {
		return fmt.Errorf("%w: there are %d rows", psh.ErrShape, len(r.put))
	}
	if !slices.Equal(row.Shape(), r.row) {
		return fmt.Errorf("%w: it has shape %v, expected %v", psh.ErrShape, row.Shape(), r.row)
	}
	r.mutex.Lock()
	defer r.mutex.Unlock()
	if r.put[index] {
		return fmt.Errorf("%w: it was put already", psh.ErrShape)
	}
	r.put[index] = true
	return nil
}

// rowSize is the number of elements of a row.
func (r *filling) rowSize() int {
	size := 1
	for _, length := range r.row {
		size *= length
	}
	return size
}

// add writes the bytes of a row, or keeps them until those that go with it are there.
func (r *filling) add(index int, raw []byte) error {
	size := r.rowSize()
	switch {
	case size == 0:
		return nil
	case r.level == 0:
		return r.putAt(index*size, raw)
	case r.axis > 0 || r.chunk[0] == 1:
		return r.addPieces(index, raw)
	}
	number := index / r.chunk[0]
	full := r.join(number, index, raw)
	if full == nil {
		return nil
	}
	return r.variable.put(number, full)
}

// addPieces writes a row that is one piece or more.
func (r *filling) addPieces(index int, raw []byte) error {
	per := r.count / len(r.put)
	for number := index * per; number < (index+1)*per; number++ {
		p := r.pieces.at(number)
		from := (p.start - index*r.rowSize()) * r.of.Size
		if err := r.variable.put(number, raw[from:from+p.count*r.of.Size]); err != nil {
			return err
		}
	}
	return nil
}

// join puts a row to those that are deflated with it, and gives them when they are
// all there.
func (r *filling) join(number, index int, raw []byte) []byte {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	b := r.bands[number]
	if b == nil {
		p := r.pieces.at(number)
		b = &band{raw: make([]byte, p.count*r.of.Size), left: p.count / r.rowSize()}
		r.bands[number] = b
	}
	copy(b.raw[(index-number*r.chunk[0])*len(raw):], raw)
	if b.left--; b.left > 0 {
		return nil
	}
	delete(r.bands, number)
	return b.raw
}

// finish fills the rows that were not put. The file must not be in use.
func (r *filling) finish() error {
	if r.level == 0 && r.fill == nil {
		return nil // what is a hole in the file reads as 0
	}
	var fill []byte
	for index, put := range r.put {
		if put {
			continue
		}
		if fill == nil {
			fill = r.filled()
		}
		if err := r.add(index, fill); err != nil {
			return err
		}
	}
	return nil
}

// filled is a row of nothing.
func (r *filling) filled() []byte {
	if r.fill == nil {
		return make([]byte, r.rowSize()*r.of.Size)
	}
	return slices.Repeat(r.fill, r.rowSize())
}

// GobEncode refuses to cross to another process, where the file is not.
func (r *Rows[T]) GobEncode() ([]byte, error) {
	return nil, errors.New("export: rows are put in the process that has the file: run the map on the context threads")
}
