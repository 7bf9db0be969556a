package format

// Groups of the newer kind: links are messages of the group's header, or where there
// are many lie in a fractal heap, found by a B-tree of version 2.

// newLinks reads the links of a group.
func (m *image) newLinks(messages []message) ([]Link, error) {
	var links []Link
	for _, msg := range messages {
		if msg.kind != linkMessage {
			continue
		}
		link, err := parseLink(msg.data)
		if err != nil {
			return nil, err
		}
		links = append(links, link)
	}
	info, ok, err := m.find(messages, linkInfoMessage)
	if err != nil || !ok {
		return links, err
	}
	p := parser{b: info}
	version, flags := p.byte(), p.byte()
	if flags&1 != 0 { // the order of creation
		p.take(8)
	}
	heap, tree := p.number(8), p.number(8)
	switch {
	case p.short || version != 0:
		return nil, corrupt("where the links of a group are (version %d)", version)
	case heap == undefined || tree == undefined:
		return links, nil
	}
	return m.denseLinks(links, heap, tree)
}

func (m *image) denseLinks(links []Link, heap, tree uint64) ([]Link, error) {
	const byName = 5
	h, err := m.fractalHeap(heap)
	if err != nil {
		return nil, err
	}
	err = m.records(tree, byName, func(record []byte) error {
		if len(record) != 4+h.idLength {
			return corrupt("a record of %d bytes of a link", len(record))
		}
		data, err := h.object(m, record[4:])
		if err != nil {
			return err
		}
		link, err := parseLink(data)
		if err == nil && checksum([]byte(link.Name)) != little.Uint32(record) {
			err = corrupt("link %q is not the one that its index has", link.Name)
		}
		links = append(links, link)
		return err
	})
	return links, err
}

func parseLink(b []byte) (l Link, err error) {
	p := parser{b: b}
	version, flags := p.byte(), p.byte()
	kind := byte(0)
	if flags&0x08 != 0 {
		kind = p.byte()
	}
	if flags&0x04 != 0 { // the order of creation
		p.take(8)
	}
	if flags&0x10 != 0 { // the encoding of the name
		p.take(1)
	}
	l.Name = string(p.take(p.length(1<<(flags&3), len(b))))
	switch {
	case p.short || version != 1 || l.Name == "":
		return l, corrupt("a link of version %d", version)
	case kind == 0:
		l.Header = p.number(8)
	case kind == 1:
		l.Kind = Soft
		l.Target = string(p.take(p.length(2, len(b))))
	case kind == 64:
		l.Kind = Outside
		value := parser{b: p.take(p.length(2, len(b)))}
		value.take(1)
		l.File, l.Target = value.text(1), value.text(1)
		p.short = p.short || value.short
	default:
		l.Kind = Unknown
	}
	return l, p.err("a link")
}
