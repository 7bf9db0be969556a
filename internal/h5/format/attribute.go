package format

// Attribute is an attribute of an object.
type Attribute struct {
	Name  string
	Space Space
	Type  *Type
	// Raw are the elements as the file has them.
	Raw []byte
	// Err tells why there are none.
	Err error
}

// Attributes reads the attributes of the object whose header is at an address. One
// that cannot be read has an error of its own.
func (f *File) Attributes(header uint64) ([]Attribute, error) {
	m := f.look()
	defer m.done()
	messages, err := m.header(header)
	if err != nil {
		return nil, err
	}
	var attributes []Attribute
	for _, msg := range messages {
		switch {
		case msg.kind != attributeMessage:
		case msg.flags&sharedFlag != 0:
			attributes = append(attributes, m.sharedAttribute(msg.data))
		default:
			attributes = append(attributes, m.attribute(msg.data))
		}
	}
	info, ok, err := m.find(messages, attributesMessage)
	if err != nil || !ok {
		return attributes, err
	}
	return m.denseAttributes(attributes, info)
}

func (m *image) sharedAttribute(b []byte) Attribute {
	data, ok, err := m.resolve(attributeMessage, b)
	if err == nil && !ok {
		err = corrupt("a shared attribute that is not there")
	}
	if err != nil {
		return Attribute{Err: err}
	}
	return m.attribute(data)
}

// denseAttributes reads attributes that are not in the header.
func (m *image) denseAttributes(attributes []Attribute, info []byte) ([]Attribute, error) {
	const byName, shared = 8, sharedFlag
	p := parser{b: info}
	version, flags := p.byte(), p.byte()
	if flags&1 != 0 { // the order of creation
		p.take(2)
	}
	heap, tree := p.number(8), p.number(8)
	switch {
	case p.short || version != 0:
		return nil, corrupt("where the attributes are (version %d)", version)
	case heap == undefined || tree == undefined:
		return attributes, nil
	}
	h, err := m.fractalHeap(heap)
	if err != nil {
		return nil, err
	}
	err = m.records(tree, byName, func(record []byte) (err error) {
		if len(record) != h.idLength+9 {
			return corrupt("a record of %d bytes of an attribute", len(record))
		}
		id, flags, hash := record[:h.idLength], record[h.idLength], little.Uint32(record[h.idLength+5:])
		var data []byte
		if flags&shared != 0 {
			data, err = m.sharedMessage(attributeMessage, id)
		} else {
			data, err = h.object(m, id)
		}
		if err != nil {
			return err
		}
		a := m.attribute(data)
		if a.Err == nil && checksum([]byte(a.Name)) != hash {
			return corrupt("attribute %q is not the one that its index has", a.Name)
		}
		attributes = append(attributes, a)
		return nil
	})
	return attributes, err
}

// attribute takes an attribute apart.
func (m *image) attribute(b []byte) (a Attribute) {
	p := parser{b: b}
	version, flags := p.byte(), p.byte()
	nameSize, typeSize, spaceSize := int(p.number(2)), int(p.number(2)), int(p.number(2))
	pad := 1
	switch version {
	case 1:
		pad, flags = 8, 0
	case 2:
	case 3:
		p.take(1) // the encoding of the name
	default:
		return Attribute{Err: corrupt("an attribute of version %d", version)}
	}
	padded := func(size int) []byte {
		whole := p.take((size + pad - 1) / pad * pad)
		return whole[:min(size, len(whole))]
	}
	name := parser{b: append([]byte(nil), padded(nameSize)...)}
	a.Name = name.text(1)
	datatype, space := padded(typeSize), padded(spaceSize)
	if a.Err = p.err("an attribute"); a.Err != nil || name.short {
		if a.Err == nil {
			a.Err = corrupt("an attribute whose name does not end")
		}
		return a
	}
	if a.Type, a.Space, a.Err = m.attributeType(flags, datatype, space); a.Err != nil {
		return a
	}
	n, ok := a.Space.Elements()
	if !ok || n > len(p.b)/a.Type.Size {
		a.Err = corrupt("attribute %s has %d bytes for a shape of %v of %d bytes each", a.Name, len(p.b), a.Space.Shape, a.Type.Size)
		return a
	}
	a.Raw = append([]byte(nil), p.take(n*a.Type.Size)...)
	return a
}

// attributeType is the type and the shape of an attribute, each of which may be that
// of another object.
func (m *image) attributeType(flags byte, datatype, space []byte) (t *Type, s Space, err error) {
	const sharedType, sharedSpace = 1, 2
	look := func(shared bool, b []byte, kind uint16) ([]byte, error) {
		if !shared {
			return b, nil
		}
		data, ok, err := m.find([]message{{kind, sharedFlag, b}}, kind)
		if err == nil && !ok {
			err = corrupt("an attribute of a type that is not there")
		}
		return data, err
	}
	if datatype, err = look(flags&sharedType != 0, datatype, typeMessage); err != nil {
		return nil, s, err
	}
	if space, err = look(flags&sharedSpace != 0, space, spaceMessage); err != nil {
		return nil, s, err
	}
	if t, err = parseType(datatype); err != nil {
		return nil, s, err
	}
	s, err = parseSpace(space)
	return t, s, err
}
