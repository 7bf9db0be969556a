package h5

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"maps"
	"math"
	"os"
	"slices"
	"strings"
	"sync"
	"unsafe"
)

// Small reads small datasets of one dimension without libhdf5, which takes a
// hundred times as long to open a dataset as there is to read. It knows the
// structures that the facility's files are made of, as the first version of the
// format has them: superblock 0, groups with symbol tables, object headers 1,
// contiguous data and chunks by B-tree, without filters; integers, floats and
// strings of variable length, little-endian. Everything else, and everything that looks
// damaged, is [ErrForm]: then libhdf5 has to do it, and to say what is wrong.
//
// https://support.hdfgroup.org/documentation/hdf5/latest/_f_m_t3.html
type Small struct {
	path string

	mutex  sync.Mutex
	state  os.FileInfo                // of the file that the rest is of
	root   uint64                     // address of the root group's header
	groups map[uint64]map[string]link // by address of the header
}

// link is an entry of a group: the address of the object's header, or where a soft
// link leads.
type link struct {
	header uint64
	target string
}

// What a damaged file claims must not make us work for long.
const (
	smallLimit = 1 << 17 // elements of a dataset, all of which are read for any
	entryLimit = 1 << 18 // of a group
)

// NewSmall is a reader of the file's small datasets. Nothing is opened before the
// first is asked for.
func NewSmall(path string) *Small {
	return &Small{path: path}
}

// with opens the file for use, and the first time finds its root group.
func (s *Small) with(use func(*image) error) error {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	file, err := os.Open(s.path)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrForm, err)
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return fmt.Errorf("%w: %w", ErrForm, err)
	}
	m := &image{file: file, size: uint64(info.Size())}
	if s.state == nil || !same(s.state, info) {
		if s.root, err = m.superblock(); err != nil {
			return err
		}
		s.state, s.groups = info, map[uint64]map[string]link{}
	}
	return use(m)
}

// superblock finds the header of the root group.
func (m *image) superblock() (root uint64, err error) {
	b, err := m.at(0, 96)
	if err != nil {
		return 0, err
	}
	known := string(b[:8]) == "\x89HDF\r\n\x1a\n" && b[8] == 0 && b[9] == 0 && b[10] == 0 && b[12] == 0 &&
		b[13] == 8 && b[14] == 8 && little.Uint64(b[24:]) == 0 && little.Uint64(b[40:]) <= m.size && little.Uint64(b[48:]) == undefined
	if !known {
		return 0, fmt.Errorf("%w: superblock", ErrForm)
	}
	return little.Uint64(b[64:]), nil
}

// group reads the links of a group.
func (s *Small) group(m *image, header uint64) (map[string]link, error) {
	if links, ok := s.groups[header]; ok {
		return links, nil
	}
	messages, err := m.header(header)
	if err != nil {
		return nil, err
	}
	for _, msg := range messages {
		if msg.kind == symbolsMessage && len(msg.data) >= 16 {
			names, err := m.localHeap(little.Uint64(msg.data[8:]))
			if err != nil {
				return nil, err
			}
			links := map[string]link{}
			if err := m.symbols(little.Uint64(msg.data), names, links, deepest+1); err != nil {
				return nil, err
			}
			s.groups[header] = links
			return links, nil
		}
	}
	return nil, fmt.Errorf("%w: not a group with a symbol table", ErrForm)
}

// localHeap reads the names of a group.
func (m *image) localHeap(address uint64) ([]byte, error) {
	b, err := m.at(address, 32)
	if err != nil {
		return nil, err
	}
	size := little.Uint64(b[8:])
	if string(b[:4]) != "HEAP" || b[4] != 0 || size > headerLimit {
		return nil, fmt.Errorf("%w: local heap", ErrForm)
	}
	data, err := m.at(little.Uint64(b[24:]), int(size))
	return bytes.Clone(data), err
}

func text(heap []byte, at uint64) (string, error) {
	if at >= uint64(len(heap)) {
		return "", fmt.Errorf("%w: a name beyond its heap", ErrForm)
	}
	end := bytes.IndexByte(heap[at:], 0)
	if end < 0 {
		return "", fmt.Errorf("%w: a name without end", ErrForm)
	}
	return string(heap[at : at+uint64(end)]), nil
}

