package format

import "math"

// LayoutClass is how the elements of a dataset lie.
type LayoutClass uint8

// The classes of layout, by their numbers in the format.
const (
	Compact LayoutClass = iota // in the header
	Contiguous
	Chunked
	Virtual // in other datasets
)

// Layout is how the elements of a dataset lie in its file.
type Layout struct {
	Class LayoutClass
	// Data are the elements of a compact dataset.
	Data []byte
	// Chunk is the shape of a chunk.
	Chunk []int
	// PlainEdges tells that chunks that reach beyond the dataset have no filters.
	PlainEdges bool

	address uint64 // of the data, or of the index of chunks
	kind    byte   // of the index: 0 for a B-tree of version 1
	single  Place  // the only chunk
	heap    heapID // of what a virtual dataset is made of
}

func parseLayout(b []byte, o *Object) (l Layout, err error) {
	p := parser{b: b}
	switch version := p.byte(); version {
	case 1, 2:
		l, err = p.layout1(o)
	case 3, 4:
		l, err = p.layout3(version, o)
	default:
		err = exotic("a layout of version %d", version)
	}
	if err == nil {
		err = p.err("a layout")
	}
	if err == nil {
		err = l.check(o)
	}
	return l, err
}

// layout1 takes a layout of version 1 or 2.
func (p *parser) layout1(o *Object) (l Layout, err error) {
	rank := p.length(1, rankLimit+1)
	l.Class = LayoutClass(p.byte())
	p.take(5)
	if l.Class != Compact {
		l.address = p.number(8)
	}
	dims := make([]int, rank)
	for axis := range dims {
		dims[axis] = p.length(4, math.MaxUint32)
	}
	switch l.Class {
	case Compact:
		l.Data = p.take(p.length(4, len(p.b)))
	case Contiguous:
	case Chunked:
		l.Chunk, err = chunkOf(dims, o)
	default:
		err = corrupt("a layout of class %d", l.Class)
	}
	return l, err
}

// layout3 takes a layout of version 3 or 4.
func (p *parser) layout3(version byte, o *Object) (l Layout, err error) {
	l.Class = LayoutClass(p.byte())
	switch {
	case l.Class == Compact:
		l.Data = p.take(int(p.number(2)))
	case l.Class == Contiguous:
		l.address = p.number(8)
		if size, ok := o.bytes(); l.address != undefined && (!ok || p.number(8) != uint64(size)) {
			err = corrupt("data in one piece that is not of the size of its shape")
		}
	case l.Class == Chunked && version == 3:
		rank := p.length(1, rankLimit+1)
		l.address = p.number(8)
		dims := make([]int, rank)
		for axis := range dims {
			dims[axis] = p.length(4, math.MaxUint32)
		}
		l.Chunk, err = chunkOf(dims, o)
	case l.Class == Chunked:
		err = p.layout4(&l, o)
	case l.Class == Virtual && version == 4:
		l.heap = heapID{p.number(8), uint32(p.number(4))}
	default:
		err = corrupt("a layout of class %d", l.Class)
	}
	return l, err
}

// chunkOf is the shape of a chunk by its dimensions, of which the last is an element.
func chunkOf(dims []int, o *Object) ([]int, error) {
	rank := len(dims) - 1
	if rank != len(o.Space.Shape) || rank < 1 || dims[rank] != o.Type.Size {
		return nil, corrupt("chunks of shape %v, with the element's %d bytes, of a dataset of shape %v", dims, o.Type.Size, o.Space.Shape)
	}
	return dims[:rank], nil
}

// bytes is the size of all elements, not ok where it is beyond all files.
func (o *Object) bytes() (n int, ok bool) {
	n, ok = o.Space.Elements()
	if !ok || o.Type.Size > 0 && n > math.MaxInt/o.Type.Size {
		return 0, false
	}
	return n * o.Type.Size, true
}

func (l *Layout) check(o *Object) error {
	switch l.Class {
	case Compact:
		if size, ok := o.bytes(); !ok || len(l.Data) < size {
			return corrupt("%d bytes in the header for data of shape %v of %d bytes each", len(l.Data), o.Space.Shape, o.Type.Size)
		}
	case Chunked:
		for _, length := range l.Chunk {
			if length < 1 {
				return corrupt("chunks of shape %v", l.Chunk)
			}
		}
	}
	if l.Class != Chunked && len(o.Filters) > 0 && l.Class != Virtual {
		return corrupt("filters of data that is not in chunks")
	}
	return nil
}
