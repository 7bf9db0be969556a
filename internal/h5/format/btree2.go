package format

import "bytes"

// tree2 is a B-tree of version 2: records in the order of their keys.
type tree2 struct {
	m        *image
	kind     byte
	nodeSize uint64
	record   uint64 // bytes of one
	levels   []tree2Level
	visit    func(record []byte) error
	seen     uint64 // records
}

// tree2Level is what nodes of a level can have: records in themselves and with all
// below, and how long a pointer to a child is.
type tree2Level struct{ most, total, pointer uint64 }

// records visits all records of a B-tree of version 2, in its order. They are valid
// until visit returns.
func (m *image) records(header uint64, kind byte, visit func(record []byte) error) error {
	b, err := m.sealed(header, "BTHD", 0, 29)
	if err != nil {
		return err
	}
	t := tree2{m: m, kind: kind, nodeSize: uint64(little.Uint32(b[1:])), record: uint64(little.Uint16(b[5:])), visit: visit}
	depth, root, records, total := int(little.Uint16(b[7:])), little.Uint64(b[11:]), uint64(little.Uint16(b[19:])), little.Uint64(b[21:])
	switch {
	case b[0] != kind:
		return corrupt("a B-tree of type %d, not %d", b[0], kind)
	case depth > deepest || t.nodeSize < 64 || t.nodeSize > structureLimit || t.record == 0 || t.record > t.nodeSize/2:
		return corrupt("a B-tree of %d levels, with records of %d bytes in nodes of %d", depth, t.record, t.nodeSize)
	case root == undefined && total == 0:
		return nil
	}
	t.measure(depth)
	if err := t.node(root, records, depth); err != nil {
		return err
	}
	if t.seen != total {
		return corrupt("a B-tree of %d records, of which %d are there", total, t.seen)
	}
	return nil
}

// measure works out what nodes of each level can have.
func (t *tree2) measure(depth int) {
	const overhead = 10 // signature, version, type, checksum
	t.levels = make([]tree2Level, depth+1)
	for level := range t.levels {
		l := &t.levels[level]
		if level == 0 {
			l.most = (t.nodeSize - overhead) / t.record
			l.total = l.most
			continue
		}
		below := t.levels[level-1]
		l.pointer = 8 + uint64(bytesFor(t.levels[0].most))
		if level > 1 {
			l.pointer += uint64(bytesFor(below.total))
		}
		l.most = (t.nodeSize - overhead - l.pointer) / (t.record + l.pointer)
		l.total = min((l.most+1)*below.total+l.most, 1<<60)
	}
}

// node visits the records of a node and of those below, in order.
func (t *tree2) node(address, records uint64, level int) error {
	if records > t.levels[level].most {
		return corrupt("%d records in a node of a B-tree, which can have %d", records, t.levels[level].most)
	}
	signature := "BTLF"
	if level > 0 {
		signature = "BTIN"
	}
	pointer := t.levels[level].pointer
	b, err := t.m.sealed(address, signature, 0, int(1+records*t.record+(records+1)*pointer))
	if err != nil {
		return err
	}
	if b[0] != t.kind {
		return corrupt("a node of type %d in a B-tree of type %d", b[0], t.kind)
	}
	b = bytes.Clone(b[1:])
	children := b[records*t.record:]
	width := uint64(bytesFor(t.levels[0].most))
	for i := uint64(0); i <= records; i++ {
		if level > 0 {
			child := children[i*pointer:]
			if err := t.node(little.Uint64(child), parseNumber(child[8:8+width]), level-1); err != nil {
				return err
			}
		}
		if i < records {
			t.seen++
			if err := t.visit(b[i*t.record : (i+1)*t.record]); err != nil {
				return err
			}
		}
	}
	return nil
}