func (m *image) symbols(address uint64, names []byte, links map[string]link, above int) error {
	level, entries, err := m.tree(address, 0, 8)
	if err == nil && level >= above {
		err = fmt.Errorf("%w: a B-tree that does not end", ErrForm)
	}
	if err != nil {
		return err
	}
	for ; len(entries) >= 16; entries = entries[16:] {
		child := little.Uint64(entries[8:])
		if level == 0 {
			err = m.symbolNode(child, names, links)
		} else {
			err = m.symbols(child, names, links, level)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (m *image) symbolNode(address uint64, names []byte, links map[string]link) error {
	b, err := m.at(address, 8)
	if err != nil {
		return err
	}
	if string(b[:4]) != "SNOD" || b[4] != 1 {
		return fmt.Errorf("%w: symbol node", ErrForm)
	}
	n := int(little.Uint16(b[6:]))
	b, err = m.at(address+8, 40*n)
	if err != nil {
		return err
	}
	for ; len(b) >= 40; b = b[40:] {
		name, err := text(names, little.Uint64(b))
		if err != nil {
			return err
		}
		entry := link{header: little.Uint64(b[8:])}
		if little.Uint32(b[16:]) == 2 { // a soft link
			if entry.target, err = text(names, uint64(little.Uint32(b[24:]))); err != nil {
				return err
			}
		}
		if links[name] = entry; len(links) > entryLimit {
			return fmt.Errorf("%w: a group of so many links", ErrForm)
		}
	}
	return nil
}

// find follows a path to the last link. It fails where that is not there, too.
func (s *Small) find(m *image, object string) (link, error) {
	at := link{header: s.root}
	for name := range strings.SplitSeq(strings.Trim(object, "/"), "/") {
		if at.target != "" {
			return link{}, fmt.Errorf("%w: a soft link on the way", ErrForm)
		}
		links, err := s.group(m, at.header)
		if err != nil {
			return link{}, err
		}
		next, ok := links[name]
		if !ok {
			return link{}, fmt.Errorf("%w: %w: nothing at %s", ErrForm, ErrNoObject, object)
		}
		at = next
	}
	return at, nil
}

// object is the address of an object's header.
func (s *Small) object(m *image, path string) (header uint64, err error) {
	at, err := s.find(m, path)
	if err == nil && at.target != "" {
		err = fmt.Errorf("%w: a soft link", ErrForm)
	}
	return at.header, err
}

// LinkTarget is where a soft link leads, empty where the object is none.
func (s *Small) LinkTarget(object string) (target string, err error) {
	err = s.with(func(m *image) error {
		at, err := s.find(m, object)
		target = at.target
		return err
	})
	return target, err
}

// Datasets lists the paths, below a group, of all datasets in it and in the groups in
// it, each object once and soft links left out, as [File.Datasets] does.
func (s *Small) Datasets(group string) (paths []string, err error) {
	err = s.with(func(m *image) error {
		at, err := s.object(m, group)
		if err != nil {
			return err
		}
		paths, err = s.datasets(m, at, "", map[uint64]bool{}, nil)
		return err
	})
	return paths, err
}

func (s *Small) datasets(m *image, header uint64, prefix string, seen map[uint64]bool, paths []string) ([]string, error) {
	links, err := s.group(m, header)
	if err != nil {
		return nil, err
	}
	seen[header] = true
	for _, name := range slices.Sorted(maps.Keys(links)) {
		at := links[name].header
		if links[name].target != "" || seen[at] {
			continue
		}
		messages, err := m.header(at)
		if err != nil {
			return nil, err
		}
		if slices.ContainsFunc(messages, func(msg message) bool { return msg.kind == layoutMessage }) {
			seen[at] = true
			paths = append(paths, prefix+name)
		} else if paths, err = s.datasets(m, at, prefix+name+"/", seen, paths); err != nil {
			return nil, err
		}
	}
	return paths, nil
}

// Rows is the length of the first dimension of a dataset, whatever it holds.
func (s *Small) Rows(object string) (rows int, err error) {
	err = s.with(func(m *image) error {
		at, err := s.object(m, object)
		if err != nil {
			return err
		}
		messages, err := m.header(at)
		if err != nil {
			return err
		}
		for _, msg := range messages {
			if msg.kind == spaceMessage && msg.flags&2 == 0 {
				rows, err = firstDimension(msg.data)
				return err
			}
		}
		return fmt.Errorf("%w: no dataspace", ErrForm)
	})
	return rows, err
}

// raw reads the elements of a dataset of one dimension, of a class and size.
func (s *Small) raw(m *image, object string, fits func(datatype []byte) bool) (data []byte, size int, err error) {
	at, err := s.object(m, object)
	if err != nil {
		return nil, 0, err
	}
	messages, err := m.header(at)
	if err != nil {
		return nil, 0, err
	}
	rows := -1
	var layout []byte
	for _, msg := range messages {
		switch {
		case msg.kind == filterMessage || msg.flags&2 != 0 && msg.kind <= layoutMessage: // flag 2: shared
			return nil, 0, fmt.Errorf("%w: filters or shared messages", ErrForm)
		case msg.kind == spaceMessage:
			rows = oneDimension(msg.data)
		case msg.kind == typeMessage && len(msg.data) >= 8 && fits(msg.data):
			size = int(little.Uint32(msg.data[4:]))
		case msg.kind == layoutMessage:
			layout = msg.data
		}
	}
	if rows < 0 || rows > smallLimit || size == 0 {
		return nil, 0, fmt.Errorf("%w: shape or type", ErrForm)
	}
	chunk := rows
	if len(layout) >= 19 && layout[0] == 3 && layout[1] == chunkedLayout {
		chunk = int(little.Uint32(layout[11:]))
	}
	if rows == 0 {
		return nil, size, nil
	}
	data, err = m.oneColumn(layout, rows, chunk, size)
	return data, size, err
}

// oneColumn reads all elements of a dataset of one dimension without filters.
func (m *image) oneColumn(layout []byte, rows, chunk, size int) ([]byte, error) {
	g, err := newGrid([]int{rows}, []int{0}, []int{chunk}, size, nil)
	if err != nil {
		return nil, err
	}
	chunks, err := g.layout(layout)
	if err != nil {
		return nil, err
	}
	places := nowheres(g.chunks())
	if err := chunks.find(m, 0, places); err != nil {
		return nil, err
	}
	data := make([]byte, rows*size)
	for i, p := range places {
		if p == nowhere || p.skipped != 0 {
			return nil, fmt.Errorf("%w: a chunk that is not there", ErrForm)
		}
		into := data[i*g.bytes : min((i+1)*g.bytes, len(data))]
		b, err := m.at(p.address, len(into))
		if err != nil {
			return nil, err
		}
		copy(into, b)
	}
	return data, nil
}

// firstDimension is the length of the first dimension of a dataspace that has any.
func firstDimension(b []byte) (int, error) {
	at := 8
	if len(b) > 0 && b[0] == 2 {
		at = 4
	}
	if len(b) < at+8 || b[0] != 1 && b[0] != 2 || b[1] < 1 || little.Uint64(b[at:]) > math.MaxInt64 {
		return 0, fmt.Errorf("%w: a dataspace without rows", ErrForm)
	}
	return int(little.Uint64(b[at:])), nil
}

// oneDimension is the length of a dataspace of one dimension, -1 of others.
func oneDimension(b []byte) int {
	rows, err := firstDimension(b)
	if err != nil || b[1] != 1 || rows > smallLimit {
		return -1
	}
	return rows
}

// isInteger tells whether a datatype is an integer of that size, little-endian,
// using all bits.
func isInteger(datatype []byte, size uint32, signed bool) bool {
	sign := byte(0)
	if signed {
		sign = 8
	}
	return len(datatype) >= 12 && datatype[0]&15 == 0 && datatype[1]&9 == sign && little.Uint32(datatype[4:]) == size &&
		little.Uint16(datatype[8:]) == 0 && uint32(little.Uint16(datatype[10:])) == 8*size
}

// isFloat tells whether a datatype is a float of IEEE 754, little-endian.
func isFloat(datatype []byte, size uint32) bool {
	exponent, bias := map[uint32]byte{2: 5, 4: 8, 8: 11}[size], map[uint32]uint32{2: 15, 4: 127, 8: 1023}[size]
	mantissa := byte(8*size) - 1 - exponent
	return len(datatype) >= 20 && datatype[0]&15 == 1 && datatype[1]&0x71 == 0x20 && datatype[2] == byte(8*size)-1 &&
		little.Uint32(datatype[4:]) == size && little.Uint16(datatype[8:]) == 0 && uint32(little.Uint16(datatype[10:])) == 8*size &&
		bytes.Equal(datatype[12:16], []byte{mantissa, exponent, 0, mantissa}) && little.Uint32(datatype[16:]) == bias
}

// numberTypes are the types of numbers that are read: their size, and what tells
// whether a datatype is theirs.
var numberTypes = map[DType]func(datatype []byte) bool{
	Int8:    func(t []byte) bool { return isInteger(t, 1, true) },
	Int16:   func(t []byte) bool { return isInteger(t, 2, true) },
	Int32:   func(t []byte) bool { return isInteger(t, 4, true) },
	Int64:   func(t []byte) bool { return isInteger(t, 8, true) },
	Uint8:   func(t []byte) bool { return isInteger(t, 1, false) },
	Uint16:  func(t []byte) bool { return isInteger(t, 2, false) },
	Uint32:  func(t []byte) bool { return isInteger(t, 4, false) },
	Uint64:  func(t []byte) bool { return isInteger(t, 8, false) },
	Float16: func(t []byte) bool { return isFloat(t, 2) },
	Float32: func(t []byte) bool { return isFloat(t, 4) },
	Float64: func(t []byte) bool { return isFloat(t, 8) },
}

// littleMachine tells whether numbers lie in memory as in the files.
var littleMachine = binary.NativeEndian.Uint16([]byte{1, 0}) == 1

// SmallNumbers reads a dataset of numbers of type T.
func SmallNumbers[T any](s *Small, object string) (values []T, err error) {
	fits := numberTypes[DTypeOf[T]()]
	if fits == nil || !littleMachine {
		return nil, fmt.Errorf("%w: not of numbers", ErrForm)
	}
	err = s.with(func(m *image) error {
		data, size, err := s.raw(m, object, fits)
		if err != nil || len(data) == 0 {
			return err
		}
		values = make([]T, len(data)/size)
		copy(unsafe.Slice((*byte)(unsafe.Pointer(&values[0])), len(data)), data)
		return nil
	})
	return values, err
}

// Flags reads integers of any size as whether they are not 0.
func (s *Small) Flags(object string) (flags []bool, err error) {
	err = s.with(func(m *image) error {
		data, size, err := s.raw(m, object, func(t []byte) bool {
			size := little.Uint32(t[4:])
			return size > 0 && size <= 8 && (isInteger(t, size, false) || isInteger(t, size, true))
		})
		if err != nil {
			return err
		}
		flags = make([]bool, len(data)/size)
		for i := range flags {
			flags[i] = len(bytes.Trim(data[i*size:(i+1)*size], "\x00")) > 0
		}
		return nil
	})
	return flags, err
}

// Strings reads strings of variable length.
func (s *Small) Strings(object string) (texts []string, err error) {
	err = s.with(func(m *image) error {
		data, _, err := s.raw(m, object, func(t []byte) bool {
			return t[0]&15 == 9 && t[1]&15 == 1 && little.Uint32(t[4:]) == 16
		})
		if err != nil {
			return err
		}
		heaps := map[uint64]map[uint32][]byte{}
		texts = make([]string, len(data)/16)
		for i := range texts {
			length, address, index := little.Uint32(data[16*i:]), little.Uint64(data[16*i+4:]), little.Uint32(data[16*i+12:])
			if length == 0 {
				continue
			}
			if heaps[address] == nil {
				if heaps[address], err = m.globalHeap(address); err != nil {
					return err
				}
			}
			object := heaps[address][index]
			if uint64(length) > uint64(len(object)) {
				return fmt.Errorf("%w: a string beyond its heap", ErrForm)
			}
			value, _, _ := bytes.Cut(object[:length], []byte{0})
			texts[i] = string(value)
		}
		return nil
	})
	return texts, err
}

// globalHeap reads a collection of a global heap: its objects by their index.
func (m *image) globalHeap(address uint64) (map[uint32][]byte, error) {
	b, err := m.at(address, 16)
	if err != nil {
		return nil, err
	}
	size := little.Uint64(b[8:])
	if string(b[:4]) != "GCOL" || b[4] != 1 || size < 16 || size > headerLimit {
		return nil, fmt.Errorf("%w: global heap", ErrForm)
	}
	b, err = m.at(address, int(size))
	if err != nil {
		return nil, err
	}
	b = bytes.Clone(b[16:])
	objects := map[uint32][]byte{}
	for len(b) >= 16 {
		index, length := uint32(little.Uint16(b)), little.Uint64(b[8:])
		if index == 0 { // the rest is free
			break
		}
		if length > uint64(len(b)-16) {
			return nil, fmt.Errorf("%w: an object beyond its heap", ErrForm)
		}
		objects[index] = b[16 : 16+length]
		b = b[min(16+int(length+7)/8*8, len(b)):]
	}
	return objects, nil
}
