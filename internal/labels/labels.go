// Package labels joins the labels that several arrays have along a dimension.
package labels

import (
	"cmp"
	"errors"
	"fmt"
	"reflect"
	"slices"
)

// Err is wrapped by errors about labels that cannot be joined.
var Err = errors.New("cannot be aligned")

// Join joins lists of labels, all of one type of slice: those that all have, in the order
// of the first, or with outer those that any has, in ascending order. It tells for each
// list where the joined ones are in it, -1 for nowhere. There are no positions where the
// lists are the same.
func Join(outer bool, lists []any) (joined any, positions [][]int, err error) {
	join := map[reflect.Type]func(bool, []any) (any, [][]int, error){
		reflect.TypeFor[[]uint64](): joinOf[uint64], reflect.TypeFor[[]int](): joinOf[int],
		reflect.TypeFor[[]float64](): joinOf[float64], reflect.TypeFor[[]string](): joinOf[string],
	}[reflect.TypeOf(lists[0])]
	if join == nil {
		return nil, nil, fmt.Errorf("array 0: %w: its labels are %T, expected uint64, int, float64 or string", Err, lists[0])
	}
	return join(outer, lists)
}

func joinOf[L cmp.Ordered](outer bool, all []any) (any, [][]int, error) {
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
				return nil, nil, fmt.Errorf("array %d: %w: label %v is repeated", i, Err, label)
			}
			where[i][label] = position
		}
	}
	joined := slices.Clone(lists[0])
	if outer {
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
