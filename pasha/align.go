package pasha

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"math"
	"reflect"
	"slices"
	"strings"
)

// ErrAlign is wrapped by the errors of [Align].
var ErrAlign = errors.New("cannot be aligned")

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
	relabelled(dim string, labels any, positions []int) (set func(), err error)
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
	align := map[reflect.Type]func(Join, []any) (any, [][]int, error){
		reflect.TypeFor[[]uint64](): alignLabels[uint64], reflect.TypeFor[[]int](): alignLabels[int],
		reflect.TypeFor[[]float64](): alignLabels[float64], reflect.TypeFor[[]string](): alignLabels[string],
	}[reflect.TypeOf(all[0])]
	if align == nil {
		return alignError(0, fmt.Errorf("%w: its labels %q are %T, expected uint64, int, float64 or string", ErrAlign, dim, all[0]))
	}
	labels, positions, err := align(join, all)
	if err != nil || positions == nil {
		return err
	}
	sets := make([]func(), len(arrays))
	for i, array := range arrays {
		if sets[i], err = array.relabelled(dim, labels, positions[i]); err != nil {
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

// alignLabels joins lists of labels, and tells for each list where the joined ones are in
// it, -1 for nowhere. There are no positions where the lists are the same.
func alignLabels[L cmp.Ordered](join Join, all []any) (any, [][]int, error) {
	lists := make([][]L, len(all))
	where := make([]map[L]int, len(all))
	same := true
	for i := range all {
		lists[i] = all[i].([]L)
		same = same && slices.Equal(lists[i], lists[0])
	}
	if same {
		return nil, nil, nil
	}
	for i, list := range lists {
		where[i] = make(map[L]int, len(list))
		for position, label := range list {
			if _, twice := where[i][label]; twice {
				return nil, nil, alignError(i, fmt.Errorf("%w: label %v is repeated", ErrAlign, label))
			}
			where[i][label] = position
		}
	}
	joined := slices.Clone(lists[0])
	if join == Outer {
		joined = slices.Concat(lists...)
		slices.Sort(joined)
		joined = slices.Compact(joined)
	} else {
		joined = slices.DeleteFunc(joined, func(label L) bool {
			return slices.ContainsFunc(where, func(in map[L]int) bool { _, ok := in[label]; return !ok })
		})
	}
	positions := make([][]int, len(all))
	for i := range positions {
		positions[i] = make([]int, len(joined))
		for row, label := range joined {
			position, ok := where[i][label]
			if !ok {
				position = -1
			}
			positions[i][row] = position
		}
	}
	return joined, positions, nil
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
func (l *Labelled[T]) relabelled(dim string, labels any, positions []int) (set func(), err error) {
	axis := slices.Index(l.Dims, dim)
	array, err := l.take(axis, positions)
	if err != nil {
		return nil, err
	}
	return func() {
		l.Array, l.Coords = array, maps.Clone(l.Coords)
		l.Coords[dim] = labels
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
	row := slices.Repeat([]Sel{Every()}, len(shape))
	for to, from := range positions {
		row[axis] = At(to)
		into, err := out.View(row...)
		if err != nil {
			return out, err
		}
		if from < 0 {
			missing, ok := notANumber[T]()
			if !ok {
				return out, fmt.Errorf("%w: %v has no value for what is missing", ErrAlign, a)
			}
			into.Fill(missing)
			continue
		}
		row[axis] = At(from)
		source, err := a.View(row...)
		if err == nil {
			err = into.CopyFrom(source)
		}
		if err != nil {
			return out, err
		}
	}
	return out, nil
}

// notANumber is what stands for a value that is missing, if the type has one.
func notANumber[T any]() (value T, ok bool) {
	nan := math.Float64frombits(0x7ff8 << 48) // as NumPy writes it
	switch value := any(&value).(type) {
	case *float64:
		*value = nan
	case *float32:
		*value = float32(nan)
	case *Float16:
		*value = 0x7e00
	case *complex64:
		*value = complex(float32(nan), float32(nan))
	case *complex128:
		*value = complex(nan, nan)
	default:
		return *new(T), false
	}
	return value, true
}
