package format

import (
	"math"
	"slices"
	"sync"
	"sync/atomic"
)

// Place is where a chunk lies in its file, as its index has it: that may be beyond the
// end of the file.
type Place struct {
	Address int64  // with the user block; Nowhere for a chunk that was never written
	Size    uint32 // as it is stored; 0 for a dataset in one piece
	Skipped uint32 // bit i: filter i was not used
}

// Nowhere is the address of what was never written.
const Nowhere = -1

var nowhere = Place{Address: Nowhere}

// finder finds chunks by the structure that a file keeps of them. It visits those that
// were written and have a number from first up to but not including stop, in any
// order, each once.
type finder interface {
	find(m *image, first, stop int, visit func(number int, p Place) error) error
}

// Index knows where the chunks of a dataset lie. It reads them from the file when they
// are asked for, many at a time, and keeps them. It is safe for use by many
// goroutines.
type Index struct {
	*Grid
	file   *File
	finder finder
	length int // chunks that are looked for at a time

	mutex  sync.Mutex
	blocks []atomic.Pointer[[]Place]
	sparse atomic.Pointer[[]numbered] // all that were written, where blocks would be too many
}

type numbered struct {
	number int
	place  Place
}

// indexBlock is how many chunks are looked for at a time: enough that going down a
// tree costs little for each.
const indexBlock = 1024

// Index tells where the data of a dataset lies that is in one piece or in chunks. Data
// in the header or in other files is one piece at address 0.
func (f *File) Index(o *Object) (*Index, error) {
	grid, err := newGrid(o)
	if err != nil {
		return nil, err
	}
	x := &Index{Grid: grid, file: f, length: indexBlock}
	if x.finder, err = f.finder(o, grid); err != nil {
		return nil, err
	}
	chunks := grid.Chunks()
	if _, whole := x.finder.(*chunkTree2); whole {
		x.length = max(chunks, 1)
	}
	// Of more chunks than the file could tell of, most were never written.
	if uint64(chunks) <= f.size/8+indexBlock {
		x.blocks = make([]atomic.Pointer[[]Place], (chunks+x.length-1)/x.length)
	}
	return x, nil
}

// finder is what finds the chunks of a dataset.
func (f *File) finder(o *Object, g *Grid) (finder, error) {
	l := &o.Layout
	switch {
	case l.Class == Compact, l.Class == Contiguous && len(o.External) > 0: // an address of its own kind
		return onePiece{Place{}}, nil
	case l.Class == Contiguous && l.address == undefined, l.Class == Chunked && l.address == undefined:
		return never{}, nil
	case l.Class == Contiguous:
		return onePiece{Place{Address: f.absolute(l.address)}}, nil
	case l.Class == Chunked && l.kind == 0:
		return &chunkTree1{g, l.address}, nil
	case l.Class == Chunked:
		return f.newer(l, g)
	case l.Class == Virtual:
		return nil, exotic("data in other datasets")
	}
	return nil, exotic("a layout of class %d", l.Class)
}

// absolute is an address with the user block.
func (f *File) absolute(address uint64) int64 {
	return int64(min(address, math.MaxInt64-f.base) + f.base)
}

// never is a dataset of which nothing was written.
type never struct{}

func (never) find(*image, int, int, func(int, Place) error) error { return nil }

// onePiece is a dataset, or the only chunk of one.
type onePiece struct{ place Place }

func (p onePiece) find(_ *image, _, _ int, visit func(int, Place) error) error {
	return visit(0, p.place)
}

// Place is where a chunk lies.
func (x *Index) Place(number int) (Place, error) {
	if x.blocks == nil {
		return x.sparsePlace(number)
	}
	places := x.blocks[number/x.length].Load()
	if places == nil {
		var err error
		if places, err = x.load(number / x.length); err != nil {
			return nowhere, err
		}
	}
	if len(*places) == 0 {
		return nowhere, nil
	}
	return (*places)[number%x.length], nil
}

// load finds the chunks of a block; there are none in it where nothing was written.
func (x *Index) load(block int) (*[]Place, error) {
	x.mutex.Lock()
	defer x.mutex.Unlock()
	if places := x.blocks[block].Load(); places != nil {
		return places, nil
	}
	m := x.file.look()
	defer m.done()
	first := block * x.length
	stop := min(first+x.length, x.Chunks())
	var places []Place
	err := x.finder.find(m, first, stop, func(number int, p Place) error {
		if places == nil {
			places = slices.Repeat([]Place{nowhere}, stop-first)
		}
		if places[number-first] != nowhere {
			return corrupt("chunk %d is in its index twice", number)
		}
		places[number-first] = p
		return nil
	})
	if err != nil {
		return nil, err
	}
	x.blocks[block].Store(&places)
	return &places, nil
}

// Next is the first chunk from a number on that may have been written, the number of
// chunks where there is none.
func (x *Index) Next(number int) (int, error) {
	if x.blocks == nil {
		written, err := x.written()
		if err != nil {
			return 0, err
		}
		i, _ := slices.BinarySearchFunc(written, number, byNumber)
		if i < len(written) {
			return written[i].number, nil
		}
		return x.Chunks(), nil
	}
	for number < x.Chunks() {
		if _, err := x.Place(number); err != nil {
			return 0, err
		}
		if len(*x.blocks[number/x.length].Load()) > 0 {
			return number, nil
		}
		number = (number/x.length + 1) * x.length
	}
	return x.Chunks(), nil
}

func byNumber(a numbered, number int) int {
	switch {
	case a.number < number:
		return -1
	case a.number > number:
		return 1
	}
	return 0
}

func (x *Index) sparsePlace(number int) (Place, error) {
	written, err := x.written()
	if err != nil {
		return nowhere, err
	}
	if i, ok := slices.BinarySearchFunc(written, number, byNumber); ok {
		return written[i].place, nil
	}
	return nowhere, nil
}

// written are all chunks that were written.
func (x *Index) written() ([]numbered, error) {
	if written := x.sparse.Load(); written != nil {
		return *written, nil
	}
	x.mutex.Lock()
	defer x.mutex.Unlock()
	if written := x.sparse.Load(); written != nil {
		return *written, nil
	}
	m := x.file.look()
	defer m.done()
	written := []numbered{}
	err := x.finder.find(m, 0, x.Chunks(), func(number int, p Place) error {
		written = append(written, numbered{number, p})
		return nil
	})
	if err != nil {
		return nil, err
	}
	slices.SortFunc(written, func(a, b numbered) int { return byNumber(a, b.number) })
	for i := 1; i < len(written); i++ {
		if written[i].number == written[i-1].number {
			return nil, corrupt("chunk %d is in its index twice", written[i].number)
		}
	}
	x.sparse.Store(&written)
	return written, nil
}

// Kind names the structure that tells where the chunks are.
func (x *Index) Kind() string {
	switch x.finder.(type) {
	case never:
		return "never written"
	case onePiece:
		return "one piece"
	case *chunkTree1:
		return "B-tree 1"
	case *implicit:
		return "implicit"
	case *fixedArray:
		return "fixed array"
	case *extensibleArray:
		return "extensible array"
	}
	return "B-tree 2"
}
