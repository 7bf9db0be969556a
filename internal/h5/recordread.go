package h5

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"sync"
	"unsafe"

	"extrapasha/internal/h5/format"
	"extrapasha/internal/memory"
)

// recordBlock is about how many bytes of records are read at a time, to be taken apart
// while they are in the processor's cache.
const recordBlock = 64 << 10

// recordScratches are blocks of records.
var recordScratches = sync.Pool{New: func() any { return new([]byte) }}

// target is memory for what a plan makes of records.
type target struct {
	*plan
	out []byte
}

// readPart reads a region, which is not empty and within the dataset, of structs or of
// a part of records.
func (d *Dataset) readPart(region Region, goes reflect.Type, out []byte) error {
	p, outer, err := d.partPlan(region, goes)
	if err != nil {
		return d.fail("read", err)
	}
	whole := d.whole().of
	if p.same && !hasVariable(whole.object.Type) {
		return whole.readNumbers(outer, out, false)
	}
	return whole.readRecords(outer, []target{{p, out}})
}

// partPlan is how a region is made of records, and which of them.
func (d *Dataset) partPlan(region Region, goes reflect.Type) (p *plan, outer Region, err error) {
	v := d.whole()
	outer, inner := region.divided(len(v.of.shape))
	if d.dtype == Record {
		p, err = d.structPlan(goes)
	} else {
		p, err = v.elementPlan()
	}
	if err == nil {
		p, err = p.repeat(v, inner)
	}
	return p, outer, err
}

// divided is a region of the records of a dataset, and one of the arrays in them.
func (r Region) divided(rank int) (outer, inner Region) {
	return Region{r.Start[:rank], r.Count[:rank], r.Step[:rank]}, Region{r.Start[rank:], r.Count[rank:], r.Step[rank:]}
}

// readRecords reads records block by block, and makes of them what the targets want.
func (d *Dataset) readRecords(region Region, targets []target) error {
	if err := d.vetRecords(); err != nil {
		return d.fail("read", err)
	}
	size := d.ElementSize()
	scratch := recordScratches.Get().(*[]byte)
	defer func() {
		if cap(*scratch) <= scratchLimit {
			recordScratches.Put(scratch)
		}
	}()
	return region.blocks(size, d.Band(), func(block Region, at, n int) error {
		if n > cap(*scratch)/size {
			if err := memory.Check(n * size); err != nil {
				return d.fail("read", fmt.Errorf("%d records of %d bytes: %w", n, size, err))
			}
		}
		*scratch = grown(*scratch, n*size)
		if err := d.readNumbers(block, *scratch, false); err != nil {
			return err
		}
		return d.make(*scratch, at, targets)
	})
}

// make makes of records, the first of which is at some place of all, what the targets
// want.
func (d *Dataset) make(records []byte, at int, targets []target) error {
	for _, t := range targets {
		if err := t.run(d.file, records, d.ElementSize(), t.out[at*t.stride:]); err != nil {
			return d.fail("read", err)
		}
	}
	return nil
}

// vetRecords makes sure that libhdf5 is not to read what it gives as pointers.
func (d *Dataset) vetRecords() error {
	if _, err := d.storage(); errors.Is(err, ErrForm) && hasVariable(d.object.Type) {
		return fmt.Errorf("%w: %s, stored in a way that only libhdf5 reads", ErrType, d.TypeName())
	}
	return nil
}

// hasVariable tells whether elements have a part of variable length.
func hasVariable(t *format.Type) bool {
	switch t.Class {
	case format.Variable:
		return true
	case format.Array:
		return hasVariable(t.Base)
	}
	return t.Class == format.Compound && slices.ContainsFunc(t.Members, func(m format.Member) bool { return hasVariable(m.Type) })
}

// blocks divides a region of elements of some size into such that are read at a time,
// not tearing apart rows that are compressed together. It tells at which element of the
// region one begins, and how many it has.
func (r Region) blocks(size, band int, visit func(block Region, at, n int) error) error {
	if len(r.Count) == 0 { // a single record
		return visit(r, 0, 1)
	}
	perRow := 1
	for _, count := range r.Count[1:] {
		perRow *= count
	}
	block := Region{slices.Clone(r.Start), slices.Clone(r.Count), r.Step}
	rows := max(recordBlock/(perRow*size), 1)
	start, step, count := r.Start[0], r.Step[0], r.Count[0]
	for i := 0; i < count; {
		first := start + i*step
		stop := max((first+rows*step)/band*band, first/band*band+band)
		n := min((stop-first+step-1)/step, count-i)
		block.Start[0], block.Count[0] = first, n
		if err := visit(block, i*perRow, n*perRow); err != nil {
			return err
		}
		i += n
	}
	return nil
}

// ReadFields reads a region of records field by field, in the order of [Dataset.Fields]:
// each into a slice of the type of its DType, with room for its elements of all records
// of the region, or not where there is nil for it.
func ReadFields(d *Dataset, region Region, into []any) error {
	n, err := region.size(d.shape)
	if err != nil {
		return d.fail("read", err)
	}
	v := d.whole()
	outer, inner := region.divided(len(v.of.shape))
	targets, err := v.fieldTargets(inner, n, into)
	if err != nil {
		return d.fail("read", err)
	}
	if n == 0 {
		return nil
	}
	return v.of.readRecords(outer, targets)
}

// FieldsOf takes records apart as [ReadFields] does, of which [Dataset.Raw] has given the
// bytes.
func FieldsOf(d *Dataset, raw []byte, into []any) error {
	alone := view{of: d, kind: d.object.Type}
	targets, err := alone.fieldTargets(Region{}, len(raw)/d.ElementSize(), into)
	if err != nil {
		return d.fail("read", err)
	}
	return d.make(raw, 0, targets)
}

// fieldTargets are the targets for the fields of n records, those in a region of the
// arrays that the records are in.
func (v view) fieldTargets(inner Region, n int, into []any) ([]target, error) {
	names, fields := v.fields()
	if len(into) != len(fields) {
		return nil, fmt.Errorf("%w: %d fields into %d slices", ErrBounds, len(fields), len(into))
	}
	var targets []target
	for i, field := range fields {
		if into[i] == nil {
			continue
		}
		own := Whole(field.dims[len(v.dims):])
		elements, err := own.size(own.Count)
		if err != nil {
			return nil, fmt.Errorf("field %s: %w", names[i], err)
		}
		goes, out := field.dtype().Go(), reflect.ValueOf(into[i])
		if goes == nil || out.Type() != reflect.SliceOf(goes) || out.Len() != n*elements {
			return nil, fmt.Errorf("%w: field %s of %d records, each with %d of %v, into %d of %v", ErrType, names[i], n, elements, field.kind, out.Len(), out.Type())
		}
		all := Region{slices.Concat(inner.Start, own.Start), slices.Concat(inner.Count, own.Count), slices.Concat(inner.Step, own.Step)}
		p, err := field.elementPlan()
		if err == nil {
			p, err = p.repeat(field, all)
		}
		if err != nil {
			return nil, fmt.Errorf("field %s: %w", names[i], err)
		}
		targets = append(targets, target{p, unsafe.Slice((*byte)(out.UnsafePointer()), out.Len()*int(goes.Size()))})
	}
	return targets, nil
}

// readsParts tells whether the dataset is read by [Dataset.readPart].
func (d *Dataset) readsParts() bool { return d.dtype == Record || d.part.of != nil }
