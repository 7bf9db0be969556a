package h5

import (
	"slices"
	"strings"

	"extrapasha/internal/h5/format"
)

// Elements of a compound type are records of named fields. A part of each of them, or
// all its bytes, is a dataset by itself, which is read through the one it is of.

// Field is a field of records that is no record itself.
type Field struct {
	// Name is its name, behind those of the records that it is in: "position.x".
	Name string
	// DType is the type of its elements, Other where they cannot be read.
	DType DType
	// Shape is that of the arrays that it is, or is in, none for single values.
	Shape []int
}

// view is a part of each element of a compound dataset.
type view struct {
	of     *Dataset // nil for a dataset that is no part of another
	offset int      // in the elements of that one
	kind   *format.Type
	// dims are those of the arrays that the part is in, inner ones behind outer ones,
	// steps are the bytes from one position to the next.
	dims, steps []int
	raw         bool // all bytes, as the file has them
}

func isRecord(t *format.Type) bool { return t.Class == format.Compound && complexOf(t) == Other }

// whole is the view of all of a dataset's elements.
func (d *Dataset) whole() view {
	if d.part.of != nil {
		return d.part
	}
	return view{of: d, kind: d.object.Type}
}

// at is the view of a part of a view's elements.
func (v view) at(offset int, kind *format.Type) view {
	v.offset += offset
	v.dims, v.steps = slices.Clip(v.dims), slices.Clip(v.steps)
	for ; kind.Class == format.Array; kind = kind.Base {
		size := kind.Size
		for _, length := range kind.Dims {
			size /= length
			v.dims, v.steps = append(v.dims, length), append(v.steps, size)
		}
	}
	v.kind = kind
	return v
}

// field is the view of a field, which may be one of a field: names have dots between
// them, and may have some themselves.
func (v view) field(path string) (view, bool) {
	if !isRecord(v.kind) {
		return view{}, false
	}
	for _, member := range v.kind.Members {
		rest, ok := strings.CutPrefix(path, member.Name)
		if !ok {
			continue
		}
		here := v.at(member.Offset, member.Type)
		if rest == "" {
			return here, true
		}
		if rest[0] != '.' {
			continue
		}
		if inner, ok := here.field(rest[1:]); ok {
			return inner, true
		}
	}
	return view{}, false
}

// fields are those of a view's elements, also of the records in them.
func (v view) fields() (names []string, views []view) {
	for _, member := range v.kind.Members {
		here := v.at(member.Offset, member.Type)
		if !isRecord(here.kind) {
			names, views = append(names, member.Name), append(views, here)
			continue
		}
		inner, of := here.fields()
		for i, name := range inner {
			names, views = append(names, member.Name+"."+name), append(views, of[i])
		}
	}
	return names, views
}

// dtype is what the elements of a view are read as.
func (v view) dtype() DType {
	if v.raw {
		return Uint8
	}
	return readAs(v.kind)
}

// readAs is what a part of a record is read as: Other also where it is of a form that
// only libhdf5 knows.
func readAs(t *format.Type) DType {
	if _, _, ok := wordOf(t); !ok {
		return Other
	}
	return dtypeOf(t)
}

// dataset is the view as a dataset, whose last dimensions are those of the view.
func (v view) dataset() *Dataset {
	whole := v.of
	object := *whole.object
	object.Type = v.kind
	return &Dataset{
		file: whole.file, inFile: whole.inFile, path: whole.path, object: &object,
		dtype: v.dtype(), shape: slices.Concat(whole.shape, v.dims), part: v,
	}
}

// Fields lists the fields of records in the order of the file, those of records in
// them as well. There are none where the elements are no records.
func (d *Dataset) Fields() []Field {
	if d.dtype != Record {
		return nil
	}
	outer := len(d.whole().dims)
	names, views := d.whole().fields()
	fields := make([]Field, len(names))
	for i, v := range views {
		fields[i] = Field{names[i], v.dtype(), v.dims[outer:]}
	}
	return fields
}

// Field is a field of records, with the shape of the field behind that of the dataset.
// That of a record in a record has a dot between the names. The error wraps a
// [*FieldError] where there is none.
func (d *Dataset) Field(name string) (*Dataset, error) {
	v, ok := d.whole().field(name)
	if !ok {
		return nil, d.fail("open", &FieldError{Field: name, Fields: d.fieldNames()})
	}
	return v.dataset(), nil
}

// Raw is the bytes of records as the file has them, in one more dimension.
func (d *Dataset) Raw() *Dataset {
	v := d.whole()
	v.raw, v.dims, v.steps = true, append(slices.Clip(v.dims), v.kind.Size), append(slices.Clip(v.steps), 1)
	return v.dataset()
}

func (d *Dataset) fieldNames() []string {
	var names []string
	if d.dtype == Record {
		names, _ = d.whole().fields()
	}
	return names
}

// ElementSize is how many bytes the file has for each element.
func (d *Dataset) ElementSize() int { return d.object.Type.Size }
