package shm

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"sync"
	"unsafe"

	"extrapasha/internal/memory"
)

// ErrForeign is wrapped where a handle is of memory that this process was not
// given.
var ErrForeign = errors.New("this process does not have that memory")

// Handle tells where a range of shared memory is, in words that every process
// understands which has the memory.
type Handle struct {
	Owner   uint64 // of the memory
	Segment int
	Start   int // in bytes, as is Len
	Len     int
}

// Memory is the shared memory that a process owns or was given. Its zero value is
// ready to use, by many goroutines.
type Memory struct {
	mutex    sync.Mutex
	owner    uint64
	segments []*segment // by number; nil for those that are gone
}

// segment has only its memory where this process is not the owner.
type segment struct {
	memory []byte
	file   *os.File
	free   []span      // in order, not adjacent
	used   map[int]int // size of what starts there
}

type span struct{ start, size int }

// firstSegment is the size of the first segment. Each of those that follow is as
// large as all before together, so that few are enough for any number of arrays:
// each is a descriptor.
const firstSegment = 64 << 20

var page = os.Getpagesize()

// Alloc returns zeroed memory that starts at a page. The error wraps
// [memory.ErrMemory] and says how much was asked for and how much there is.
func (m *Memory) Alloc(bytes int) ([]byte, error) {
	size := max((bytes+page-1)/page, 1) * page
	m.mutex.Lock()
	defer m.mutex.Unlock()
	for _, s := range m.segments {
		if start, ok := s.take(size); ok {
			return s.memory[start : start+bytes : start+size], nil
		}
	}
	if err := memory.Fits(bytes); err != nil {
		return nil, err
	}
	s, err := newSegment(max(size, firstSegment, m.total()))
	if err != nil { // a limit, perhaps, that leaves room for what is needed
		s, err = newSegment(size)
	}
	if err != nil {
		return nil, memory.Refused(bytes, err)
	}
	if m.owner == 0 {
		m.owner = rand.Uint64() | 1
	}
	m.segments = append(m.segments, s)
	start, _ := s.take(size)
	return s.memory[start : start+bytes : start+size], nil
}

func (m *Memory) total() (bytes int) {
	for _, s := range m.segments {
		if s != nil {
			bytes += len(s.memory)
		}
	}
	return bytes
}

// take finds room in the segment.
func (s *segment) take(size int) (start int, ok bool) {
	if s == nil {
		return 0, false
	}
	for i, hole := range s.free {
		if hole.size < size {
			continue
		}
		if hole.size == size {
			s.free = slices.Delete(s.free, i, i+1)
		} else {
			s.free[i] = span{hole.start + size, hole.size - size}
		}
		s.used[hole.start] = size
		return hole.start, true
	}
	return 0, false
}

// Free gives memory back to the system at once, whoever has it mapped. It must be
// what Alloc has returned; ok is false, and nothing happens, where it is not. Who
// still uses it finds zeros, or what it is used for next.
func (m *Memory) Free(memory []byte) (ok bool) {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	_, s, start := m.find(memory)
	if s == nil || s.used[start] == 0 {
		return false
	}
	size := s.used[start]
	delete(s.used, start)
	s.clear(start, size)
	s.give(span{start, size})
	return true
}

// give adds a hole, joined to its neighbours.
func (s *segment) give(hole span) {
	i, _ := slices.BinarySearchFunc(s.free, hole.start, func(h span, start int) int { return h.start - start })
	if i < len(s.free) && hole.start+hole.size == s.free[i].start {
		hole.size += s.free[i].size
		s.free = slices.Delete(s.free, i, i+1)
	}
	if i > 0 && s.free[i-1].start+s.free[i-1].size == hole.start {
		s.free[i-1].size += hole.size
		return
	}
	s.free = slices.Insert(s.free, i, hole)
}

// Trim gives back the segments that have nothing allocated, with their addresses
// and descriptors.
func (m *Memory) Trim() {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	for i, s := range m.segments {
		if s != nil && len(s.used) == 0 {
			s.close()
			m.segments[i] = nil
		}
	}
}

// Find is the handle of a part of the memory; ok is false where it is none. It may
// be any part of what was allocated.
func (m *Memory) Find(memory []byte) (handle Handle, ok bool) {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	number, s, start := m.find(memory)
	return Handle{Owner: m.owner, Segment: number, Start: start, Len: len(memory)}, s != nil
}

// find is the segment that memory lies in, nil where that is none.
func (m *Memory) find(memory []byte) (number int, s *segment, start int) {
	address := uintptr(unsafe.Pointer(unsafe.SliceData(memory)))
	for number, s := range m.segments {
		if s == nil {
			continue
		}
		first := uintptr(unsafe.Pointer(unsafe.SliceData(s.memory)))
		if address >= first && address-first+uintptr(len(memory)) <= uintptr(len(s.memory)) {
			return number, s, int(address - first)
		}
	}
	return 0, nil, 0
}

// Open is the memory of a handle. The error wraps [ErrForeign].
func (m *Memory) Open(handle Handle) ([]byte, error) {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	if handle.Owner != m.owner || m.owner == 0 || handle.Segment < 0 || handle.Segment >= len(m.segments) || m.segments[handle.Segment] == nil {
		return nil, fmt.Errorf("shared memory: %w", ErrForeign)
	}
	memory := m.segments[handle.Segment].memory
	if handle.Start < 0 || handle.Len < 0 || handle.Start > len(memory) || handle.Len > len(memory)-handle.Start {
		return nil, fmt.Errorf("shared memory: %w: bytes %d to %d of %d", ErrForeign, handle.Start, handle.Start+handle.Len, len(memory))
	}
	return memory[handle.Start : handle.Start+handle.Len : handle.Start+handle.Len], nil
}

// Parcel is what another process needs to have memory: the descriptors are those
// of the segments with these numbers, in this order.
type Parcel struct {
	Owner   uint64
	Numbers []int
}

// Pack is what a process needs that has the segments before the given number. The
// descriptors stay open until the segment is trimmed. next is the number to go on
// from.
func (m *Memory) Pack(from int) (parcel Parcel, files []*os.File, next int) {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	parcel.Owner = m.owner
	for number := from; number < len(m.segments); number++ {
		if s := m.segments[number]; s != nil {
			parcel.Numbers = append(parcel.Numbers, number)
			files = append(files, s.file)
		}
	}
	return parcel, files, len(m.segments)
}

// Unpack maps the memory of another process, and closes the descriptors.
func (m *Memory) Unpack(parcel Parcel, files []*os.File) error {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	m.owner = parcel.Owner
	var errs []error
	for i, file := range files {
		for len(m.segments) <= parcel.Numbers[i] {
			m.segments = append(m.segments, nil)
		}
		s, err := openSegment(file)
		m.segments[parcel.Numbers[i]] = s
		errs = append(errs, err, file.Close())
	}
	return errors.Join(errs...)
}
