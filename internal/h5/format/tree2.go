package format

import (
	"math"
	"slices"
)

// chunkTree2 is a B-tree of version 2, the index of datasets that can grow along more
// than one dimension. It is read as a whole.
type chunkTree2 struct {
	grid   *Grid
	header uint64
}

func (t *chunkTree2) find(m *image, _, _ int, visit func(int, Place) error) error {
	const plain, filtered = 10, 11
	g, rank := t.grid, len(t.grid.Count)
	kind, fixed := byte(plain), 8+8*rank
	if g.Filtered {
		kind = filtered
	}
	at, last := make([]int, rank), slices.Repeat([]int{-1}, rank)
	return m.records(t.header, kind, func(record []byte) error {
		if !g.Filtered && len(record) != fixed || g.Filtered && (len(record) <= fixed+4 || len(record) > fixed+12) {
			return corrupt("a record of %d bytes of a chunk", len(record))
		}
		coordinates := record[len(record)-8*rank:]
		for axis := range at {
			at[axis] = int(min(little.Uint64(coordinates[8*axis:]), math.MaxInt))
		}
		number, ok := g.Number(at)
		if !ok {
			return corrupt("chunk %v is outside of a dataset with %v", at, g.Count)
		}
		if slices.Compare(at, last) <= 0 {
			return corrupt("a B-tree of chunks whose keys do not ascend")
		}
		copy(last, at)
		return g.visitElement(m.File, number, record[:len(record)-8*rank], visit)
	})
}
