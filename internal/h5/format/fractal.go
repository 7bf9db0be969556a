package format

import (
	"bytes"
	"math/bits"
)

// fractalHeap is where a group with many links, or an object with many attributes,
// keeps them: blocks that get larger, in a table that gets deeper.
type fractalHeap struct {
	address     uint64 // of the header
	idLength    int
	checked     bool // blocks have checksums
	offsetSize  int  // bytes of an offset in the heap
	lengthSize  int  // of the length of an object
	width       uint64
	start, most uint64 // size of the smallest and of the largest block
	root        uint64 // address of the root block
	rows        uint64 // of the root block's table, 0 where it is a block itself
	huge        uint64 // address of the B-tree of large objects
	block       []byte // the block found last
	blockAt     uint64
}

func (m *image) fractalHeap(address uint64) (*fractalHeap, error) {
	b, err := m.sealed(address, "FRHP", 0, 137)
	if err != nil {
		return nil, err
	}
	p := parser{b: b}
	h := &fractalHeap{address: address, blockAt: undefined}
	h.idLength = int(p.number(2))
	filters := p.number(2)
	h.checked = p.byte()&2 != 0
	objectLimit := p.number(4)
	p.take(8)
	h.huge = p.number(8)
	p.take(80)
	h.width, h.start, h.most = p.number(2), p.number(8), p.number(8)
	offsetBits := p.number(2)
	p.take(2)
	h.root, h.rows = p.number(8), p.number(2)
	h.offsetSize = int(offsetBits+7) / 8
	h.lengthSize = min(encodedSize(h.most), encodedSize(objectLimit))
	switch {
	case filters > 0:
		return nil, exotic("a heap with filters")
	case p.short || h.width == 0 || h.start == 0 || h.most < h.start || h.most > structureLimit || bits.OnesCount64(h.start) != 1 || bits.OnesCount64(h.most) != 1 ||
		bits.OnesCount64(h.width) != 1 || h.offsetSize < 1 || h.offsetSize > 8 || h.idLength < 1+h.offsetSize+h.lengthSize || h.rows > 64:
		return nil, corrupt("a fractal heap at %d", address)
	}
	return h, nil
}

// encodedSize is how many bytes libhdf5 takes for numbers up to a limit.
func encodedSize(limit uint64) int { return (bits.Len64(limit)-1)/8 + 1 }

// object is the one with an ID. It is valid until the next is asked for.
func (h *fractalHeap) object(m *image, id []byte) ([]byte, error) {
	const managed, huge, tiny = 0, 1, 2
	switch kind := id[0] >> 4 & 3; {
	case id[0]>>6 != 0:
		return nil, corrupt("an ID of version %d in a heap", id[0]>>6)
	case kind == managed:
		offset, length := parseNumber(id[1:1+h.offsetSize]), parseNumber(id[1+h.offsetSize:1+h.offsetSize+h.lengthSize])
		return h.managed(m, offset, length)
	case kind == huge:
		return h.large(m, id[1:])
	case kind == tiny:
		// IDs that are longer than 17 bytes have another form.
		if length := int(id[0]&15) + 1; h.idLength <= 17 && length < len(id) {
			return id[1 : 1+length], nil
		}
	}
	return nil, exotic("an object of kind %d in a heap", id[0]>>4&3)
}

// managed finds an object by its offset in the heap.
func (h *fractalHeap) managed(m *image, offset, length uint64) ([]byte, error) {
	if h.block == nil || offset < h.blockAt || offset-h.blockAt >= uint64(len(h.block)) {
		if err := h.find(m, offset); err != nil {
			return nil, err
		}
	}
	from := offset - h.blockAt
	if from+length > uint64(len(h.block)) || from < uint64(h.prefix()) || length == 0 {
		return nil, corrupt("an object of %d bytes at %d of a heap", length, offset)
	}
	if err := m.spend(int(length)); err != nil {
		return nil, err
	}
	return h.block[from : from+length], nil
}

// prefix is how long the header of a block is.
func (h *fractalHeap) prefix() int {
	if h.checked {
		return 17 + h.offsetSize
	}
	return 13 + h.offsetSize
}

// find finds the block that has an offset.
func (h *fractalHeap) find(m *image, offset uint64) error {
	if h.rows == 0 {
		return h.read(m, h.root, 0, h.start)
	}
	table, rows, begin := h.root, h.rows, uint64(0)
	for range deepest {
		// Row 0 and row 1 have blocks of the smallest size, each after them of twice
		// that of the one before.
		row, size, rowBegin := uint64(0), h.start, uint64(0)
		if in := (offset - begin) / (h.start * h.width); in > 0 {
			row = uint64(bits.Len64(in))
			size = h.start << (row - 1)
			rowBegin = size * h.width
		}
		if row >= rows || size == 0 {
			return corrupt("offset %d is beyond a heap", offset)
		}
		column := (offset - begin - rowBegin) / size
		address, err := h.child(m, table, rows, begin, row*h.width+column)
		if err != nil {
			return err
		}
		begin += rowBegin + column*size
		if size <= h.most {
			return h.read(m, address, begin, size)
		}
		table, rows = address, uint64(bits.Len64(size)-bits.Len64(h.start*h.width))+1
	}
	return corrupt("a heap with more than %d levels", deepest)
}

// child is the address of a block, by its place in a table of blocks.
func (h *fractalHeap) child(m *image, table, rows, begin, place uint64) (uint64, error) {
	b, err := m.sealed(table, "FHIB", 0, 8+h.offsetSize+8*int(rows*h.width))
	if err != nil {
		return 0, err
	}
	if little.Uint64(b) != h.address || parseNumber(b[8:8+h.offsetSize]) != begin {
		return 0, corrupt("a table of blocks at %d that is of another heap", table)
	}
	return little.Uint64(b[8+h.offsetSize+8*int(place):]), nil
}

// read reads a block.
func (h *fractalHeap) read(m *image, address, begin, size uint64) error {
	h.block = nil
	b, err := m.at(address, int(size))
	if err != nil {
		return err
	}
	prefix := h.prefix()
	if string(b[:4]) != "FHDB" || b[4] != 0 || len(b) < prefix || little.Uint64(b[5:]) != h.address || parseNumber(b[13:13+h.offsetSize]) != begin {
		return corrupt("no block of its heap at %d", address)
	}
	b = bytes.Clone(b)
	if h.checked {
		stored := little.Uint32(b[prefix-4:])
		clear(b[prefix-4 : prefix])
		if checksum(b) != stored {
			return corrupt("the checksum of FHDB at %d does not match", address)
		}
	}
	h.block, h.blockAt = b, begin
	return nil
}

// large finds an object that lies by itself: by its address and size, or by its
// number in a B-tree.
func (h *fractalHeap) large(m *image, id []byte) ([]byte, error) {
	if len(id) >= 16 {
		return m.at(little.Uint64(id), int(min(little.Uint64(id[8:]), 1<<40)))
	}
	const byNumber = 1
	wanted := parseNumber(id[:min(len(id), 8)])
	var address, size uint64
	found := false
	err := m.records(h.huge, byNumber, func(record []byte) error {
		if len(record) != 24 {
			return corrupt("a record of %d bytes of a large object", len(record))
		}
		if little.Uint64(record[16:]) == wanted {
			address, size, found = little.Uint64(record), little.Uint64(record[8:]), true
		}
		return nil
	})
	if err == nil && !found {
		err = corrupt("no large object %d in a heap", wanted)
	}
	if err != nil {
		return nil, err
	}
	return m.at(address, int(min(size, 1<<40)))
}
