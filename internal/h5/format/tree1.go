package format

import (
	"math"
	"slices"
)

// chunkTree1 is a B-tree of version 1, what files have whose writers did not ask for
// anything newer: chunks in the order of their coordinates.
type chunkTree1 struct {
	grid *Grid
	root uint64
}

func (t *chunkTree1) find(m *image, first, stop int, visit func(int, Place) error) error {
	if stop <= first {
		return nil
	}
	rank := len(t.grid.Count)
	s := chunkSearch{grid: t.grid, m: m, visit: visit, from: make([]int, rank), to: make([]int, rank), end: make([]int, rank)}
	s.grid.Coordinates(first, s.from)
	s.grid.Coordinates(stop-1, s.to)
	s.grid.Coordinates(s.grid.Chunks()-1, s.end)
	return s.node(t.root, deepest+1, nil, nil)
}

// chunkSearch is a search for the chunks of a range.
type chunkSearch struct {
	grid     *Grid
	m        *image
	visit    func(int, Place) error
	from, to []int // coordinates of the first and the last chunk of the range
	end      []int // and of the last of all
}

// node looks for chunks in a node and below, whose keys must ascend, from least up to
// but not including bound, where these are given.
func (s *chunkSearch) node(address uint64, above int, least, bound []int) error {
	key := 16 + 8*len(s.from) // size, skipped filters, first element and one more 0
	level, entries, err := s.m.tree(address, 1, key)
	if err == nil && level >= above {
		err = corrupt("a B-tree of chunks that does not end")
	}
	if err != nil {
		return err
	}
	at, next := make([]int, len(s.from)), make([]int, len(s.from))
	n := len(entries) / (key + 8)
	for i := range n {
		entry := entries[i*(key+8):]
		if i == 0 {
			if err := s.locate(entry, at, least, bound); err != nil {
				return err
			}
		}
		limit := bound
		if i+1 < n {
			if err := s.locate(entry[key+8:], next, least, bound); err != nil {
				return err
			}
			if limit = next; slices.Compare(at, next) >= 0 {
				return corrupt("a B-tree of chunks whose keys do not ascend, at %d", address)
			}
		}
		switch _, inside := s.grid.Number(at); {
		case level == 0 && !inside || slices.Compare(at, s.end) > 0:
			return corrupt("chunk %v is outside of a dataset with %v", at, s.grid.Count)
		case slices.Compare(at, s.to) > 0:
			return nil
		case level == 0:
			err = s.take(entry, at, little.Uint64(entry[key:]))
		case limit == nil || slices.Compare(limit, s.from) > 0: // a child has what comes before the next one
			err = s.node(little.Uint64(entry[key:]), level, at, limit)
		}
		if err != nil {
			return err
		}
		at, next = next, at
	}
	return nil
}

// locate finds the coordinates of the chunk that an entry starts with, and makes sure
// of the order.
func (s *chunkSearch) locate(entry []byte, at, least, bound []int) error {
	rank := len(at)
	for axis, length := range s.grid.Chunk {
		element := little.Uint64(entry[8+8*axis:])
		if element%uint64(length) != 0 || element > math.MaxInt {
			return corrupt("a chunk that begins at element %d of dimension %d, where chunks have %d", element, axis, length)
		}
		at[axis] = int(element) / length
	}
	if little.Uint64(entry[8+8*rank:]) != 0 {
		return corrupt("a chunk that begins within an element")
	}
	if least != nil && slices.Compare(at, least) < 0 || bound != nil && slices.Compare(at, bound) >= 0 {
		return corrupt("a B-tree of chunks whose keys do not ascend")
	}
	return nil
}

// take visits a chunk, if it is one that is looked for.
func (s *chunkSearch) take(entry []byte, at []int, address uint64) error {
	if slices.Compare(at, s.from) < 0 {
		return nil
	}
	number, _ := s.grid.Number(at)
	return s.visit(number, Place{s.m.absolute(address), little.Uint32(entry), little.Uint32(entry[4:])})
}
