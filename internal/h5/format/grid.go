package format

import "math"

// Grid is how a dataset is cut into chunks, which are counted in C order.
type Grid struct {
	Shape, Most []int // of the dataset, Most as in [Space]
	Chunk       []int // shape of a chunk; the dataset's own where it is in one piece
	Count       []int // chunks along each dimension
	Size        int   // of an element, in bytes
	Bytes       int   // of a chunk, as it is in memory
	Filtered    bool  // chunks may be stored with fewer bytes
	Chunked     bool  // it is not in one piece
	PlainEdges  bool  // chunks that reach beyond the dataset have no filters
}

// newGrid fails for datasets of absurd size.
func newGrid(o *Object) (*Grid, error) {
	g := &Grid{
		Shape: o.Space.Shape, Most: o.Space.Most, Chunk: o.Layout.Chunk, Size: o.Type.Size, Bytes: o.Type.Size,
		Filtered: len(o.Filters) > 0, Chunked: o.Layout.Class == Chunked, PlainEdges: o.Layout.PlainEdges, Count: make([]int, len(o.Space.Shape)),
	}
	if o.Layout.Class != Chunked {
		g.Chunk, g.Most = g.Shape, g.Shape
	}
	chunks := 1
	for axis, length := range g.Chunk {
		if length > 0 && g.Bytes > 1<<48/length {
			return g, corrupt("chunks of shape %v", g.Chunk)
		}
		if g.Bytes *= length; g.Shape[axis] > 0 {
			g.Count[axis] = (g.Shape[axis]-1)/length + 1
		}
		if g.Count[axis] > 0 && chunks > math.MaxInt/g.Count[axis] {
			return g, corrupt("shape %v in chunks of %v", g.Shape, g.Chunk)
		}
		chunks *= max(g.Count[axis], 1)
	}
	if o.Layout.Class == Chunked && g.Bytes >= 1<<32 {
		return g, corrupt("chunks of %d bytes", g.Bytes)
	}
	return g, nil
}

// Chunks is the number of chunks.
func (g *Grid) Chunks() int {
	n := 1
	for _, count := range g.Count {
		n *= count
	}
	return n
}

// Coordinates are those of a chunk, counted in chunks.
func (g *Grid) Coordinates(number int, into []int) {
	for axis := len(g.Count) - 1; axis >= 0; axis-- {
		into[axis] = number % g.Count[axis]
		number /= g.Count[axis]
	}
}

// Number is the chunk with these coordinates, not ok where there is none.
func (g *Grid) Number(coordinates []int) (number int, ok bool) {
	for axis, at := range coordinates {
		if at < 0 || at >= g.Count[axis] {
			return 0, false
		}
		number = number*g.Count[axis] + at
	}
	return number, true
}

// overEdge tells whether a chunk reaches beyond the dataset.
func (g *Grid) OverEdge(coordinates []int) bool {
	for axis, at := range coordinates {
		if (at+1)*g.Chunk[axis] > g.Shape[axis] {
			return true
		}
	}
	return false
}
