package format

// Source is a dataset that a virtual one takes elements from.
type Source struct {
	File string // path, "." for the file itself
	Path string
}

// Sources are the datasets that a virtual dataset is made of, each once.
func (f *File) Sources(o *Object) ([]Source, error) {
	if o.Layout.Class != Virtual || o.Layout.heap.address == undefined {
		return nil, nil
	}
	m := f.look()
	defer m.done()
	heap, err := m.collection(o.Layout.heap.address)
	if err != nil {
		return nil, err
	}
	b, ok := heap.object(o.Layout.heap.index)
	if !ok || len(b) < 13 || checksum(b[:len(b)-4]) != little.Uint32(b[len(b)-4:]) {
		return nil, corrupt("what a virtual dataset is made of")
	}
	p := parser{b: b[:len(b)-4]}
	if version := p.byte(); version != 0 {
		return nil, exotic("a virtual dataset of version %d", version)
	}
	var sources []Source
	known := map[Source]bool{}
	for n := p.length(8, len(b)); n > 0 && !p.short; n-- {
		source := Source{p.text(1), p.text(1)}
		for range 2 { // what of the source, and where to
			if err := p.selection(); err != nil {
				return nil, err
			}
		}
		if !known[source] {
			known[source] = true
			sources = append(sources, source)
		}
	}
	return sources, p.err("what a virtual dataset is made of")
}

// selection passes over a selection of elements.
func (p *parser) selection() error {
	const hyperslab = 2
	kind, version := p.number(4), p.number(4)
	switch {
	case version == 1:
		p.take(4)
		p.take(p.length(4, len(p.b)))
	case version == 2 && kind == hyperslab:
		p.take(1)
		p.take(p.length(4, len(p.b)))
	case version == 3 && kind == hyperslab:
		regular, width := p.byte()&1 != 0, p.length(1, 8)
		rank := p.length(4, rankLimit)
		parts := 4 * rank // start, stride, count, block
		if !regular {
			parts = 2 * rank * p.length(width, len(p.b))
		}
		p.take(parts * width)
	default:
		return exotic("a selection of kind %d and version %d", kind, version)
	}
	return p.err("a selection")
}
