package pasha

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"extrapasha/internal/cross"
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
	// the train ID of each row. Not every dimension has them. A dimension that one
	// position was taken of is there no more, but may still have the coordinate
	// of that, which is no slice.
	Coords map[string]any
}

// NewLabelled puts names to the dimensions of an array. coords may be nil; what
// it holds must be slices as long as their dimension, or single coordinates of
// dimensions that are there no more. Else the error wraps [ErrShape].
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
		if axis < 0 && values != nil && v.Kind() != reflect.Slice {
			continue
		}
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
	Dim   string
	Of    any // its coordinates, a slice if there are any
}

// AlongDim is the functor over the slices of a labelled array along the
// dimension of that name. Its values are views without that dimension, which have
// its coordinate there as a single one, as the items of xarray have.
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
	if of := reflect.ValueOf(array.Coords[dim]); of.IsValid() && (of.Kind() != reflect.Slice || of.Len() != array.shape[axis]) {
		return nil, fmt.Errorf("pasha: AlongDim: %w: the coordinates for %q of %v are %v", ErrShape, dim, array.Array, of)
	}
	return dimFunctor[T]{axisFunctor[T]{array.Array, axis}, item, dim, array.Coords[dim]}, nil
}

func (f dimFunctor[T]) Len() int { return f.Along.Len() }

func (f dimFunctor[T]) ItemShape() []int { return f.Along.ItemShape() }

func (f dimFunctor[T]) Walk(share Share, visit func(int, Labelled[T]) error) error {
	item, of := f.Item, reflect.ValueOf(f.Of)
	return f.Along.Walk(share, func(index int, value Array[T]) error {
		item.Array = value
		if f.Of != nil {
			item.Coords = map[string]any{f.Dim: of.Index(index).Interface()} // the visitor may keep it
			maps.Copy(item.Coords, f.Item.Coords)
		}
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
	return cross.Encode(&crossingLabelled[T]{l.Array, l.Name, l.Units, l.Dims, l.Coords})
}

// GobDecode is what [Labelled.GobEncode] was called with.
func (l *Labelled[T]) GobDecode(text []byte) error {
	var c crossingLabelled[T]
	err := cross.Decode(text, &c)
	*l = Labelled[T]{c.Array, c.Name, c.Units, c.Dims, c.Coords}
	return err
}

// labelled tells it from types that embed it.
func (l Labelled[T]) labelled() reflect.Type { return reflect.TypeFor[Labelled[T]]() }
