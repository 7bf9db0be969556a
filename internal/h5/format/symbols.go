package format

import (
	"bytes"
	"slices"
)

// Groups as files have them whose writer did not ask for anything newer: a B-tree of
// symbol nodes, whose names lie in a heap.

// symbols reads the links of a group by its B-tree and heap.
func (m *image) symbols(b []byte) ([]Link, error) {
	if len(b) < 16 {
		return nil, corrupt("a symbol table of %d bytes", len(b))
	}
	tree, heap := little.Uint64(b), little.Uint64(b[8:])
	names, err := m.localHeap(heap)
	if err != nil {
		return nil, err
	}
	s := symbolWalk{m, names, nil}
	err = s.node(tree, deepest+1)
	return s.links, err
}

type symbolWalk struct {
	m     *image
	names []byte
	links []Link
}

func (s *symbolWalk) node(address uint64, above int) error {
	level, entries, err := s.m.tree(address, 0, 8)
	if err == nil && level >= above {
		err = corrupt("a B-tree that does not end")
	}
	if err != nil {
		return err
	}
	for ; len(entries) >= 16; entries = entries[16:] {
		child := little.Uint64(entries[8:])
		if level == 0 {
			err = s.leaf(child)
		} else {
			err = s.node(child, level)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (s *symbolWalk) leaf(address uint64) error {
	b, err := s.m.at(address, 8)
	if err != nil {
		return err
	}
	if string(b[:4]) != "SNOD" || b[4] != 1 {
		return corrupt("no symbol node at %d", address)
	}
	b, err = s.m.at(address+8, 40*int(little.Uint16(b[6:])))
	if err != nil {
		return err
	}
	s.links = slices.Grow(s.links, len(b)/40)
	for ; len(b) >= 40; b = b[40:] {
		link := Link{Header: little.Uint64(b[8:])}
		if link.Name, err = textAt(s.names, little.Uint64(b)); err != nil {
			return err
		}
		if little.Uint32(b[16:]) == 2 { // a soft link
			link.Kind = Soft
			if link.Target, err = textAt(s.names, uint64(little.Uint32(b[24:]))); err != nil {
				return err
			}
		}
		s.links = append(s.links, link)
	}
	return nil
}

// tree reads a node of a B-tree of version 1: its level, 0 for a leaf, and its
// entries of a key and an address.
func (m *image) tree(address uint64, kind byte, key int) (level int, entries []byte, err error) {
	b, err := m.at(address, 24)
	if err != nil {
		return 0, nil, err
	}
	if string(b[:4]) != "TREE" || b[4] != kind || b[5] > deepest {
		return 0, nil, corrupt("no B-tree at %d", address)
	}
	level = int(b[5])
	entries, err = m.at(address+24, int(little.Uint16(b[6:]))*(key+8))
	return level, bytes.Clone(entries), err
}

// localHeap reads the names of a group.
func (m *image) localHeap(address uint64) ([]byte, error) {
	b, err := m.at(address, 32)
	if err != nil {
		return nil, err
	}
	size := little.Uint64(b[8:])
	if string(b[:4]) != "HEAP" || b[4] != 0 || size > structureLimit {
		return nil, corrupt("no local heap at %d", address)
	}
	data, err := m.at(little.Uint64(b[24:]), int(size))
	return bytes.Clone(data), err
}

func textAt(heap []byte, at uint64) (string, error) {
	if at >= uint64(len(heap)) {
		return "", corrupt("a name beyond its heap")
	}
	end := bytes.IndexByte(heap[at:], 0)
	if end < 0 {
		return "", corrupt("a name without end")
	}
	return string(heap[at : at+uint64(end)]), nil
}
