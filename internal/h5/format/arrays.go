package format

import "math/bits"

// checkElement makes sure that entries are as long as they must be.
func (g *Grid) checkElement(client, size byte) error {
	if g.Filtered && client == 1 && size > 12 && size <= 20 || !g.Filtered && client == 0 && size == 8 {
		return nil
	}
	return corrupt("an array of chunks with entries of %d bytes", size)
}

// fixedArray is the index of datasets that cannot grow.
type fixedArray struct {
	grid   *Grid
	header uint64
}

// arrayBudget is how many times as much as for other structures may be looked at for
// arrays: where chunks are not counted in the order of the array, blocks of it are
// looked at again and again, as often as there are chunks.
const arrayBudget = 64

func (x *fixedArray) find(m *image, first, stop int, visit func(int, Place) error) error {
	m.left *= arrayBudget
	b, err := m.sealed(x.header, "FAHD", 0, 19)
	if err != nil {
		return err
	}
	client, size, pageBits := b[0], b[1], b[2]
	entries, data := little.Uint64(b[3:]), little.Uint64(b[11:])
	if err := x.grid.checkElement(client, size); err != nil {
		return err
	}
	if data == undefined {
		return nil
	}
	if pageBits > 32 || entries > m.size/uint64(size) {
		return corrupt("an array of %d chunks in pages of 2^%d", entries, pageBits)
	}
	array := pages{m: m, entries: entries, start: data + 14, size: uint64(size)}
	length := entries * uint64(size)
	if page := uint64(1) << pageBits; entries > page {
		length = array.split(page, data+14)
	}
	if length > structureLimit {
		return corrupt("a block of %d bytes", length)
	}
	block, err := m.sealed(data, "FADB", 0, 9+int(length))
	if err != nil {
		return err
	}
	if block[0] != client || little.Uint64(block[1:]) != x.header {
		return corrupt("a block of another array at %d", data)
	}
	if uint64(stop) > entries {
		return corrupt("an array of %d chunks for a dataset of more", entries)
	}
	return x.grid.visitEntries(m.File, first, stop, array.entry, visit)
}

// visitEntries visits those of the chunks from first up to but not including stop that
// an array has an entry of.
func (g *Grid) visitEntries(f *File, first, stop int, entry func(uint64) (b []byte, next uint64, err error), visit func(int, Place) error) error {
	return g.each(first, stop, func(number int, inArray uint64) error {
		b, _, err := entry(inArray)
		if err != nil || b == nil {
			return err
		}
		return g.visitElement(f, number, b, visit)
	})
}

// pages is a block of entries that may be split into pages, each with a checksum.
// A row of bits tells which pages were written.
type pages struct {
	m              *image
	entries, start uint64
	size           uint64 // of an entry
	page           uint64 // entries of one, 0 where it is not split
	written        uint64 // address of the bits
	bit            uint64 // of the first page
	known          uint64 // the page, from 1, that is known to be written
	empty          uint64 // the page, from 1, that is known not to be
}

// split makes pages of a block whose bits lie where its entries would, and are
// followed by the checksum of what is before the pages. It tells how long they are.
func (a *pages) split(page, bits uint64) (length uint64) {
	length = ((a.entries+page-1)/page + 7) / 8
	a.page, a.written, a.start = page, bits, bits+length+4
	return length
}

// entry reads an entry, nil where it is on a page that was never written: then next is
// the first behind that.
func (a *pages) entry(number uint64) (b []byte, next uint64, err error) {
	if number >= a.entries {
		return nil, 0, corrupt("chunk %d of an array of %d", number, a.entries)
	}
	at := a.start + number*a.size
	if a.page > 0 {
		page := number / a.page
		if a.known != page+1 {
			if written, err := a.turn(page); err != nil || !written {
				return nil, (page + 1) * a.page, err
			}
		}
		at += 4 * page
	}
	b, err = a.m.at(at, int(a.size))
	return b, number + 1, err
}

