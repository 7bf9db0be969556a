package h5

import (
	"fmt"
	"math"
	"slices"
	"sync"
	"sync/atomic"
)

// place is where a chunk lies in its file.
type place struct {
	address uint64 // undefined for a chunk that was never written
	size    uint32 // as it is stored
	skipped uint32 // bit i: filter i was not used
}

var nowhere = place{address: undefined}

func nowheres(n int) []place { return slices.Repeat([]place{nowhere}, n) }

// grid is how a dataset is cut into chunks, which are counted in C order.
type grid struct {
	shape, most []int    // of the dataset, most 0 for a dimension without limit
	chunk       []int    // shape of a chunk; the dataset's own where it is in one piece
	count       []int    // chunks along each dimension
	bytes       int      // of a chunk, as it is in memory
	filters     []filter // in the order of writing
	plainEdges  bool     // chunks that reach beyond the dataset have no filters
}

// newGrid fails for datasets of absurd size.
func newGrid(shape, most, chunk []int, size int, filters []filter) (*grid, error) {
	g := &grid{shape: shape, most: most, chunk: chunk, bytes: size, filters: filters, count: make([]int, len(shape))}
	chunks := 1
	for axis, length := range chunk {
		if length < 1 || g.bytes > 1<<40/length {
			return g, fmt.Errorf("%w: chunks of shape %v", ErrForm, chunk)
		}
		g.bytes *= length
		g.count[axis] = (shape[axis] + length - 1) / length
		if g.count[axis] > 0 && chunks > 1<<32/g.count[axis] {
			return g, fmt.Errorf("%w: shape %v in chunks of %v", ErrForm, shape, chunk)
		}
		chunks *= g.count[axis]
	}
	if len(filters) > 0 && g.bytes >= 1<<32 {
		return g, fmt.Errorf("%w: chunks of %d bytes", ErrForm, g.bytes)
	}
	return g, nil
}

// chunks is the number of chunks.
func (g *grid) chunks() int {
	n := 1
	for _, count := range g.count {
		n *= count
	}
	return n
}

// coordinates are those of a chunk, counted in chunks.
func (g *grid) coordinates(number int, into []int) {
	for axis := len(g.count) - 1; axis >= 0; axis-- {
		into[axis] = number % g.count[axis]
		number /= g.count[axis]
	}
}

// number is the chunk with these coordinates, not ok where there is none.
func (g *grid) number(coordinates []int) (number int, ok bool) {
	for axis, at := range coordinates {
		if at >= g.count[axis] {
			return 0, false
		}
		number = number*g.count[axis] + at
	}
	return number, true
}

// finder finds chunks by the structure that a file keeps of them: it fills in the
// places of the chunks from first on, which are all nowhere before.
type finder interface {
	find(m *image, first int, places []place) error
}

// The classes of layout that are read.
const contiguousLayout, chunkedLayout = 1, 2

// layout makes the finder that a layout message of an object header describes.
func (g *grid) layout(b []byte) (finder, error) {
	unknown := fmt.Errorf("%w: layout", ErrForm)
	if len(b) < 3 || b[0] != 3 && b[0] != 4 {
		return nil, unknown
	}
	switch {
	case b[1] == contiguousLayout && len(b) >= 18:
		if address := little.Uint64(b[2:]); address == undefined || little.Uint64(b[10:]) == uint64(g.bytes) {
			return onePiece{place{address: address}}, nil
		}
	case b[1] == chunkedLayout && b[0] == 3 && int(b[2]) == len(g.chunk)+1 && len(b) >= 11+4*int(b[2]):
		for axis, length := range g.chunk {
			if int(little.Uint32(b[11+4*axis:])) != length {
				return nil, unknown
			}
		}
		return &tree1{g, little.Uint64(b[3:])}, nil
	case b[1] == chunkedLayout && b[0] == 4:
		return g.layout4(b[2:])
	}
	return nil, unknown
}

// onePiece is a dataset, or the only chunk of one.
type onePiece struct{ place }

func (p onePiece) find(_ *image, _ int, places []place) error {
	places[0] = p.place
	return nil
}

