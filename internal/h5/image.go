package h5

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/bits"
)

// ErrForm is a file or dataset that is not of a form that is known here, or
// that looks damaged: libhdf5 has to read it, or to say what is wrong.
var ErrForm = errors.New("not of a form that is read without libhdf5")

// What a damaged file claims must not make us work for long.
const (
	messageLimit = 1 << 12 // of an object
	headerLimit  = 1 << 24 // bytes of a block of an object header, or of a heap
	deepest      = 8       // levels of a B-tree
	undefined    = ^uint64(0)
)

// image reads the structures of a file of the format, as
// https://support.hdfgroup.org/documentation/hdf5/latest/_f_m_t3.html has them.
// Addresses and lengths are of 8 bytes.
type image struct {
	file io.ReaderAt
	base uint64 // where addresses count from: the size of the user block
	size uint64 // of the file behind that
	page []byte // what was read last
	from uint64
}

// at returns n bytes at an address. They are valid until the next call.
func (m *image) at(address uint64, n int) ([]byte, error) {
	if n < 0 || address > m.size || uint64(n) > m.size-address {
		return nil, fmt.Errorf("%w: %d bytes at %d of %d", ErrForm, n, address, m.size)
	}
	if address < m.from || address+uint64(n) > m.from+uint64(len(m.page)) {
		want := min(uint64(max(n, 1<<13)), m.size-address)
		if uint64(cap(m.page)) < want {
			m.page = make([]byte, want)
		}
		m.page, m.from = m.page[:want], address
		if _, err := m.file.ReadAt(m.page, int64(m.base+address)); err != nil {
			m.page = m.page[:0]
			return nil, fmt.Errorf("%w: %w", ErrForm, err)
		}
	}
	at := address - m.from
	return m.page[at : at+uint64(n)], nil
}

// sealed returns the n bytes that follow a signature and a version at an address, and
// are followed by the checksum of all.
func (m *image) sealed(address uint64, signature string, version byte, n int) ([]byte, error) {
	b, err := m.at(address, 5+n+4)
	if err != nil {
		return nil, err
	}
	if string(b[:4]) != signature || b[4] != version || checksum(b[:5+n]) != little.Uint32(b[5+n:]) {
		return nil, fmt.Errorf("%w: no %s of version %d at %d", ErrForm, signature, version, address)
	}
	return b[5 : 5+n], nil
}

// checksum is that of the newer structures: Bob Jenkins' lookup3, hashlittle.
// https://www.burtleburtle.net/bob/c/lookup3.c
func checksum(data []byte) uint32 {
	a := 0xdeadbeef + uint32(len(data))
	b, c := a, a
	rot := bits.RotateLeft32
	for ; len(data) > 12; data = data[12:] {
		a, b, c = a+little.Uint32(data), b+little.Uint32(data[4:]), c+little.Uint32(data[8:])
		a, c = (a-c)^rot(c, 4), c+b
		b, a = (b-a)^rot(a, 6), a+c
		c, b = (c-b)^rot(b, 8), b+a
		a, c = (a-c)^rot(c, 16), c+b
		b, a = (b-a)^rot(a, 19), a+c
		c, b = (c-b)^rot(b, 4), b+a
	}
	if len(data) == 0 {
		return c
	}
	var rest [12]byte
	copy(rest[:], data)
	a, b, c = a+little.Uint32(rest[:]), b+little.Uint32(rest[4:]), c+little.Uint32(rest[8:])
	c = (c ^ b) - rot(b, 14)
	a = (a ^ c) - rot(c, 11)
	b = (b ^ a) - rot(a, 25)
	c = (c ^ b) - rot(b, 16)
	a = (a ^ c) - rot(c, 4)
	b = (b ^ a) - rot(a, 14)
	return (c ^ b) - rot(b, 24)
}

var little = binary.LittleEndian

// number is an integer of up to 8 bytes.
func number(b []byte) uint64 {
	var whole [8]byte
	copy(whole[:], b)
	return little.Uint64(whole[:])
}

