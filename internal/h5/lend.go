package h5

import (
	"fmt"
	"reflect"
	"slices"
	"unsafe"

	"extrapasha/internal/h5/format"
)

// Lent is rows of a dataset that were lent out.
type Lent struct {
	file *File
	part loan
}

// Lend gives rows of a dataset from first on as they lie in the mapped file: as many
// as lie in one piece, at least least and at most most. They may be changed, which
// does not change the file, and are valid until they are returned, which must be
// before the file is closed. It is not ok where the rows lie in several pieces, or
// not as T, and where somebody else has some of them: then they are to be read.
//
// Touching the rows panics if the file was cut short meanwhile, where
// debug.SetPanicOnFault is set; see [File.Fault].
func Lend[T any](d *Dataset, first, least, most int) (rows []T, lent Lent, ok bool) {
	if source, from, rows := d.rowsFrom(first); source != nil {
		return Lend[T](source, from, least, min(most, rows))
	}
	s := d.lendable()
	if s == nil || DTypeOf[T]() != d.dtype || first >= s.Shape[0] || d.dtype == Record && !d.inPlace(reflect.TypeFor[T]()) {
		return nil, Lent{}, false
	}
	address, count := s.rowsAt(first, min(most, s.Shape[0]-first))
	row := s.Bytes / s.Chunk[0]
	m := d.file.mapping()
	if m == nil || count < least || row == 0 || address%int(unsafe.Alignof(*new(T))) != 0 || address+count*row > len(m.data) {
		return nil, Lent{}, false
	}
	part := loan{address, address + count*row}
	data, ok := m.lend(part)
	if !ok {
		return nil, Lent{}, false
	}
	return unsafe.Slice((*T)(unsafe.Pointer(unsafe.SliceData(data))), len(data)/s.Size), Lent{d.file, part}, true
}

// window is how much of a file is known to have been asked for, or not: what the system maps
// at a time.
const window = 64 << 10

// Again tells whether rows are better lent than read: where they are few bytes, or are wanted
// once more. To have a page of a file mapped costs about as much as to read it ten times
// over on some machines; what is mapped already costs nothing.
func (d *Dataset) Again(first, count int) bool {
	if source, from, rows := d.rowsFrom(first); source != nil {
		return source.Again(from, min(count, rows))
	}
	s, m := d.lendable(), d.file.mapping()
	if s == nil || m == nil || first >= s.Shape[0] {
		return false
	}
	address, count := s.rowsAt(first, count)
	size := count * (s.Bytes / s.Chunk[0])
	return size < window || address+size <= len(m.data) && m.again(loan{address, address + size})
}

// lendable is how a dataset of whole rows of numbers lies in its file, as this machine
// has them in memory, nil for others.
func (d *Dataset) lendable() *storage {
	s, err := d.storage()
	if err != nil {
		return nil
	}
	plain := d.dtype != Bool && d.dtype.size() != 0 && d.dtype.size() == s.Size || d.dtype == Record
	if s.swapped || s.inline != nil || s.outside != nil || !plain || d.part.of != nil || len(d.shape) == 0 ||
		len(s.filters) > 0 || !slices.Equal(s.Chunk[1:], s.Shape[1:]) {
		return nil
	}
	return s
}

// Return gives the rows back. The error wraps [ErrChanged] where the file is no
// longer what it was, so that they may have been wrong.
func (l Lent) Return() error {
	err := l.file.mapped.takeBack(l.part)
	if changed := l.file.Unchanged(); changed != nil {
		return changed
	}
	if err != nil {
		return l.file.fail("restore", "", err)
	}
	return nil
}

// rowsAt is where a row lies in the file, and how many rows up to most lie there one
// after the other, none if it was never written or cannot be found.
func (s *storage) rowsAt(first, most int) (address, count int) {
	chunk := first / s.Chunk[0]
	where, err := s.Place(chunk)
	if err != nil || where.Address == format.Nowhere || !s.right(where) {
		return 0, 0
	}
	inChunk := first % s.Chunk[0]
	if where.Address > s.end {
		return 0, 0
	}
	address = int(where.Address) + inChunk*(s.Bytes/s.Chunk[0])
	for count = s.Chunk[0] - inChunk; count < most && chunk+1 < s.Count[0]; count += s.Chunk[0] {
		chunk++
		next, err := s.Place(chunk)
		if err != nil || next.Address != where.Address+int64(s.Bytes) || !s.right(next) {
			break
		}
		where = next
	}
	return address, min(count, most)
}

// mapping is the file in memory, nil where it cannot be mapped.
func (f *File) mapping() *mapping {
	f.mapOnce.Do(func() { f.mapped = newMapping(f.disk, f.size) })
	return f.mapped
}

// Fault is the error for a fault at an address, nil if that is not in memory that
// the file was lent from.
func (f *File) Fault(address uintptr) error {
	if m := f.mapping(); m == nil || !m.holds(address) {
		return f.faultBehind(address)
	}
	return f.fail("read", "", fmt.Errorf("%w: the file was cut short, or cannot be read any more", ErrChanged))
}

// faultBehind is Fault for the files that this one led to.
func (f *File) faultBehind(address uintptr) error {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	for _, linked := range f.linked {
		if err := linked.Fault(address); err != nil {
			return err
		}
	}
	return nil
}

// nearby is how far apart parts of a file are that are asked for at once: between
// chunks lie pieces of their index.
const nearby = 64 << 10

// Ask asks the system to have rows of a dataset in memory soon, those that are there.
func (d *Dataset) Ask(first, count int) {
	for source, from, rows := d.rowsFrom(first); source != nil; source, from, rows = d.rowsFrom(first) {
		rows = min(rows, count)
		source.Ask(from, rows)
		if first, count = first+rows, count-rows; count < 1 {
			return
		}
	}
	s, err := d.storage()
	if err != nil || s.inline != nil || s.outside != nil || len(d.shape) == 0 || count < 1 || first >= s.Shape[0] {
		return
	}
	count = min(count, s.Shape[0]-first)
	perRow := 1
	for _, count := range s.Count[1:] {
		perRow *= count
	}
	stop := ((first+count-1)/s.Chunk[0] + 1) * perRow
	var next transfer
	for chunk := first / s.Chunk[0] * perRow; chunk < stop; chunk++ {
		where, err := s.Place(chunk)
		if err == nil && where.Address == format.Nowhere {
			chunk, err = s.Next(chunk + 1)
			chunk--
			if err == nil {
				continue
			}
		}
		if err != nil {
			return // who reads it is told
		}
		if !s.right(where) {
			continue
		}
		here := transfer{address: int(where.Address), size: int(where.Size)}
		if len(s.filters) == 0 { // only some of the rows
			row := s.Bytes / s.Chunk[0]
			begin := chunk / perRow * s.Chunk[0]
			from, to := max(first, begin), min(first+count, begin+s.Chunk[0])
			here = transfer{address: int(where.Address) + (from-begin)*row, size: (to - from) * row}
		}
		if gap := here.address - next.address - next.size; next.size > 0 && gap >= 0 && gap <= nearby {
			next.size += gap + here.size
			continue
		}
		d.file.ask(next)
		next = here
	}
	d.file.ask(next)
}