// tree1 is a B-tree of version 1, what files have whose writers did not ask for
// anything newer.
type tree1 struct {
	grid *grid
	root uint64
}

func (t *tree1) find(m *image, first int, places []place) error {
	if t.root == undefined { // nothing was written
		return nil
	}
	rank := len(t.grid.count)
	s := search{
		grid: t.grid, first: first, places: places, left: 1<<20 + 128*len(places),
		from: make([]int, rank), to: make([]int, rank), at: make([]int, rank),
	}
	s.grid.coordinates(first, s.from)
	s.grid.coordinates(first+len(places)-1, s.to)
	return s.node(m, t.root, deepest+1)
}

// search is a search for the chunks of a range in a B-tree of version 1, which has
// them in the order of their coordinates.
type search struct {
	grid     *grid
	first    int
	places   []place
	from, to []int // coordinates of the first and the last chunk
	at       []int // of an entry
	left     int   // entries that may be looked at: a damaged tree could go on for ever
}

func (s *search) node(m *image, address uint64, above int) error {
	key := 16 + 8*len(s.at) // size, skipped filters, first element and one more 0
	level, entries, err := m.tree(address, 1, key)
	s.left -= len(entries)/(key+8) + 1
	if err == nil && (level >= above || s.left < 0) {
		err = fmt.Errorf("%w: a B-tree that does not end", ErrForm)
	}
	if err != nil {
		return err
	}
	for entry := key + 8; len(entries) >= entry; entries = entries[entry:] {
		s.locate(entries)
		if slices.Compare(s.at, s.to) > 0 {
			return nil
		}
		child := little.Uint64(entries[key:])
		if level == 0 {
			number, ok := s.grid.number(s.at)
			if at := number - s.first; ok && at >= 0 && at < len(s.places) {
				s.places[at] = place{child, little.Uint32(entries), little.Uint32(entries[4:])}
			}
			continue
		}
		// A child has what comes before the next one.
		if rest := entries[entry:]; len(rest) >= entry {
			if s.locate(rest); slices.Compare(s.at, s.from) <= 0 {
				continue
			}
		}
		if err := s.node(m, child, level); err != nil {
			return err
		}
	}
	return nil
}

// locate finds the coordinates of the chunk that an entry starts with.
func (s *search) locate(entry []byte) {
	for axis, length := range s.grid.chunk {
		s.at[axis] = int(little.Uint64(entry[8+8*axis:]) / uint64(length) & math.MaxInt64)
	}
}

// chunkIndex knows where the chunks of a dataset lie. It reads them from the file
// when they are asked for, many at a time, and keeps them. It is safe for use by
// many goroutines.
type chunkIndex struct {
	finder finder
	open   func() *image
	chunks int
	length int // chunks that are looked for at a time

	mutex  sync.Mutex
	blocks []atomic.Pointer[[]place]
}

// indexBlock is how many chunks are looked for at a time: enough that going down a
// tree costs little for each.
const indexBlock = 1024

func newChunkIndex(finder finder, chunks int, open func() *image) *chunkIndex {
	x := &chunkIndex{finder: finder, open: open, chunks: chunks, length: indexBlock}
	if _, whole := finder.(*tree2); whole {
		x.length = max(chunks, 1)
	}
	x.blocks = make([]atomic.Pointer[[]place], (chunks+x.length-1)/x.length)
	return x
}

// place is where a chunk lies.
func (x *chunkIndex) place(number int) (place, error) {
	block := &x.blocks[number/x.length]
	places := block.Load()
	if places == nil {
		var err error
		if places, err = x.load(number / x.length); err != nil {
			return nowhere, err
		}
	}
	return (*places)[number%x.length], nil
}

func (x *chunkIndex) load(block int) (*[]place, error) {
	x.mutex.Lock()
	defer x.mutex.Unlock()
	if places := x.blocks[block].Load(); places != nil {
		return places, nil
	}
	first := block * x.length
	places := nowheres(min(x.length, x.chunks-first))
	if err := x.finder.find(x.open(), first, places); err != nil {
		return nil, err
	}
	x.blocks[block].Store(&places)
	return &places, nil
}
