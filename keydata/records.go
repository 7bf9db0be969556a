package keydata

import (
	"errors"
	"fmt"
	"reflect"
	"slices"

	"extrapasha/internal/h5"
	psh "extrapasha/pasha"
	"extrapasha/run"
)

// Field is a field of structured elements: its name, the type of its elements and their
// shape, which is none for a single value. That of a record in a record has the names
// of both, with a dot between them.
type Field = h5.Field

// Fields lists the fields of structured elements in the order of the file, none where
// the elements are not structured. Those of records in them are listed for themselves.
// Do not change the list.
func (k *KeyData) Fields() []Field { return k.fields }

// Field is one field of structured elements as a key for itself, named after both: field
// "x" of "rec.hits" is "rec.hits.x". The shape of its entries is that of an entry
// followed by that of the field. The error wraps a [*FieldError] where there is no such
// field.
func (k *KeyData) Field(name string) (*KeyData, error) {
	of := k.selection
	if of.place.Field != "" {
		name = of.place.Field + "." + name
	}
	of.place.Field = name
	err := of.describe()
	if err == nil {
		err = of.widen(of.trainIDs)
	}
	if err != nil {
		return nil, k.fail(0, err)
	}
	return &KeyData{selection: of}, nil
}

// name is what the key is called, with the field if it is about one.
func (p Place) name() string {
	if p.Field == "" {
		return p.Key
	}
	return p.Key + "." + p.Field
}

// part is what the key is of a dataset.
func (s *selection) part(dataset *h5.Dataset) (*h5.Dataset, error) {
	if s.place.Field != "" {
		var err error
		if dataset, err = dataset.Field(s.place.Field); err != nil {
			return nil, err
		}
	}
	if s.raw {
		dataset = dataset.Raw()
	}
	return dataset, nil
}

// Records are structured elements whose fields are known at run time only: an array for
// each field.
type Records struct {
	shape  []int
	fields []Field
	arrays []any
	slices []any // what the arrays are of
}

// Shape is the shape of the elements, which each array begins with. Do not change it.
func (r Records) Shape() []int { return r.shape }

// Fields lists the fields in the order of the file. Do not change the list.
func (r Records) Fields() []Field { return r.fields }

// Field is the array of a field, a psh.Array[T] of the field's type, with the shape of
// the elements followed by that of the field. It is nil where there is no such field, or
// one of a type that cannot be read.
func (r Records) Field(name string) any {
	i := slices.IndexFunc(r.fields, func(f Field) bool { return f.Name == name })
	if i < 0 {
		return nil
	}
	return r.arrays[i]
}

// String tells the shape and the fields.
func (r Records) String() string { return fmt.Sprintf("records %v of %v", r.shape, r.fields) }

// newRecords makes memory for records.
func newRecords(fields []Field, shape []int) (Records, error) {
	r := Records{shape, fields, make([]any, len(fields)), make([]any, len(fields))}
	for i, field := range fields {
		if field.DType == Other {
			continue
		}
		var err error
		if r.arrays[i], r.slices[i], err = columns[field.DType].make(slices.Concat(shape, field.Shape)); err != nil {
			return r, fmt.Errorf("field %s: %w", field.Name, err)
		}
	}
	return r, nil
}

// column is what is done with arrays of a type that is known at run time only.
type column struct {
	make  func(shape []int) (array, slice any, err error)
	label func(array any, name string, dims []string, coords map[string]any) (any, error)
}

var columns = map[DType]column{
	Bool: columnOf[bool](), String: columnOf[string](),
	Int8: columnOf[int8](), Int16: columnOf[int16](), Int32: columnOf[int32](), Int64: columnOf[int64](),
	Uint8: columnOf[uint8](), Uint16: columnOf[uint16](), Uint32: columnOf[uint32](), Uint64: columnOf[uint64](),
	Float16: columnOf[psh.Float16](), Float32: columnOf[float32](), Float64: columnOf[float64](),
	Complex64: columnOf[complex64](), Complex128: columnOf[complex128](),
}

func columnOf[T any]() column {
	return column{
		make: func(shape []int) (array, slice any, err error) {
			a, err := psh.Alloc[T](psh.Shape(shape...), psh.In(psh.Serial()))
			return a, a.Data, err
		},
		label: func(array any, name string, dims []string, coords map[string]any) (any, error) {
			labelled, err := psh.NewLabelled(array.(psh.Array[T]), dims, coords)
			labelled.Name = name
			return labelled, err
		},
	}
}

