package h5

import (
	"fmt"
	"math/bits"
)

// checkElement makes sure that entries are as long as they must be.
func (g *grid) checkElement(client, size byte) error {
	if len(g.filters) > 0 && client == 1 && size > 12 && size <= 20 || len(g.filters) == 0 && client == 0 && size == 8 {
		return nil
	}
	return fmt.Errorf("%w: an array with entries of %d bytes", ErrForm, size)
}

// fixedArray is the index of datasets that cannot grow.
type fixedArray struct {
	grid   *grid
	header uint64
}

func (x *fixedArray) find(m *image, first int, places []place) error {
	b, err := m.sealed(x.header, "FAHD", 0, 19)
	if err != nil {
		return err
	}
	client, size, pageBits := b[0], b[1], b[2]
	entries, data := little.Uint64(b[3:]), little.Uint64(b[11:])
	if err := x.grid.checkElement(client, size); err != nil || pageBits > 32 {
		return fmt.Errorf("%w: fixed array", ErrForm)
	}
	if data == undefined {
		return nil
	}
	array := pages{m: m, entries: entries, start: data + 14, size: uint64(size)}
	length := entries * uint64(size)
	if page := uint64(1) << pageBits; entries > page {
		length = array.split(page, data+14)
	}
	if length > headerLimit {
		return fmt.Errorf("%w: a block of %d bytes", ErrForm, length)
	}
	if _, err := m.sealed(data, "FADB", 0, 9+int(length)); err != nil {
		return err
	}
	return x.grid.each(first, places, func(number uint64, p *place) error {
		b, err := array.entry(number)
		if b != nil {
			*p = x.grid.element(b)
		}
		return err
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
}

// split makes pages of a block whose bits lie where its entries would, and are
// followed by the checksum of what is before the pages. It tells how long they are.
func (a *pages) split(page, bits uint64) (length uint64) {
	length = ((a.entries+page-1)/page + 7) / 8
	a.page, a.written, a.start = page, bits, bits+length+4
	return length
}

// entry reads an entry, nil where it is on a page that was never written.
func (a *pages) entry(number uint64) ([]byte, error) {
	if number >= a.entries {
		return nil, fmt.Errorf("%w: entry %d of %d", ErrForm, number, a.entries)
	}
	at := a.start + number*a.size
	if a.page > 0 {
		page := number / a.page
		if a.known != page+1 {
			bit := a.bit + page
			b, err := a.m.at(a.written+bit/8, 1)
			if err != nil || b[0]>>(7-bit%8)&1 == 0 {
				return nil, err
			}
			if err := a.check(page); err != nil {
				return nil, err
			}
			a.known = page + 1
		}
		at += 4 * page
	}
	return a.m.at(at, int(a.size))
}

// check makes sure that a page is what its checksum says.
func (a *pages) check(page uint64) error {
	n := min(a.page, a.entries-page*a.page) * a.size
	if n > headerLimit {
		return fmt.Errorf("%w: a page of %d bytes", ErrForm, n)
	}
	b, err := a.m.at(a.start+page*(a.page*a.size+4), int(n)+4)
	if err == nil && checksum(b[:n]) != little.Uint32(b[n:]) {
		err = fmt.Errorf("%w: the checksum of a page", ErrForm)
	}
	return err
}

// extensibleArray is the index of datasets that can grow along one dimension. The
// first entries lie in the index block, then come data blocks that get longer,
// the first of which are listed in the index block, others in super blocks.
type extensibleArray struct {
	grid   *grid
	header uint64
}

func (x *extensibleArray) find(m *image, first int, places []place) error {
	b, err := m.sealed(x.header, "EAHD", 0, 63)
	if err != nil {
		return err
	}
	if err := x.grid.checkElement(b[0], b[1]); err != nil {
		return err
	}
	a := array{
		m: m, size: uint64(b[1]), offset: (uint64(b[2]) + 7) / 8,
		inIndex: uint64(b[3]), least: uint64(b[4]), pointers: uint64(b[5]), page: 1 << (b[6] & 31),
		index: little.Uint64(b[55:]),
	}
	if a.least == 0 || a.pointers < 2 || a.least&(a.least-1) != 0 || a.pointers&(a.pointers-1) != 0 {
		return fmt.Errorf("%w: extensible array", ErrForm)
	}
	if a.index == undefined {
		return nil
	}
	// The index block lists data blocks and super blocks, behind its entries.
	supers := 1 + uint64(b[2]) - uint64(bits.Len64(a.least)-1)
	length := 9 + a.inIndex*a.size + 8*(a.listed()+supers-a.direct())
	if length > headerLimit {
		return fmt.Errorf("%w: an index block of %d bytes", ErrForm, length)
	}
	if _, err := m.sealed(a.index, "EAIB", 0, int(length)); err != nil {
		return err
	}
	return x.grid.each(first, places, func(number uint64, p *place) error {
		b, err := a.entry(number)
		if b != nil {
			*p = x.grid.element(b)
		}
		return err
	})
}

// array is an extensible array while it is being searched.
type array struct {
	m        *image
	size     uint64 // of an entry
	offset   uint64 // bytes of an offset in a block
	inIndex  uint64 // entries in the index block
	least    uint64 // entries of the shortest data block
	pointers uint64 // data blocks of the first super block that is not left out
	page     uint64 // entries of a page
	index    uint64 // address of the index block

	block  pages // the data block found last
	number uint64
}

// direct is how many super blocks are left out: their data blocks are listed in the
// index block.
func (a *array) direct() uint64 { return 2 * uint64(bits.Len64(a.pointers)-1) }

// listed is how many data blocks those are.
func (a *array) listed() uint64 { return 2 * (a.pointers - 1) }

// entry reads an entry, nil where its block or page was never written.
func (a *array) entry(number uint64) ([]byte, error) {
	const prefix = 14 // signature, version, client, address of the header
	if number < a.inIndex {
		return a.m.at(a.index+prefix+number*a.size, int(a.size))
	}
	number -= a.inIndex
	// Super block s has 2^(s/2) data blocks of 2^((s+1)/2)·least entries.
	s := uint64(bits.Len64(number/a.least+1)) - 1
	blocks, entries := uint64(1)<<(s/2), a.least<<((s+1)/2)
	inSuper := number - a.least*(1<<s-1)
	block, at := inSuper/entries, inSuper%entries
	if a.block.start == 0 || a.number != number-at {
		if err := a.find(s, block, blocks, entries); err != nil {
			return nil, err
		}
		a.number = number - at
	}
	if a.block.start == undefined {
		return nil, nil
	}
	return a.block.entry(at)
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
			a.block.start = undefined
			return nil
		}
		list = super + prefix + a.offset
		length := 9 + a.offset + 8*blocks
		if paged {
			written = list
			list += blocks * ((entries/a.page + 7) / 8)
			length += list - written
		}
		if length > headerLimit {
			return fmt.Errorf("%w: a super block of %d bytes", ErrForm, length)
		}
		if _, err := a.m.sealed(super, "EASB", 0, int(length)); err != nil {
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
	if _, err := a.m.sealed(address, "EADB", 0, int(length)); err != nil {
		return err
	}
	a.block = pages{m: a.m, entries: entries, start: address + prefix + a.offset, size: a.size}
	if paged {
		if written == 0 {
			return fmt.Errorf("%w: pages in a block without a super block", ErrForm)
		}
		a.block.page, a.block.written, a.block.bit = a.page, written, block*(entries/a.page)
		a.block.start += 4 // the checksum of what is before the pages
	}
	return nil
}
