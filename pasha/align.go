package pasha

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"extrapasha/internal/labels"
	"extrapasha/internal/number"
)

// ErrAlign is wrapped by the errors of [Align].
var ErrAlign = labels.Err

// Join tells which labels arrays have after [Align].
type Join int

const (
	// Inner keeps the labels that all have, in the order of the first.
	Inner Join = iota
	// Outer keeps the labels that any has, in ascending order.
	Outer
)

// Alignable is a labelled array of any type: a *[Labelled].
type Alignable interface {
	labels(dim string) (any, error)
	relabelled(dim string, to any, positions []int) (set func(), err error)
}

// Align gives labelled arrays the same labels along a dimension, as xarray.align does:
// what was measured in different trains is put side by side by
//
//	err := psh.Align(psh.Inner, "trainId", &energy, &images)
//
// The variables get new arrays, copies of what is kept of the old; where all have the
// same labels already, they are left as they are. What an array lacks in an outer join is
// not a number.
//
// The error wraps [ErrAlign], and nothing is changed: for an array without such labels,
// for labels that are repeated, as those of many entries a train are, and for an outer
// join of types that have no such value. Read those as floats.
func Align(join Join, dim string, arrays ...Alignable) error {
	all := make([]any, len(arrays))
	for i, array := range arrays {
		var err error
		if all[i], err = array.labels(dim); err != nil {
			return alignError(i, err)
		}
		if t := reflect.TypeOf(all[0]); reflect.TypeOf(all[i]) != t {
			return alignError(i, fmt.Errorf("%w: its labels %q are %T, those of the first %v", ErrAlign, dim, all[i], t))
		}
	}
	if len(all) == 0 {
		return nil
	}
	joined, positions, err := labels.Join(join == Outer, all)
	if err != nil {
		return fmt.Errorf("pasha: Align: dimension %q: %w", dim, err)
	}
	if positions == nil { // they are the same
		return nil
	}
	sets := make([]func(), len(arrays))
	for i, array := range arrays {
		if sets[i], err = array.relabelled(dim, joined, positions[i]); err != nil {
			return alignError(i, err)
		}
	}
	for _, set := range sets {
		set()
	}
	return nil
}

func alignError(array int, err error) error {
	return fmt.Errorf("pasha: Align: array %d: %w", array, err)
}

func (l *Labelled[T]) labels(dim string) (any, error) {
	axis := slices.Index(l.Dims, dim)
	v := reflect.ValueOf(l.Coords[dim])
	if axis < 0 || axis >= l.NDim() || v.Kind() != reflect.Slice || v.Len() != l.Shape()[axis] {
		return nil, fmt.Errorf("%w: %v (%s) has no coordinates for a dimension %q", ErrAlign, l.Array, strings.Join(l.Dims, ", "), dim)
	}
	return l.Coords[dim], nil
}

// relabelled makes the array that has other rows along a dimension, and tells how to set
// it.
func (l *Labelled[T]) relabelled(dim string, to any, positions []int) (set func(), err error) {
	axis := slices.Index(l.Dims, dim)
	array, err := l.take(axis, positions)
	if err != nil {
		return nil, err
	}
	return func() {
		l.Array, l.Coords = array, maps.Clone(l.Coords)
		l.Coords[dim] = to
	}, nil
}

// take is a copy of the rows at positions along a dimension, of which -1 stands for none.
func (a Array[T]) take(axis int, positions []int) (Array[T], error) {
	shape := slices.Clone(a.shape)
	shape[axis] = len(positions)
	out, err := Alloc[T](Shape(shape...), In(Serial()))
	if err != nil {
		return out, err
	}
	rows := axisFunctor[T]{a, axis}
	return out, axisFunctor[T]{out, axis}.Walk(Share{0, len(positions)}, func(to int, into Array[T]) error {
		if from := positions[to]; from >= 0 {
			return rows.Walk(Share{from, from + 1}, func(_ int, row Array[T]) error { return into.CopyFrom(row) })
		}
		missing, ok := number.Missing[T]()
		if !ok {
			return fmt.Errorf("%w: %v has no value for what is missing", ErrAlign, a)
		}
		into.Fill(missing)
		return nil
	})
}
