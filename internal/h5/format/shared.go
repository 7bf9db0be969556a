package format

// Messages that objects share: a file may keep those that many of its objects have once,
// in a heap for each sort of them.

// sharedLimit is how many heaps of shared messages a file may have.
const sharedLimit = 8

const sharedTableMessage = 0x0f

// sharedHeap is the heap that has the shared messages of some kinds.
type sharedHeap struct {
	kinds   uint16 // bit n: messages of kind n
	address uint64
}

// sharedHeaps reads where shared messages are, as the extension of the superblock tells.
func (m *image) sharedHeaps(extension uint64) ([]sharedHeap, error) {
	if extension == undefined {
		return nil, nil
	}
	messages, err := m.header(extension)
	if err != nil {
		return nil, err
	}
	b, ok, err := m.find(messages, sharedTableMessage)
	if err != nil || !ok {
		return nil, err
	}
	p := parser{b: b}
	version, table, n := p.byte(), p.number(8), p.length(1, sharedLimit)
	if p.short || version != 0 {
		return nil, corrupt("where shared messages are (version %d)", version)
	}
	const index = 30 // bytes that tell of a heap
	if b, err = m.at(table, 4+n*index+4); err != nil {
		return nil, err
	}
	if end := len(b) - 4; string(b[:4]) != "SMTB" || checksum(b[:end]) != little.Uint32(b[end:]) {
		return nil, corrupt("no table of shared messages at %d", table)
	}
	heaps := make([]sharedHeap, n)
	for i := range heaps {
		one := b[4+i*index:]
		heaps[i] = sharedHeap{little.Uint16(one[2:]), little.Uint64(one[22:])}
	}
	return heaps, nil
}

// sharedMessage reads a message of a kind that is kept in a heap, by its ID there.
func (m *image) sharedMessage(kind uint16, id []byte) ([]byte, error) {
	for _, heap := range m.shared {
		if heap.kinds>>kind&1 == 0 {
			continue
		}
		h, err := m.fractalHeap(heap.address)
		if err != nil {
			return nil, err
		}
		if len(id) < h.idLength {
			return nil, corrupt("a shared message with an ID of %d bytes", len(id))
		}
		return h.object(m, id[:h.idLength])
	}
	return nil, corrupt("a shared message of kind %d, of which the file has none", kind)
}

// resolve is what a shared message says: it may be committed to an object, or be in a
// heap.
func (m *image) resolve(kind uint16, b []byte) (data []byte, ok bool, err error) {
	p := parser{b: b}
	version, where := p.byte(), p.byte()
	if version == 1 {
		p.take(6)
	}
	if version == 3 && where == 1 {
		data, err = m.sharedMessage(kind, p.b)
		return data, err == nil, err
	}
	address := p.number(8)
	if p.short || version < 1 || version > 3 {
		return nil, false, corrupt("a shared message of version %d", version)
	}
	if m.hops++; m.hops > committedLimit {
		return nil, false, corrupt("a message that is shared in circles")
	}
	defer func() { m.hops-- }()
	messages, err := m.header(address)
	if err != nil {
		return nil, false, err
	}
	return m.find(messages, kind)
}
