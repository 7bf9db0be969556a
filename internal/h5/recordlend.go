package h5

import (
	"reflect"
	"slices"
	"unsafe"
)

// ReadMapped reads rows of records, or of a part of them, out of the mapped file, without
// a copy of the records between. It is not ok where they are not in one piece there, or
// where somebody was lent some of them: then they are to be read otherwise.
//
// It panics if the file was cut short meanwhile, where debug.SetPanicOnFault is set; see
// [File.Fault].
func ReadMapped[T any](d *Dataset, first, count int, out []T) (ok bool, err error) {
	if !d.readsParts() || d.dtype == Other || DTypeOf[T]() != d.dtype || len(out) == 0 {
		return false, nil
	}
	region := Whole(d.shape)
	region.Start[0], region.Count[0] = first, count
	if size, err := region.size(d.shape); err != nil || size != len(out) {
		return false, nil // reading tells
	}
	p, outer, err := d.partPlan(region, reflect.TypeFor[T]())
	if err != nil {
		return false, nil
	}
	whole := d.whole().of
	records, lent, ok := whole.lendRecords(outer.Start[0], outer.Count[0])
	if !ok {
		return false, nil
	}
	defer lent.forget()
	memory := unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(out))), len(out)*int(unsafe.Sizeof(out[0])))
	return true, whole.make(records, 0, []target{{p, memory}})
}

// lendRecords lends the bytes of rows of records, for looking at them only.
func (d *Dataset) lendRecords(first, count int) ([]byte, Lent, bool) {
	s, err := d.storage()
	if err != nil || s.inline != nil || s.outside != nil || len(s.filters) > 0 || !slices.Equal(s.Chunk[1:], s.Shape[1:]) {
		return nil, Lent{}, false
	}
	address, there := s.rowsAt(first, count)
	row := s.Bytes / s.Chunk[0]
	m := d.file.mapping()
	if m == nil || there < count || address+count*row > len(m.data) {
		return nil, Lent{}, false
	}
	part := loan{address, address + count*row}
	data, ok := m.lend(part)
	return data, Lent{d.file, part}, ok
}

// forget gives back what nobody has changed.
func (l Lent) forget() {
	m := l.file.mapped
	m.mutex.Lock()
	defer m.mutex.Unlock()
	i := slices.Index(m.lent, l.part)
	m.lent = slices.Delete(m.lent, i, i+1)
}
