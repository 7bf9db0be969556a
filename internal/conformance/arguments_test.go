package conformance

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"extrapasha/extradata"
	psh "extrapasha/pasha"
)

// arguments are those of a check: what it asks for, without what it expects.
// Asking for one that is not there, or of another type, panics with badArgument,
// which fails the check.
type arguments map[string]any

type badArgument string

func bad(format string, args ...any) badArgument { return badArgument(fmt.Sprintf(format, args...)) }

func (a arguments) text(name string) string { return as[string](name, a[name]) }
func (a arguments) list(name string) []any  { return as[[]any](name, a[name]) }
func (a arguments) int(name string) int     { return integer(a[name]) }

// has tells whether an argument is given: null counts as not.
func (a arguments) has(name string) bool { return a[name] != nil }

// flag is an argument that is true or false, or not given.
func (a arguments) flag(name string) bool { return a.has(name) && as[bool](name, a[name]) }

// optional is an argument that is a text, empty where it is not given.
func (a arguments) optional(name string) string {
	if !a.has(name) {
		return ""
	}
	return a.text(name)
}

// count is an argument that is a number, 0 where it is not given.
func (a arguments) count(name string) int {
	if !a.has(name) {
		return 0
	}
	return a.int(name)
}

// float is an argument that is a number, a default where it is not given.
func (a arguments) float(name string, or float64) float64 {
	if !a.has(name) {
		return or
	}
	f, err := as[json.Number](name, a[name]).Float64()
	if err != nil {
		panic(bad("%s: %v", name, err))
	}
	return f
}

// only panics where there are arguments beside those that an operation knows: what
// they ask for would not be judged.
func (a arguments) only(known []string) {
	for _, name := range slices.Sorted(maps.Keys(a)) {
		if name != "op" && !slices.Contains(known, name) {
			panic(bad("%s is not known here", name))
		}
	}
}

func as[T any](name string, value any) T {
	v, ok := value.(T)
	if !ok {
		panic(bad("%s is %T, not %T", name, value, v))
	}
	return v
}

func integer(number any) int {
	n, err := as[json.Number]("a number", number).Int64()
	if err != nil {
		panic(bad("%v", err))
	}
	return int(n)
}

// or is an integer, or a default where it is null.
func or(number any, otherwise int) int {
	if number == nil {
		return otherwise
	}
	return integer(number)
}

func texts(list []any) []string {
	out := make([]string, len(list))
	for i, item := range list {
		out[i] = as[string]("an item", item)
	}
	return out
}

// pair is [source, key], or the source alone: then the key is empty.
func pair(value any) (source, key string) {
	if source, ok := value.(string); ok {
		return source, ""
	}
	list := texts(as[[]any]("a pair", value))
	switch len(list) {
	case 1:
		return list[0], ""
	case 2:
		return list[0], list[1]
	}
	panic(bad("a pair has %d items", len(list)))
}

// bounds are [start, stop, step], where each may be null.
func bounds(value any) []any {
	list := as[[]any]("a slice", value)
	if len(list) != 3 {
		panic(bad("a slice has %d items", len(list)))
	}
	return list
}

// selection is a position or [start, stop, step].
func selection(item any) psh.Sel {
	if position, ok := item.(json.Number); ok {
		return psh.At(integer(position))
	}
	b := bounds(item)
	return psh.Span(or(b[0], psh.Begin), or(b[1], psh.End)).By(or(b[2], 1))
}

// region is a region of interest, in which "..." stands for all dimensions left over.
func region(items []any) (roi []psh.Sel) {
	for _, item := range items {
		if item == "..." {
			roi = append(roi, psh.Ellipsis())
		} else {
			roi = append(roi, selection(item))
		}
	}
	return roi
}

// trainSelection is what kind and value of a check select.
func (a arguments) trainSelection() extradata.TrainSelection {
	value := a["value"]
	switch kind := a.text("kind"); kind {
	case "index":
		return extradata.ByIndex(selection(value))
	case "index_one":
		return extradata.ByIndex(psh.At(integer(value)))
	case "index_list":
		return extradata.ByIndices(integers[int](value)...)
	case "mask":
		return extradata.ByMask(flags(value))
	case "labelled_mask":
		return labelledMask(as[map[string]any]("value", value))
	case "id":
		b := bounds(value)
		stop := uint64(extradata.LastID)
		if b[1] != nil {
			stop = uint64(integer(b[1]))
		}
		return extradata.ByID(uint64(or(b[0], 0)), stop, or(b[2], 1))
	case "id_one":
		return extradata.ByIDs(uint64(integer(value)))
	case "id_list":
		return extradata.ByIDs(integers[uint64](value)...)
	default:
		panic(bad("kind %q is not known here", kind))
	}
}

func integers[T int | uint64](value any) (list []T) {
	for _, item := range as[[]any]("a list", value) {
		list = append(list, T(integer(item)))
	}
	return list
}

func flags(value any) (list []bool) {
	for _, item := range as[[]any]("a mask", value) {
		list = append(list, as[bool]("an item", item))
	}
	return list
}

// labelledMask picks the train IDs that are marked true.
func labelledMask(value map[string]any) extradata.TrainSelection {
	ids, mask := integers[uint64](value["ids"]), flags(value["mask"])
	if len(ids) != len(mask) {
		panic(bad("a mask of %d for %d trains", len(mask), len(ids)))
	}
	array, err := psh.NewArray(mask, len(mask))
	if err != nil {
		panic(bad("%v", err))
	}
	labelled, err := psh.NewLabelled(array, []string{"trainId"}, map[string]any{"trainId": ids})
	if err != nil {
		panic(bad("%v", err))
	}
	return extradata.ByLabelledMask(labelled)
}

// globs are the selections of a list of [source, key]; a source alone means all its
// keys.
func globs(list []any, glob func(source, key string) extradata.Selection) (selections []extradata.Selection) {
	for _, item := range list {
		source, key := pair(item)
		if key == "" {
			key = "*"
		}
		selections = append(selections, glob(source, key))
	}
	return selections
}

// exact are the keys of a map from source to a list of keys: null, or an empty list,
// stands for all of them.
func exact(value map[string]any) map[string][]string {
	keys := map[string][]string{}
	for source, list := range value {
		keys[source] = nil
		if list != nil {
			keys[source] = append(keys[source], texts(as[[]any](source, list))...)
		}
	}
	return keys
}
