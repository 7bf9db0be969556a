package export

import (
	"errors"
	"fmt"
	"slices"
	"sync"

	"extrapasha/internal/h5"
	"extrapasha/internal/h5/filter"
	psh "extrapasha/pasha"
)

const (
	// Pieces are deflated one by one, and are what a reader has to inflate for one
	// element.
	chunkBytes = 1 << 20
	// Pieces of arrays that are not deflated are copied by one worker each.
	copyBytes = 8 << 20
	// What is smaller is not worth a chunk.
	smallArray = 4 << 10
)

// variable is an array of elements of a fixed size that is being written, piece by piece,
// each from any goroutine.
type variable struct {
	file *File
	path string
	element
	pieces
	data  *h5.NewData
	level int   // to deflate with, 0 for an array in one piece of the file
	at    int64 // where that is
}

// newVariable makes room for an array.
func (f *File) newVariable(path string, e element, shape []int) (*variable, error) {
	v := &variable{file: f, path: path, element: e}
	size := e.of.Size
	for _, length := range shape {
		size *= length
	}
	layout := h5.Layout{Fill: e.fill}
	most := copyBytes
	if f.level > 0 && size > smallArray {
		most, v.level = chunkBytes, f.level
	}
	v.pieces = cut(shape, max(most/e.of.Size, 1))
	if v.level > 0 {
		layout.Chunk, layout.Most = v.chunk, shape
		layout.Filters = []h5.Filter{h5.Shuffle, h5.Deflate(f.level)}
	} else {
		layout.Early, layout.Raw = true, true
	}
	var err error
	if v.data, err = h5.NewDatasetOf(f.writer, path, shape, e.of, layout); err != nil {
		return nil, err
	}
	if v.level == 0 && v.count > 0 {
		if v.at, err = v.data.Offset(); err != nil {
			v.data.Close()
		}
	}
	return v, err
}

// putAll writes the whole array on all cores.
func (v *variable) putAll(raw []byte) error {
	size := v.of.Size
	put := func(_, number, _ int) error {
		p := v.pieces.at(number)
		return v.put(number, raw[p.start*size:(p.start+p.count)*size])
	}
	err := psh.Map(put, psh.Range(0, v.count, 1), psh.On(psh.Threads(0)))
	var inMap *psh.MapError
	if errors.As(err, &inMap) {
		return inMap.Err
	}
	return err
}

// put writes a piece.
func (v *variable) put(number int, raw []byte) error {
	p := v.pieces.at(number)
	if v.level == 0 {
		return v.putAt(p.start, raw)
	}
	m := scratches.Get().(*scratch)
	defer scratches.Put(m)
	stored, err := m.deflate(raw, v)
	if err != nil {
		return fmt.Errorf("%s: %s: %w", v.file.path, v.path, err)
	}
	return v.data.WriteChunk(p.offset, 0, stored)
}

// putAt writes elements of an array that is one piece of the file.
func (v *variable) putAt(start int, raw []byte) error {
	if _, err := v.file.pending.WriteAt(raw, v.at+int64(start)*int64(v.of.Size)); err != nil {
		return v.file.cannot(err)
	}
	return nil
}

// scratch is what a piece is between array and file.
type scratch struct {
	deflater        filter.Deflater
	whole, shuffled []byte
}

var scratches = sync.Pool{New: func() any { return new(scratch) }}

// deflate shuffles and deflates a piece. Those at the end of the array are as long as the
// others in the file.
func (m *scratch) deflate(raw []byte, v *variable) ([]byte, error) {
	if size := v.pieces.size() * v.of.Size; len(raw) < size {
		m.whole = append(slices.Grow(m.whole[:0], size), raw...)[:size]
		clear(m.whole[len(raw):])
		raw = m.whole
	}
	if v.of.Size > 1 {
		m.shuffled = slices.Grow(m.shuffled[:0], len(raw))[:len(raw)]
		filter.Shuffle(raw, v.of.Size, m.shuffled)
		raw = m.shuffled
	}
	return m.deflater.Deflate(raw, v.level)
}