// turn makes a page the one that is known, if it was written.
func (a *pages) turn(page uint64) (written bool, err error) {
	if a.empty == page+1 {
		return false, nil
	}
	bit := a.bit + page
	b, err := a.m.at(a.written+bit/8, 1)
	if err != nil {
		return false, err
	}
	if b[0]>>(7-bit%8)&1 == 0 {
		a.empty = page + 1
		return false, nil
	}
	a.known = page + 1
	return true, a.check(page)
}

// check makes sure that a page is what its checksum says.
func (a *pages) check(page uint64) error {
	n := min(a.page, a.entries-page*a.page) * a.size
	if n > structureLimit {
		return corrupt("a page of %d bytes", n)
	}
	b, err := a.m.at(a.start+page*(a.page*a.size+4), int(n)+4)
	if err == nil && checksum(b[:n]) != little.Uint32(b[n:]) {
		err = corrupt("the checksum of a page of chunks does not match")
	}
	return err
}

// extensibleArray is the index of datasets that can grow along one dimension. The
// first entries lie in the index block, then come data blocks that get longer,
// the first of which are listed in the index block, others in super blocks.
type extensibleArray struct {
	grid   *Grid
	header uint64
}

func (x *extensibleArray) find(m *image, first, stop int, visit func(int, Place) error) error {
	m.left *= arrayBudget
	b, err := m.sealed(x.header, "EAHD", 0, 63)
	if err != nil {
		return err
	}
	if err := x.grid.checkElement(b[0], b[1]); err != nil {
		return err
	}
	a := array{
		m: m, header: x.header, size: uint64(b[1]), most: uint64(b[2]), offset: (uint64(b[2]) + 7) / 8,
		inIndex: uint64(b[3]), least: uint64(b[4]), pointers: uint64(b[5]), page: 1 << (b[6] & 31),
		index: little.Uint64(b[55:]),
	}
	if a.least == 0 || a.pointers < 2 || a.least&(a.least-1) != 0 || a.pointers&(a.pointers-1) != 0 || a.most > 64 || b[6] > 31 {
		return corrupt("an extensible array of chunks at %d", x.header)
	}
	if a.index == undefined {
		return nil
	}
	// The index block lists data blocks and super blocks, behind its entries.
	supers := 1 + a.most - uint64(bits.Len64(a.least)-1)
	if supers < a.direct() || supers > 65 {
		return corrupt("an extensible array of chunks with %d super blocks", supers)
	}
	length := 9 + a.inIndex*a.size + 8*(a.listed()+supers-a.direct())
	block, err := m.sealed(a.index, "EAIB", 0, int(length))
	if err != nil {
		return err
	}
	if little.Uint64(block[1:]) != x.header {
		return corrupt("a block of another array at %d", a.index)
	}
	a.supers = supers
	if uint64(stop-first) > m.size/8+indexBlock { // of most there is no trace
		return x.holes(m.File, &a, visit)
	}
	return x.grid.visitEntries(m.File, first, stop, a.entry, visit)
}

// holes visits all chunks that were written, in the order of the array, passing over
// blocks that were not.
func (x *extensibleArray) holes(f *File, a *array, visit func(int, Place) error) error {
	o := x.grid.order()
	at := make([]int, len(x.grid.Count))
	for axis, count := range x.grid.Count {
		at[axis] = count - 1
	}
	last, ok := o.number(at)
	for inArray := uint64(0); ok && inArray <= last; {
		b, next, err := a.entry(inArray)
		if err != nil {
			return err
		}
		if b != nil {
			o.coordinates(inArray, at)
			if number, inside := x.grid.Number(at); inside {
				if err := x.grid.visitElement(f, number, b, visit); err != nil {
					return err
				}
			}
		}
		if next <= inArray {
			break
		}
		inArray = next
	}
	return nil
}

