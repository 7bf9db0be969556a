package format

// Kind is what an object is.
type Kind uint8

// The kinds.
const (
	Group Kind = iota
	Dataset
	NamedType
)

// Object is an object of a file, as far as its header tells.
type Object struct {
	Kind Kind
	// Space, Type and Layout are those of a dataset, Type is also that of a named type.
	Space  Space
	Type   *Type
	Layout Layout
	// Filters are what is done to the chunks, in the order of writing.
	Filters []Filter
	// Fill is an element that was never written, nil for zeros.
	Fill []byte
	// External are the files that the data is in, where that is not this one.
	External []External
}

// objectsKept is of how many objects of a file it is kept what their headers tell.
const objectsKept = 1 << 10

// Object reads what the header at an address tells of an object. It is shared with
// others who ask.
func (f *File) Object(header uint64) (*Object, error) {
	if o, ok := f.objects.Load(header); ok {
		return o.(*Object), nil
	}
	m := f.look()
	defer m.done()
	messages, err := m.header(header)
	if err != nil {
		return nil, err
	}
	o := &Object{Kind: kindOf(messages)}
	switch o.Kind {
	case Dataset:
		err = m.describe(o, messages)
	case NamedType:
		err = m.describeType(o, messages)
	}
	if err == nil && f.kept.Add(1) <= objectsKept {
		f.objects.Store(header, o)
	}
	return o, err
}

// Kind tells what the object is whose header is at an address.
func (f *File) Kind(header uint64) (Kind, error) {
	m := f.look()
	defer m.done()
	messages, err := m.header(header)
	return kindOf(messages), err
}

func kindOf(messages []message) Kind {
	kind := Group
	for _, msg := range messages {
		switch msg.kind {
		case layoutMessage:
			return Dataset
		case typeMessage:
			kind = NamedType
		}
	}
	return kind
}

// describe takes apart the messages of a dataset.
func (m *image) describe(o *Object, messages []message) error {
	data, _, err := m.needed(messages, spaceMessage, "dataspace")
	if err == nil {
		o.Space, err = parseSpace(data)
	}
	if err == nil {
		err = m.describeType(o, messages)
	}
	if err == nil {
		err = m.describeStorage(o, messages)
	}
	return err
}

func (m *image) describeType(o *Object, messages []message) error {
	data, _, err := m.needed(messages, typeMessage, "datatype")
	if err == nil {
		o.Type, err = parseType(data)
	}
	return err
}

func (m *image) needed(messages []message, kind uint16, name string) (data []byte, ok bool, err error) {
	data, ok, err = m.find(messages, kind)
	if err == nil && !ok {
		err = corrupt("a dataset without %s", name)
	}
	return data, ok, err
}

func (m *image) describeStorage(o *Object, messages []message) error {
	data, ok, err := m.find(messages, filterMessage)
	if ok && err == nil {
		o.Filters, err = parseFilters(data)
	}
	if err == nil {
		err = m.describeFill(o, messages)
	}
	if err == nil {
		data, ok, err = m.find(messages, externalMessage)
	}
	if ok && err == nil {
		o.External, err = m.externals(data)
	}
	if err == nil {
		data, _, err = m.needed(messages, layoutMessage, "layout")
	}
	if err == nil {
		o.Layout, err = parseLayout(data, o)
	}
	return err
}

func (m *image) describeFill(o *Object, messages []message) error {
	data, ok, err := m.find(messages, fillMessage)
	if ok && err == nil {
		o.Fill, err = parseFill(data)
	}
	if !ok && err == nil {
		if data, ok, err = m.find(messages, oldFillMessage); ok && err == nil {
			p := parser{b: data}
			o.Fill = p.take(p.length(4, len(data)))
			err = p.err("a fill value")
		}
	}
	if err == nil && len(o.Fill) > 0 && len(o.Fill) != o.Type.Size {
		err = corrupt("a fill value of %d bytes for elements of %d", len(o.Fill), o.Type.Size)
	}
	return err
}

func parseFill(b []byte) ([]byte, error) {
	p := parser{b: b}
	version, has := p.byte(), false
	switch version {
	case 1, 2:
		p.take(2) // when it is written
		has = p.byte() != 0 || version == 1
	case 3:
		has = p.byte()&0x20 != 0
	default:
		return nil, corrupt("a fill value of version %d", version)
	}
	if !has {
		return nil, p.err("a fill value")
	}
	size := p.number(4)
	if size == 0 || size == 1<<32-1 { // the default
		return nil, p.err("a fill value")
	}
	return p.take(int(size)), p.err("a fill value")
}

// External is a part of a file that has data of a dataset of another.
type External struct {
	Name         string // path of the file
	Offset, Size uint64
}

func (m *image) externals(b []byte) ([]External, error) {
	p := parser{b: b}
	p.take(4)
	slots, used := p.number(2), p.length(2, 1<<16)
	heap := p.number(8)
	if p.short || slots < uint64(used) {
		return nil, corrupt("%d external files in %d places", used, slots)
	}
	names, err := m.localHeap(heap)
	if err != nil {
		return nil, err
	}
	externals := make([]External, used)
	for i := range externals {
		if externals[i].Name, err = textAt(names, p.number(8)); err != nil {
			return nil, err
		}
		externals[i].Offset, externals[i].Size = p.number(8), p.number(8)
	}
	return externals, p.err("a list of external files")
}