// rows are the parts of the slices that belong to some of n rows.
func (r Records) rows(first, count, n int) []any {
	parts := make([]any, len(r.slices))
	for i, slice := range r.slices {
		if slice != nil {
			all := reflect.ValueOf(slice)
			size := all.Len() / n
			parts[i] = all.Slice(first*size, (first+count)*size).Interface()
		}
	}
	return parts
}

// recordKey is a structured key whose fields are known at run time only.
type recordKey struct{ *KeyData }

func (k recordKey) readAny(roi []psh.Sel) (any, error) {
	cut, err := k.cut(roi)
	if err != nil {
		return nil, err
	}
	if cut.pick != nil {
		return k.readEach(cut)
	}
	if k.Bytes() > checkedBytes {
		if err := k.checkSpans(); err != nil {
			return nil, k.fail(0, err)
		}
	}
	n := k.Entries()
	records, err := newRecords(k.fields, append([]int{n}, cut.shape...))
	if err != nil {
		return nil, k.fail(0, err)
	}
	err = psh.Map(func(_, _ int, p part) error { return k.readPart(p, cut, records.rows(p.at, p.count, n)) }, psh.Slice(k.parts(k.bytes)), psh.On(psh.Threads(0)))
	if failed := (*psh.MapError)(nil); errors.As(err, &failed) {
		err = failed.Err
	}
	if err != nil {
		return nil, k.fail(0, err)
	}
	return records, nil
}

// readPart reads some rows of all fields at once.
func (k recordKey) readPart(p part, c cut, into []any) error {
	file := k.place.Files[p.file]
	dataset, err := k.hold(p.file)
	if err != nil {
		return err
	}
	defer file.Release()
	if err := k.checkFields(file, dataset); err != nil {
		return err
	}
	region := h5.Region{Start: slices.Clone(c.region.Start), Count: slices.Clone(c.region.Count), Step: c.region.Step}
	region.Start[0], region.Count[0] = p.first, p.count
	return h5.ReadFields(dataset, region, into)
}

// readEach reads one field after the other, of which the region takes positions in any
// order.
func (k recordKey) readEach(c cut) (any, error) {
	records := Records{shape: append([]int{k.Entries()}, c.shape...), fields: k.fields, arrays: make([]any, len(k.fields))}
	for i, field := range k.fields {
		if field.DType == Other {
			continue
		}
		alone, err := k.Field(field.Name)
		if err == nil {
			records.arrays[i], err = alone.ReadAny(c.sels...)
		}
		if err != nil {
			return nil, err
		}
	}
	return records, nil
}

// checkFields makes sure that a file has the fields of the first, in the same order.
func (k *KeyData) checkFields(file *run.File, dataset *h5.Dataset) error {
	if reflect.DeepEqual(dataset.Fields(), k.fields) {
		return nil
	}
	return fmt.Errorf("%s: %s holds a %s, but a %s in %s: read one field, or those of a struct",
		file.Path(), dataset.Path(), dataset.TypeName(), k.stored, k.place.Files[0].Path())
}

// recordReader reads bytes of records, and takes each train apart.
type recordReader struct {
	key *KeyData
	raw *Reader[uint8]
}

func (k recordKey) anyReader() AnyReader {
	of := k.selection
	of.raw, of.dtype, of.bytes, of.fields = true, Uint8, 1, nil
	of.entryShape = append(slices.Clip(of.entryShape), k.bytes)
	raw := &Typed[uint8]{&KeyData{selection: of}}
	return &recordReader{k.KeyData, raw.Reader()}
}

// ReadTrain implements [AnyReader].
func (r *recordReader) ReadTrain(position int, keepDims bool) (any, error) {
	k := r.key
	train, err := r.raw.Train(position)
	if err != nil || train.Len() == 0 {
		return nil, err
	}
	shape := append([]int{train.Len()}, k.entryShape...)
	if train.Len() == 1 && !keepDims {
		shape = shape[1:]
	}
	records, err := newRecords(k.fields, shape)
	if err == nil {
		err = r.takeApart(k.trains[position].file, train.Data, records)
	}
	if err != nil {
		return nil, k.fail(k.trainIDs[position], err)
	}
	return records, nil
}

func (r *recordReader) takeApart(file int, raw []byte, into Records) error {
	dataset, err := r.key.hold(file)
	if err != nil {
		return err
	}
	defer r.key.place.Files[file].Release()
	if err := r.key.checkFields(r.key.place.Files[file], dataset); err != nil {
		return err
	}
	return h5.FieldsOf(dataset, raw, into.slices)
}
