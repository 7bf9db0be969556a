package format

import (
	"encoding/binary"
	"errors"
	"io"
	"math/bits"
)

const (
	undefined = ^uint64(0)
	// pageSize is how much is read at a time: most structures are shorter, and lie
	// near each other.
	pageSize = 8 << 10
	// structureLimit is how long a structure in one piece may be.
	structureLimit = 64 << 20
	// deepest is how many levels a B-tree may have.
	deepest = 8
)

var little = binary.LittleEndian

// image is a file while something is looked up in it. It is for one goroutine.
type image struct {
	*File
	last, before page  // what was read last, and before that
	left         int64 // bytes of structures that may still be looked at
	hops         int   // objects that the message being looked up has led to
}

// page is a part of a file. Structures refer to each other over two places mostly: to
// names and to what has them.
type page struct {
	from  uint64
	bytes []byte
}

func (p *page) has(address uint64, n int) bool {
	return address >= p.from && address+uint64(n) <= p.from+uint64(len(p.bytes))
}

// look makes an image, which is given back by done.
func (f *File) look() *image {
	m, ok := f.images.Get().(*image)
	if !ok {
		m = &image{File: f}
	}
	m.left, m.hops = f.budget, 0
	return m
}

// done gives an image back. The pages stay: what is asked for next is mostly near. Who
// asks makes sure that the file is what it was.
func (m *image) done() {
	if max(cap(m.last.bytes), cap(m.before.bytes)) <= 16*pageSize {
		m.images.Put(m)
	}
}

// spend takes from the budget what looking at n bytes costs. No structure refers to
// the same bytes many times: where the budget ends, damaged ones lead in circles, and
// nothing else is looked for in the file.
func (m *image) spend(n int) error {
	m.left -= int64(n) + 16
	if m.left >= 0 && !m.endless.Load() {
		return nil
	}
	m.endless.Store(true)
	return corrupt("structures that refer to each other without end")
}

// at returns n bytes at an address. They are valid until the next call.
func (m *image) at(address uint64, n int) ([]byte, error) {
	if n < 0 || n > structureLimit || address > m.size || uint64(n) > m.size-address {
		return nil, corrupt("%d bytes at %d, where the file has %d", uint64(n), address, m.size)
	}
	if err := m.spend(n); err != nil {
		return nil, err
	}
	if !m.last.has(address, n) {
		m.last, m.before = m.before, m.last
	}
	if !m.last.has(address, n) {
		if err := m.turn(address, n); err != nil {
			return nil, err
		}
	}
	at := address - m.last.from
	return m.last.bytes[at : at+uint64(n) : at+uint64(n)], nil
}

// turn makes the last page one around an address, with at least n bytes from there on.
func (m *image) turn(address uint64, n int) error {
	p := &m.last
	p.from = address - min(address, pageSize/4)
	want := min(max(address-p.from+uint64(n), pageSize), m.size-p.from)
	if uint64(cap(p.bytes)) < want {
		p.bytes = make([]byte, want)
	}
	p.bytes = p.bytes[:want]
	if read, err := m.disk.ReadAt(p.bytes, int64(m.base+p.from)); uint64(read) < want {
		p.bytes = p.bytes[:0]
		if errors.Is(err, io.EOF) {
			return corrupt("the file ends before %d bytes at %d", want, p.from)
		}
		return err
	}
	return nil
}

// sealed returns the n bytes that follow a signature and a version at an address, and
// are followed by the checksum of all.
func (m *image) sealed(address uint64, signature string, version byte, n int) ([]byte, error) {
	b, err := m.at(address, 5+n+4)
	if err != nil {
		return nil, err
	}
	if string(b[:4]) != signature || b[4] != version {
		return nil, corrupt("no %s of version %d at %d", signature, version, address)
	}
	if checksum(b[:5+n]) != little.Uint32(b[5+n:]) {
		return nil, corrupt("the checksum of %s at %d does not match", signature, address)
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

// parseNumber is an integer of up to 8 bytes.
func parseNumber(b []byte) uint64 {
	var whole [8]byte
	copy(whole[:], b)
	return little.Uint64(whole[:])
}

// parser takes a structure apart that is in memory. What is read beyond its end is 0,
// and makes it short.
type parser struct {
	b     []byte
	short bool
}

// take returns the next n bytes.
func (p *parser) take(n int) []byte {
	if n < 0 || n > len(p.b) {
		p.short, p.b = true, nil
		return nil
	}
	taken := p.b[:n:n]
	p.b = p.b[n:]
	return taken
}

func (p *parser) number(width int) uint64 { return parseNumber(p.take(width)) }

func (p *parser) byte() byte { return byte(p.number(1)) }

// length is a number that counts something of which there can be no more than most.
func (p *parser) length(width, most int) int {
	n := p.number(width)
	if n > uint64(most) {
		p.short = true
		return 0
	}
	return int(n)
}

// text is what comes before the next zero byte. With pad the zero bytes fill up a
// multiple of as many.
func (p *parser) text(pad int) string {
	for i, c := range p.b {
		if c == 0 {
			text := string(p.b[:i])
			p.take(min((i/pad+1)*pad, len(p.b)))
			return text
		}
	}
	p.short, p.b = true, nil
	return ""
}

// err tells of a structure that is shorter than what it says it has.
func (p *parser) err(what string) error {
	if p.short {
		return corrupt("%s is shorter than it should be", what)
	}
	return nil
}
