package format

import (
	"bytes"
	"slices"
)

// heapID is where something of variable length is: a collection of the global heap,
// and its number there.
type heapID struct {
	address uint64
	index   uint32
}

// collection is a part of the global heap.
type collection struct {
	data    []byte
	objects []heapObject // by index
}

type heapObject struct {
	index      uint16
	from, size int
}

// collection reads a part of the global heap.
func (m *image) collection(address uint64) (*collection, error) {
	b, err := m.at(address, 16)
	if err != nil {
		return nil, err
	}
	size := little.Uint64(b[8:])
	if string(b[:4]) != "GCOL" || b[4] != 1 || size < 16 || size > structureLimit {
		return nil, corrupt("no global heap at %d", address)
	}
	if b, err = m.at(address, int(size)); err != nil {
		return nil, err
	}
	c := &collection{data: bytes.Clone(b)}
	for at := 16; at+16 <= len(c.data); {
		index, length := little.Uint16(c.data[at:]), little.Uint64(c.data[at+8:])
		if index == 0 { // the rest is free
			break
		}
		if at += 16; length > uint64(len(c.data)-at) {
			return nil, corrupt("an object beyond its heap at %d", address)
		}
		c.objects = append(c.objects, heapObject{index, at, int(length)})
		at += (int(length) + 7) / 8 * 8
	}
	slices.SortStableFunc(c.objects, func(a, b heapObject) int { return int(a.index) - int(b.index) })
	for i := 1; i < len(c.objects); i++ {
		if c.objects[i].index == c.objects[i-1].index {
			return nil, corrupt("two objects of one number in the heap at %d", address)
		}
	}
	return c, nil
}

// object is the one with a number in a collection.
func (c *collection) object(index uint32) ([]byte, bool) {
	i, ok := slices.BinarySearchFunc(c.objects, index, func(o heapObject, index uint32) int { return int(int64(o.index) - int64(index)) })
	if !ok {
		return nil, false
	}
	o := c.objects[i]
	return c.data[o.from : o.from+o.size], true
}

// TextSize is the size of a text of variable length as datasets have it: its length,
// and where it is.
const TextSize = 16

// Texts reads texts of variable length: raw are elements as a dataset has them. They
// end before their first zero byte.
func (f *File) Texts(raw []byte, into []string) error {
	m := f.look()
	defer m.done()
	return m.texts(raw, into)
}

func (m *image) texts(raw []byte, into []string) error {
	heaps := map[uint64]*collection{}
	for i := range into {
		p := parser{b: raw[TextSize*i:]}
		length, address, index := p.number(4), p.number(8), uint32(p.number(4))
		if into[i] = ""; length == 0 || address == 0 {
			continue
		}
		heap := heaps[address]
		if heap == nil {
			var err error
			if heap, err = m.collection(address); err != nil {
				return err
			}
			heaps[address] = heap
		}
		object, ok := heap.object(index)
		if !ok || length > uint64(len(object)) {
			return corrupt("a text of %d bytes that is not in its heap", length)
		}
		if err := m.spend(int(length)); err != nil {
			return err
		}
		value, _, _ := bytes.Cut(object[:length], []byte{0})
		into[i] = string(value)
	}
	return nil
}