// message is a message of an object header.
type message struct {
	kind  uint16
	flags byte
	data  []byte
}

// The messages that are looked for.
const (
	spaceMessage        = 0x01
	typeMessage         = 0x03
	layoutMessage       = 0x08
	filterMessage       = 0x0b
	continuationMessage = 0x10
	symbolsMessage      = 0x11
)

// header reads the messages of an object header.
func (m *image) header(address uint64) ([]message, error) {
	b, err := m.at(address, 16)
	if err != nil {
		return nil, err
	}
	switch {
	case b[0] == 1:
		return m.messages(block{address + 16, uint64(little.Uint32(b[8:]))}, int(little.Uint16(b[2:])), 8, 0)
	case string(b[:4]) == "OHDR" && b[4] == 2:
		return m.header2(address, b[5])
	}
	return nil, fmt.Errorf("%w: no object header at %d", ErrForm, address)
}

// header2 reads the messages of an object header of version 2.
func (m *image) header2(address uint64, flags byte) ([]message, error) {
	start, prefix := address+6, 4
	if flags&0x20 != 0 { // times
		start += 16
	}
	if flags&0x10 != 0 { // how many attributes are kept where
		start += 4
	}
	if flags&0x04 != 0 { // the order of creation
		prefix += 2
	}
	width := 1 << (flags & 3)
	b, err := m.at(start, width)
	if err != nil {
		return nil, err
	}
	return m.messages(block{start + uint64(width), number(b)}, messageLimit, prefix, 4)
}

// block is a part of a file.
type block struct{ address, size uint64 }

// messages reads up to a number of messages, from a block and those that
// continue it. Each has a prefix; where there are checksums, the blocks that
// continue start with a signature and end with a checksum.
func (m *image) messages(first block, most, prefix, checksum int) ([]message, error) {
	if most > messageLimit {
		return nil, fmt.Errorf("%w: %d messages", ErrForm, most)
	}
	var messages []message
	for blocks := []block{first}; len(blocks) > 0 && most > 0; blocks = blocks[1:] {
		at, size := blocks[0].address, blocks[0].size
		if size > headerLimit {
			return nil, fmt.Errorf("%w: an object header of %d bytes", ErrForm, size)
		}
		b, err := m.at(at, int(size))
		if err != nil {
			return nil, err
		}
		b = bytes.Clone(b)
		for ; len(b) >= prefix && most > 0; most-- {
			kind, length, flags := uint16(b[0]), int(little.Uint16(b[1:])), b[3]
			if prefix == 8 {
				kind, length, flags = little.Uint16(b), int(little.Uint16(b[2:])), b[4]
			}
			if length > len(b)-prefix {
				return nil, fmt.Errorf("%w: a message beyond its header", ErrForm)
			}
			msg := message{kind, flags, b[prefix : prefix+length]}
			b = b[prefix+length:]
			if msg.kind != continuationMessage || length < 16 {
				messages = append(messages, msg)
				continue
			}
			next := block{little.Uint64(msg.data), little.Uint64(msg.data[8:])}
			if checksum > 0 {
				if next.size < 4+uint64(checksum) {
					return nil, fmt.Errorf("%w: a short block of messages", ErrForm)
				}
				next = block{next.address + 4, next.size - 4 - uint64(checksum)}
			}
			blocks = append(blocks, next)
		}
	}
	return messages, nil
}

// tree reads a node of a B-tree of version 1: its level, 0 for a leaf, and its
// entries of a key and an address.
func (m *image) tree(address uint64, kind byte, key int) (level int, entries []byte, err error) {
	b, err := m.at(address, 24)
	if err != nil {
		return 0, nil, err
	}
	used := int(little.Uint16(b[6:]))
	if string(b[:4]) != "TREE" || b[4] != kind || b[5] > deepest {
		return 0, nil, fmt.Errorf("%w: no B-tree at %d", ErrForm, address)
	}
	level = int(b[5])
	entries, err = m.at(address+24, used*(key+8))
	return level, bytes.Clone(entries), err
}
