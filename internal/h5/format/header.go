package format

import "bytes"

// message is a message of an object header.
type message struct {
	kind  uint16
	flags byte
	data  []byte
}

// The kinds of messages that are read.
const (
	spaceMessage        = 0x01
	linkInfoMessage     = 0x02
	typeMessage         = 0x03
	oldFillMessage      = 0x04
	fillMessage         = 0x05
	linkMessage         = 0x06
	externalMessage     = 0x07
	layoutMessage       = 0x08
	groupInfoMessage    = 0x0a
	filterMessage       = 0x0b
	attributeMessage    = 0x0c
	continuationMessage = 0x10
	symbolsMessage      = 0x11
	attributesMessage   = 0x15 // where many attributes are kept
	lastMessage         = 0x18 // that libhdf5 knows
)

// Flags of messages.
const (
	sharedFlag     = 0x02 // what it says is elsewhere
	essentialFlag  = 0x80 // who does not know it must not read the object
	blockLimit     = 16 << 20
	messagesLimit  = 1 << 16
	committedLimit = 4 // objects that a message leads to, one after the other
)

// block is a part of a header, in bytes of the file.
type block struct{ address, size uint64 }

// header reads the messages of an object.
func (m *image) header(address uint64) ([]message, error) {
	b, err := m.at(address, 16)
	if err != nil {
		return nil, err
	}
	switch {
	case string(b[:4]) == "OHDR" && b[4] == 2:
		return m.header2(address, b[5])
	case b[0] == 1 && b[1] == 0:
		first := block{address + 16, uint64(little.Uint32(b[8:]))}
		return m.messages(first, func(next block) ([]byte, error) {
			if next.size > blockLimit {
				return nil, corrupt("an object header of %d bytes", next.size)
			}
			return m.at(next.address, int(next.size))
		}, (*parser).message1)
	}
	return nil, corrupt("no object header at %d", address)
}

// message1 takes a message of a header of version 1.
func (p *parser) message1() message {
	kind, length := uint16(p.number(2)), int(p.number(2))
	flags := p.byte()
	p.take(3)
	return message{kind, flags, p.take(length)}
}

// header2 reads the messages of an object header of version 2, whose blocks have
// checksums.
func (m *image) header2(address uint64, flags byte) ([]message, error) {
	start, ordered := uint64(6), flags&0x04 != 0 // the order of creation
	if flags&0x20 != 0 {                         // times
		start += 16
	}
	if flags&0x10 != 0 { // how many attributes are kept where
		start += 4
	}
	width := uint64(1) << (flags & 3)
	b, err := m.at(address+start, int(width))
	if err != nil {
		return nil, err
	}
	length := parseNumber(b)
	if start += width; length > blockLimit {
		return nil, corrupt("an object header of %d bytes", length)
	}
	first := block{address, start + length + 4}
	read := func(next block) ([]byte, error) {
		signature, version, skip := "OCHK", -1, uint64(4)
		if next == first {
			signature, version, skip = "OHDR", 2, start
		}
		return m.sealedBlock(next, signature, version, skip)
	}
	return m.messages(first, read, func(p *parser) message {
		kind, length := uint16(p.byte()), int(p.number(2))
		flags := p.byte()
		if ordered {
			p.take(2)
		}
		return message{kind, flags, p.take(length)}
	})
}

// sealedBlock reads the messages of a block of a header of version 2.
func (m *image) sealedBlock(here block, signature string, version int, skip uint64) ([]byte, error) {
	if here.size < skip+4 || here.size > blockLimit+64 {
		return nil, corrupt("a block of messages of %d bytes", here.size)
	}
	b, err := m.at(here.address, int(here.size))
	if err != nil {
		return nil, err
	}
	end := len(b) - 4
	if string(b[:4]) != signature || version >= 0 && int(b[4]) != version {
		return nil, corrupt("no %s at %d", signature, here.address)
	}
	if checksum(b[:end]) != little.Uint32(b[end:]) {
		return nil, corrupt("the checksum of %s at %d does not match", signature, here.address)
	}
	return b[skip:end], nil
}

// messages reads messages from a block and those that continue it.
func (m *image) messages(first block, read func(block) ([]byte, error), next func(*parser) message) ([]message, error) {
	messages := make([]message, 0, 16) // few objects have more
	for blocks := []block{first}; len(blocks) > 0; blocks = blocks[1:] {
		b, err := read(blocks[0])
		if err != nil {
			return nil, err
		}
		p := parser{b: bytes.Clone(b)}
		for len(p.b) >= 8 || len(p.b) >= 4 && !allZero(p.b) { // a gap is shorter than a message
			msg := next(&p)
			switch {
			case p.short:
				return nil, corrupt("a message beyond its header")
			case msg.kind == continuationMessage:
				if len(msg.data) < 16 {
					return nil, corrupt("a header that goes on nowhere")
				}
				blocks = append(blocks, block{little.Uint64(msg.data), little.Uint64(msg.data[8:])})
				continue
			case msg.kind >= lastMessage && msg.flags&essentialFlag != 0:
				return nil, exotic("a message of kind %d", msg.kind)
			}
			if messages = append(messages, msg); len(messages) > messagesLimit {
				return nil, corrupt("more than %d messages in a header", messagesLimit)
			}
		}
	}
	return messages, nil
}

func allZero(b []byte) bool {
	for _, c := range b {
		if c != 0 {
			return false
		}
	}
	return true
}

// find is the first message of a kind, not ok where there is none. One that is shared
// is looked up where it is.
func (m *image) find(messages []message, kind uint16) (data []byte, ok bool, err error) {
	for _, msg := range messages {
		if msg.kind != kind {
			continue
		}
		if msg.flags&sharedFlag != 0 {
			return m.resolve(kind, msg.data)
		}
		return msg.data, true, nil
	}
	return nil, false, nil
}
