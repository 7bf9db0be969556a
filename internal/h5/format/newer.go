package format

import (
	"math"
	"math/bits"
)

// The chunk indexes of layouts of version 4, which a file has whose writer asked for
// the newest structures. Every block has a checksum.

// The kinds of index, by their numbers in the format.
const (
	singleIndex     = 1
	implicitIndex   = 2
	fixedIndex      = 3
	extensibleIndex = 4
	tree2Index      = 5
)

// layout4 takes the rest of a layout of version 4.
func (p *parser) layout4(l *Layout, o *Object) error {
	const plainEdges, filteredSingle = 1, 2
	flags := p.byte()
	rank, width := p.length(1, rankLimit+1), p.length(1, 8)
	l.PlainEdges = flags&plainEdges != 0
	dims := make([]int, rank)
	for axis := range dims {
		dims[axis] = p.length(width, math.MaxUint32)
	}
	var err error
	if l.Chunk, err = chunkOf(dims, o); err != nil {
		return err
	}
	l.kind = p.byte()
	switch l.kind {
	case singleIndex:
		if flags&filteredSingle != 0 {
			l.single.Size, l.single.Skipped = uint32(p.length(8, math.MaxUint32)), uint32(p.number(4))
		}
	case implicitIndex:
	case fixedIndex:
		p.take(1)
	case extensibleIndex:
		p.take(5)
	case tree2Index:
		p.take(6)
	default:
		return corrupt("an index of chunks of kind %d", l.kind)
	}
	l.address = p.number(8)
	return nil
}

// newer is the finder for a layout of version 4 of which something was written.
func (f *File) newer(l *Layout, g *Grid) (finder, error) {
	switch l.kind {
	case singleIndex:
		size := uint32(g.Bytes)
		if g.Filtered {
			size = l.single.Size
		}
		if g.Chunks() > 1 {
			return nil, corrupt("one chunk for a dataset of shape %v in chunks of %v", g.Shape, g.Chunk)
		}
		return onePiece{Place{f.absolute(l.address), size, l.single.Skipped}}, nil
	case implicitIndex:
		return &implicit{g, l.address}, nil
	case fixedIndex:
		return &fixedArray{g, l.address}, nil
	case extensibleIndex:
		return &extensibleArray{g, l.address}, nil
	}
	return &chunkTree2{g, l.address}, nil
}

// order is how arrays count chunks: in the order of the axes, with the dimension
// without limit, if there is one, in front; and as many along each as there can be.
type order struct {
	axes, most []int
}

func (g *Grid) order() (o order) {
	for _, free := range []bool{true, false} {
		for axis, most := range g.Most {
			if (most == NoLimit) == free {
				o.axes = append(o.axes, axis)
			}
		}
	}
	o.most = make([]int, len(g.Count))
	for axis, most := range g.Most {
		o.most[axis] = g.Count[axis]
		if most > 0 {
			o.most[axis] = (most-1)/g.Chunk[axis] + 1
		}
	}
	return o
}

// each calls visit with the chunks from first up to but not including stop, and the
// number of each in an array.
func (g *Grid) each(first, stop int, visit func(number int, inArray uint64) error) error {
	o := g.order()
	at := make([]int, len(g.Count))
	for number := first; number < stop; number++ {
		g.Coordinates(number, at)
		inArray, ok := o.number(at)
		if !ok {
			return corrupt("a dataset of shape %v in chunks of %v", g.Most, g.Chunk)
		}
		if err := visit(number, inArray); err != nil {
			return err
		}
	}
	return nil
}

// number is that of a chunk in an array, not ok where it is beyond all arrays.
func (o order) number(coordinates []int) (n uint64, ok bool) {
	for _, axis := range o.axes {
		high, low := bits.Mul64(n, uint64(o.most[axis]))
		if n = low + uint64(coordinates[axis]); high != 0 || n < low {
			return 0, false
		}
	}
	return n, true
}

// coordinates are those of a chunk by its number in an array.
func (o order) coordinates(n uint64, into []int) {
	for i := len(o.axes) - 1; i >= 0; i-- {
		axis := o.axes[i]
		most := uint64(o.most[axis])
		if i == 0 { // without limit
			most = undefined
		}
		into[axis] = int(min(n%most, math.MaxInt))
		n /= most
	}
}

// implicit is no index at all: the chunks lie one after the other.
type implicit struct {
	grid    *Grid
	address uint64
}

func (x *implicit) find(m *image, first, stop int, visit func(int, Place) error) error {
	return x.grid.each(first, stop, func(number int, inArray uint64) error {
		if inArray > m.size/uint64(x.grid.Bytes) {
			return corrupt("chunk %d of %d bytes is beyond the end of the file", number, x.grid.Bytes)
		}
		return visit(number, Place{m.absolute(x.address + inArray*uint64(x.grid.Bytes)), uint32(x.grid.Bytes), 0})
	})
}

// visitElement visits the chunk that an entry of an array tells of, if it was written:
// its address, and where there are filters its size and which of them were skipped.
func (g *Grid) visitElement(f *File, number int, b []byte, visit func(int, Place) error) error {
	address := little.Uint64(b)
	if address == undefined {
		return nil
	}
	size, skipped := uint64(g.Bytes), uint32(0)
	if g.Filtered {
		size, skipped = parseNumber(b[8:len(b)-4]), little.Uint32(b[len(b)-4:])
	}
	return visit(number, Place{f.absolute(address), uint32(min(size, math.MaxUint32)), skipped})
}
