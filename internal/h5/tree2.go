package h5

import (
	"fmt"
	"math/bits"
)

// tree2 is a B-tree of version 2, the index of datasets that can grow along more
// than one dimension. It is read as a whole.
type tree2 struct {
	grid   *grid
	header uint64
}

func (t *tree2) find(m *image, _ int, places []place) error {
	b, err := m.sealed(t.header, "BTHD", 0, 29)
	if err != nil {
		return err
	}
	kind, nodeSize, record, depth := b[0], uint64(little.Uint32(b[1:])), uint64(little.Uint16(b[5:])), int(little.Uint16(b[7:]))
	root, records := little.Uint64(b[11:]), uint64(little.Uint16(b[19:]))
	fixed := uint64(8 + 8*len(t.grid.count))
	switch {
	case root == undefined:
		return nil
	case depth > deepest || nodeSize < 64 || nodeSize > headerLimit,
		len(t.grid.filters) == 0 && (kind != 10 || record != fixed),
		len(t.grid.filters) > 0 && (kind != 11 || record <= fixed+4 || record > fixed+12):
		return fmt.Errorf("%w: B-tree of version 2", ErrForm)
	}
	w := tree2Walk{
		grid: t.grid, m: m, kind: kind, record: record, places: places,
		levels: make([]tree2Level, depth+1), at: make([]int, len(t.grid.count)),
	}
	const overhead = 10 // signature, version, type, checksum
	for level := range w.levels {
		l := &w.levels[level]
		if level == 0 {
			l.most = (nodeSize - overhead) / record
			l.total = l.most
			continue
		}
		below := w.levels[level-1]
		l.pointer = 8 + bytesFor(w.levels[0].most)
		if level > 1 {
			l.pointer += bytesFor(below.total)
		}
		l.most = (nodeSize - overhead - l.pointer) / (record + l.pointer)
		l.total = (l.most+1)*below.total + l.most
	}
	return w.node(root, records, depth)
}

// bytesFor is how many bytes a number up to most takes.
func bytesFor(most uint64) uint64 { return uint64(bits.Len64(most)+7) / 8 }

type tree2Walk struct {
	grid   *grid
	m      *image
	kind   byte
	record uint64
	levels []tree2Level
	places []place
	at     []int
	seen   uint64 // records and nodes: a damaged tree could go on for ever
}

// tree2Level is what nodes of a level can have: records in themselves and with all
// below, and how long a pointer to a child is.
type tree2Level struct{ most, total, pointer uint64 }

func (w *tree2Walk) node(address, records uint64, level int) error {
	w.seen += records + 1
	if records > w.levels[level].most || w.seen > uint64(2*len(w.places)+64) {
		return fmt.Errorf("%w: %d records in a node", ErrForm, records)
	}
	signature := "BTLF"
	if level > 0 {
		signature = "BTIN"
	}
	pointer := w.levels[level].pointer
	b, err := w.m.sealed(address, signature, 0, int(1+records*w.record+(records+1)*pointer))
	if err != nil {
		return err
	}
	if b[0] != w.kind {
		return fmt.Errorf("%w: a node of type %d", ErrForm, b[0])
	}
	for i := range records {
		w.take(b[1+i*w.record:][:w.record])
	}
	if level == 0 {
		return nil
	}
	children := append([]byte(nil), b[1+records*w.record:]...)
	width := bytesFor(w.levels[0].most)
	for ; len(children) >= int(pointer); children = children[pointer:] {
		if err := w.node(little.Uint64(children), number(children[8:8+width]), level-1); err != nil {
			return err
		}
	}
	return nil
}

func (w *tree2Walk) take(record []byte) {
	coordinates := record[len(record)-8*len(w.at):]
	for axis := range w.at {
		w.at[axis] = int(little.Uint64(coordinates[8*axis:]) & (1<<63 - 1))
	}
	if number, ok := w.grid.number(w.at); ok {
		w.places[number] = w.grid.element(record[:len(record)-len(coordinates)])
	}
}
