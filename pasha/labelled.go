package pasha

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
)

// Labelled is an array whose dimensions have names, and coordinates where they
// are known: what an xarray.DataArray is in Python.
type Labelled[T any] struct {
	Array[T]
	// Name tells what the values are.
	Name string
	// Units is the symbol of their unit, empty where it is not known.
	Units string
	// Dims names each dimension.
	Dims []string
	// Coords holds a slice of coordinates for a dimension by its name, such as
	// the train ID of each row. Not every dimension has them.
	Coords map[string]any
}

// NewLabelled puts names to the dimensions of an array. coords may be nil; what
// it holds must be slices as long as their dimension.
func NewLabelled[T any](array Array[T], dims []string, coords map[string]any) (Labelled[T], error) {
	if len(dims) != array.NDim() {
		return Labelled[T]{}, fmt.Errorf("pasha: %w: %d names for %v", ErrShape, len(dims), array)
	}
	for i, dim := range dims {
		if slices.Contains(dims[:i], dim) {
			return Labelled[T]{}, fmt.Errorf("pasha: %w: two dimensions named %q", ErrShape, dim)
		}
	}
	for dim, values := range coords {
		axis := slices.Index(dims, dim)
		v := reflect.ValueOf(values)
		if axis < 0 || v.Kind() != reflect.Slice || v.Len() != array.shape[axis] {
			return Labelled[T]{}, fmt.Errorf("pasha: %w: coordinates for %q must be a slice as long as that dimension of %v (%s)",
				ErrShape, dim, array, strings.Join(dims, ", "))
		}
	}
	return Labelled[T]{Array: array, Dims: dims, Coords: coords}, nil
}

type dimFunctor[T any] struct {
	Along axisFunctor[T]
	Item  Labelled[T] // without its array
}

// AlongDim is the functor over the slices of a labelled array along the
// dimension of that name. Its values are views without that dimension; the
// coordinate of the item at index is array.Coords[dim] at that index.
func AlongDim[T any](array Labelled[T], dim string) (Functor[Labelled[T]], error) {
	axis := slices.Index(array.Dims, dim)
	if axis < 0 || axis >= array.NDim() {
		return nil, fmt.Errorf("pasha: AlongDim: %w: no dimension %q, there are %s", ErrShape, dim, strings.Join(array.Dims, ", "))
	}
	item := Labelled[T]{
		Name:   array.Name,
		Units:  array.Units,
		Dims:   slices.Delete(slices.Clone(array.Dims), axis, axis+1),
		Coords: maps.Clone(array.Coords),
	}
	delete(item.Coords, dim)
	return dimFunctor[T]{axisFunctor[T]{array.Array, axis}, item}, nil
}

func (f dimFunctor[T]) Len() int { return f.Along.Len() }

func (f dimFunctor[T]) ItemShape() []int { return f.Along.ItemShape() }

func (f dimFunctor[T]) Walk(share Share, visit func(int, Labelled[T]) error) error {
	item := f.Item
	return f.Along.Walk(share, func(index int, value Array[T]) error {
		item.Array = value
		return visit(index, item)
	})
}

// crossingLabelled is a labelled array as it crosses to another process.
type crossingLabelled[T any] struct {
	Array       Array[T]
	Name, Units string
	Dims        []string
	Coords      map[string]any
}

// GobEncode is all but the elements, for which it has their place in shared memory,
// see [Array.GobEncode].
func (l Labelled[T]) GobEncode() ([]byte, error) {
	return encode(&crossingLabelled[T]{l.Array, l.Name, l.Units, l.Dims, l.Coords})
}

// GobDecode is what [Labelled.GobEncode] was called with.
func (l *Labelled[T]) GobDecode(text []byte) error {
	var c crossingLabelled[T]
	err := decode(text, &c)
	*l = Labelled[T]{c.Array, c.Name, c.Units, c.Dims, c.Coords}
	return err
}

// labelled tells it from types that embed it.
func (l Labelled[T]) labelled() reflect.Type { return reflect.TypeFor[Labelled[T]]() }
