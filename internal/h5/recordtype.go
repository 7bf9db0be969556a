package h5

import (
	"fmt"
	"reflect"
	"strings"

	"extrapasha/internal/h5/format"
)

// FieldError is a struct that does not fit records, or a field that they do not have.
type FieldError struct {
	// Field is the name of the field, as the records have it or as it was asked for.
	Field string
	// Has is what the records have there, empty if they have no such field.
	Has string
	// Wanted is what is wanted there: "float64 (main.Hit.X)", empty for anything.
	Wanted string
	// Fields are the names of all fields, where there is none of that name.
	Fields []string
}

func (e *FieldError) Error() string {
	wanted := ""
	if e.Wanted != "" {
		wanted = ", wanted as " + e.Wanted
	}
	switch {
	case e.Has != "":
		return fmt.Sprintf("field %s holds %s%s", e.Field, e.Has, wanted)
	case len(e.Fields) == 0:
		return fmt.Sprintf("no field %s: the elements have no fields", e.Field)
	}
	return fmt.Sprintf("no field %s%s; there are %s", e.Field, wanted, strings.Join(e.Fields, ", "))
}

// Unwrap is [ErrNoObject] where there is no such field, else [ErrType].
func (e *FieldError) Unwrap() error {
	if e.Has == "" {
		return ErrNoObject
	}
	return ErrType
}

// fieldTag is the key of struct tags that name the field of records.
const fieldTag = "hdf5"

// structPlan is how records become structs, found once for each type of them. The
// error is a [*FieldError].
func (d *Dataset) structPlan(goes reflect.Type) (*plan, error) {
	if known, ok := d.plans.Load(goes); ok {
		return known.(*plan), nil
	}
	m := matcher{plan: plan{stride: int(goes.Size())}, whole: true}
	if err := m.record(d.object.Type, 0, goes, 0, ""); err != nil {
		return nil, err
	}
	if len(m.plan.steps) == 0 {
		return nil, &FieldError{Field: "at all", Wanted: goes.String(), Fields: fieldNames(d.object.Type)}
	}
	m.plan.same = m.whole && m.plan.inPlace() && m.plan.stride == d.ElementSize()
	d.plans.Store(goes, &m.plan)
	return &m.plan, nil
}

// Fits tells whether records can be read as a struct type. The error is a
// [*FieldError].
func (d *Dataset) Fits(goes reflect.Type) error {
	_, err := d.structPlan(goes)
	return err
}

// inPlace tells whether records lie in the file as a struct type is in memory.
func (d *Dataset) inPlace(goes reflect.Type) bool {
	p, err := d.structPlan(goes)
	return err == nil && p.same
}

func fieldNames(t *format.Type) []string {
	names := make([]string, len(t.Members))
	for i, member := range t.Members {
		names[i] = member.Name
	}
	return names
}

// matcher finds what of records goes to which fields of a struct.
type matcher struct {
	plan  plan
	whole bool // all fields of the struct come from the records, but for room between them
}

// record matches records, from some byte on, and a struct, to some byte on. Name is
// that of the records, with a dot behind it.
func (m *matcher) record(t *format.Type, from int, goes reflect.Type, to int, name string) error {
	for i := range goes.NumField() {
		f := goes.Field(i)
		tag := f.Tag.Get(fieldTag)
		if !f.IsExported() || tag == "-" {
			m.whole = m.whole && f.Name == "_" && plainRoom(f.Type)
			continue
		}
		member, ok := memberFor(t, f.Name, tag)
		if !ok {
			wanted := f.Name
			if tag != "" {
				wanted = tag
			}
			return &FieldError{Field: name + wanted, Wanted: wantedAs(goes, f), Fields: fieldNames(t)}
		}
		err := m.match(member.Type, from+member.Offset, f.Type, to+int(f.Offset), name+member.Name)
		if err == errMismatch {
			err = &FieldError{Field: name + member.Name, Has: member.Type.String(), Wanted: wantedAs(goes, f)}
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func wantedAs(goes reflect.Type, f reflect.StructField) string {
	return fmt.Sprintf("%v (%v.%s)", f.Type, goes, f.Name)
}

// plainRoom tells whether a blank field is room for numbers.
func plainRoom(t reflect.Type) bool {
	if t.Kind() == reflect.Array {
		return plainRoom(t.Elem())
	}
	return t.Kind() >= reflect.Bool && t.Kind() <= reflect.Complex128
}

// memberFor finds the field that a struct field stands for: that of its tag, that of
// its name, or the only one whose name is the same but for case.
func memberFor(t *format.Type, name, tag string) (format.Member, bool) {
	var like []format.Member
	for _, member := range t.Members {
		if member.Name == tag || tag == "" && member.Name == name {
			return member, true
		}
		if tag == "" && strings.EqualFold(member.Name, name) {
			like = append(like, member)
		}
	}
	if len(like) != 1 {
		return format.Member{}, false
	}
	return like[0], true
}

// errMismatch is a field that is of another type than that of the struct.
var errMismatch = fmt.Errorf("%w: another type", ErrType)

func (m *matcher) match(t *format.Type, from int, goes reflect.Type, to int, name string) error {
	switch {
	case t.Class == format.Array:
		return m.array(t, t.Dims, from, goes, to, name)
	case isRecord(t) && goes.Kind() == reflect.Struct:
		return m.record(t, from, goes, to, name+".")
	case !fitsElement(readAs(t), goes):
		return errMismatch
	}
	return m.plan.add(stepOf(t, from, to))
}

// array matches an array of some dimensions, with an array of arrays.
func (m *matcher) array(t *format.Type, dims []int, from int, goes reflect.Type, to int, name string) error {
	if len(dims) == 0 {
		return m.match(t.Base, from, goes, to, name)
	}
	if goes.Kind() != reflect.Array || goes.Len() != dims[0] {
		return errMismatch
	}
	size := t.Base.Size
	for _, length := range dims[1:] {
		size *= length
	}
	for i := range dims[0] {
		if err := m.array(t, dims[1:], from+i*size, goes.Elem(), to+i*int(goes.Elem().Size()), name); err != nil {
			return err
		}
	}
	return nil
}

// fitsElement tells whether elements can be read as a Go type: that of their DType, or
// one that is defined as that.
func fitsElement(d DType, goes reflect.Type) bool {
	own := d.Go()
	if own == nil || goes == own {
		return own != nil
	}
	half := Float16.Go()
	return own != half && goes != half && goes.Kind() == own.Kind()
}