// array is an extensible array while it is being searched.
type array struct {
	m        *image
	header   uint64 // its address
	size     uint64 // of an entry
	most     uint64 // bits of the number of entries
	offset   uint64 // bytes of an offset in a block
	inIndex  uint64 // entries in the index block
	least    uint64 // entries of the shortest data block
	pointers uint64 // data blocks of the first super block that is not left out
	supers   uint64 // super blocks, with those left out
	page     uint64 // entries of a page
	index    uint64 // address of the index block

	block  pages  // the data block found last
	number uint64 // of its first entry, behind those in the index block
	hole   uint64 // how many entries there are not, where it was never written
}

// direct is how many super blocks are left out: their data blocks are listed in the
// index block.
func (a *array) direct() uint64 { return 2 * uint64(bits.Len64(a.pointers)-1) }

// listed is how many data blocks those are.
func (a *array) listed() uint64 { return 2 * (a.pointers - 1) }

// entry reads an entry, nil where its block or page was never written: then next is
// the first behind that.
func (a *array) entry(number uint64) (b []byte, next uint64, err error) {
	const prefix = 14 // signature, version, client, address of the header
	if number < a.inIndex {
		b, err = a.m.at(a.index+prefix+number*a.size, int(a.size))
		return b, number + 1, err
	}
	number -= a.inIndex
	// Super block s has 2^(s/2) data blocks of 2^((s+1)/2)·least entries.
	s := uint64(bits.Len64(number/a.least+1)) - 1
	if s >= a.supers {
		return nil, 0, corrupt("chunk %d is beyond its array", number)
	}
	blocks, entries := uint64(1)<<(s/2), a.least<<((s+1)/2)
	inSuper := number - a.least*(1<<s-1)
	block, at := inSuper/entries, inSuper%entries
	if a.block.start == 0 || a.number != number-at {
		a.hole = entries
		if err := a.find(s, block, blocks, entries); err != nil {
			return nil, 0, err
		}
		a.number = number - at
	}
	begin := a.inIndex + number - at
	if a.block.start == undefined {
		return nil, begin + a.hole, nil
	}
	b, next, err = a.block.entry(at)
	return b, begin + next, err
}

// find finds a data block of a super block.
func (a *array) find(s, block, blocks, entries uint64) error {
	const prefix = 14
	list := a.index + prefix + a.inIndex*a.size
	paged := entries > a.page
	var written uint64
	if s < a.direct() {
		before := uint64(0)
		for other := range s {
			before += 1 << (other / 2)
		}
		list += 8 * (before + block)
	} else {
		b, err := a.m.at(list+8*(a.listed()+s-a.direct()), 8)
		if err != nil {
			return err
		}
		super := little.Uint64(b)
		if super == undefined {
			a.block.start, a.hole = undefined, (blocks-block)*entries
			return nil
		}
		list = super + prefix + a.offset
		length := 9 + a.offset + 8*blocks
		if paged {
			written = list
			list += blocks * ((entries/a.page + 7) / 8)
			length += list - written
		}
		if err := a.sealed(super, "EASB", length); err != nil {
			return err
		}
		list += 8 * block
	}
	b, err := a.m.at(list, 8)
	if err != nil {
		return err
	}
	address := little.Uint64(b)
	if address == undefined {
		a.block.start = undefined
		return nil
	}
	length := 9 + a.offset
	if !paged {
		length += entries * a.size
	}
	if err := a.sealed(address, "EADB", length); err != nil {
		return err
	}
	a.block = pages{m: a.m, entries: entries, start: address + prefix + a.offset, size: a.size}
	if paged {
		if written == 0 {
			return corrupt("pages in a block without a super block")
		}
		a.block.page, a.block.written, a.block.bit = a.page, written, block*(entries/a.page)
		a.block.start += 4 // the checksum of what is before the pages
	}
	return nil
}

// sealed makes sure of a block of the array.
func (a *array) sealed(address uint64, signature string, length uint64) error {
	if length > structureLimit {
		return corrupt("a block of %d bytes in an array of chunks", length)
	}
	b, err := a.m.sealed(address, signature, 0, int(length))
	if err == nil && little.Uint64(b[1:]) != a.header {
		err = corrupt("a block of another array at %d", address)
	}
	return err
}
