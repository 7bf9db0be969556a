package export

import (
	"fmt"
	"reflect"
	"slices"

	psh "extrapasha/pasha"
)

// Labels are what is known of an array beside its elements, as of a [psh.Labelled].
type Labels struct {
	// Name is a long one, Units the symbol of the unit; they may be empty.
	Name, Units string
	// Dims names each dimension; nil where they have no names.
	Dims []string
	// Coords holds a slice of coordinates for a dimension, or single coordinates of
	// dimensions that are there no more.
	Coords map[string]any
}

// array is something to write: its elements lie in C order.
type array struct {
	Labels
	shape  []int
	values reflect.Value // a slice
}

// stored is what a [psh.Array] of any type has.
type stored interface {
	psh.Shaped
	Compact() bool
	Size() int
}

// arrayFrom takes a psh.Array[T], a psh.Labelled[T], a slice or a single value.
func arrayFrom(value any) (array, error) {
	v := reflect.ValueOf(value)
	switch of, isArray := value.(stored); {
	case !v.IsValid():
		return array{}, fmt.Errorf("%w: nil", ErrType)
	case isArray && v.Kind() == reflect.Struct:
		return arrayIn(of, v)
	case v.Kind() == reflect.Slice:
		return array{shape: []int{v.Len()}, values: v}, nil
	}
	one := reflect.MakeSlice(reflect.SliceOf(v.Type()), 1, 1)
	one.Index(0).Set(v)
	return array{values: one}, nil
}

func arrayIn(of stored, v reflect.Value) (a array, err error) {
	a.shape = slices.Clone(of.Shape())
	if inner := v.FieldByName("Array"); inner.IsValid() { // it is labelled
		text := func(field string) string { return v.FieldByName(field).String() }
		a.Labels = Labels{Name: text("Name"), Units: text("Units")}
		a.Dims, _ = v.FieldByName("Dims").Interface().([]string)
		a.Coords, _ = v.FieldByName("Coords").Interface().(map[string]any)
	}
	data := v
	if !of.Compact() {
		data = v.MethodByName("Copy").Call(nil)[0]
	}
	a.values = data.FieldByName("Data").Slice(0, of.Size())
	return a, nil
}
