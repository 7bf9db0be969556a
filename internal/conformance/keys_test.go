package conformance

import (
	"errors"
	"fmt"
	"path/filepath"
	"reflect"
	"strings"

	"extrapasha/extradata"
	"extrapasha/keydata"
	psh "extrapasha/pasha"
)

// key is the key that a check asks about, of all trains or of those of a slice.
func (q question) key() (*extradata.KeyData, error) {
	key, err := q.run.Key(q.text("source"), q.text("key"))
	if err != nil || !q.has("trains") {
		return key, err
	}
	return key.SelectTrains(extradata.ByIndex(selection(q.arguments["trains"])))
}

func answerKey(q question) (any, error) {
	if q.has("slice") {
		var err error
		if q.run, err = q.run.SelectTrains(extradata.ByIndex(selection(q.arguments["slice"]))); err != nil {
			return nil, err
		}
	}
	key, err := q.key()
	if err != nil {
		return nil, err
	}
	return keyAnswer(key)
}

func keyAnswer(k *extradata.KeyData) (any, error) {
	data, err := k.ReadAny()
	if err != nil {
		return nil, err
	}
	trains, kept, err := trainsOfKey(k)
	if err != nil {
		return nil, err
	}
	units, err1 := k.Units()
	name, err2 := k.UnitsName()
	starts, stops := k.TrainIndexBounds()
	return fields{
		"dtype": k.DType().String(), "shape": k.Shape(), "entry_shape": notNil(k.EntryShape()), "section": k.Section(),
		"units": emptyIsNull(units), "units_name": emptyIsNull(name),
		"counts": notNil(k.DataCounts()), "coords": shaOf(k.TrainIDCoordinates()), "data": digestOf(data).SHA,
		"trains": trains, "trains_keep_dims": sumOfLines(kept), "bounds": [][]int{starts, stops},
	}, errors.Join(err1, err2)
}

// trainsOfKey are the digests of all trains, and the lines of those that reading with
// all dimensions kept passes over.
func trainsOfKey(k *extradata.KeyData) (trains [][]any, kept []string, err error) {
	reader, err := k.AnyReader()
	if err != nil {
		return nil, nil, err
	}
	trains = make([][]any, 0, k.Len())
	passed := k.Passed()
	empty := array{DType: k.DType().String(), SHA: sum(""), Shape: append([]int{0}, k.EntryShape()...)}
	for i, id := range k.TrainIDs() {
		squeezed, err := reader.ReadTrain(i, false)
		if err != nil {
			return nil, nil, err
		}
		if squeezed == nil {
			trains = append(trains, []any{id, nil})
			if passed[i] {
				kept = append(kept, fmt.Sprint(id, " ", empty.line()))
			}
			continue
		}
		trains = append(trains, []any{id, digestOf(squeezed)})
		whole, err := reader.ReadTrain(i, true)
		if err != nil {
			return nil, nil, err
		}
		kept = append(kept, fmt.Sprint(id, " ", digestOf(whole).line()))
	}
	return trains, kept, nil
}

func answerKeyMore(q question) (any, error) {
	key, err := q.key()
	if err != nil {
		return nil, err
	}
	first, err := key.SelectTrains(extradata.ByIndex(psh.Span(0, 3)))
	if err != nil {
		return nil, err
	}
	attributes, err := key.Attributes()
	starts, stops := key.TrainIndexBounds()
	in := key.InFiles()
	index := those(in, key.TrainIDs())
	return fields{
		"ndim": key.NDim(), "nbytes": key.Bytes(), "group": key.Group(), "attrs": written(attributes),
		"files": fileNames(key), "files_3": fileNames(first),
		"counts": fields{"index": index, "counts": those(in, key.DataCounts())},
		"bounds": fields{"index": index, "start": those(in, starts), "stop": those(in, stops)},
	}, err
}

// those are the items that a mask of them picks.
func those[T any](mask []bool, items []T) []T {
	picked := []T{}
	for i, item := range items {
		if mask[i] {
			picked = append(picked, item)
		}
	}
	return picked
}

func fileNames(k *extradata.KeyData) []string {
	names := []string{}
	for _, path := range k.FilePaths() {
		names = append(names, filepath.Base(path))
	}
	return names
}

func answerKeyTrains(q question) (any, error) {
	key, err := q.key()
	if err != nil {
		return nil, err
	}
	if key, err = key.SelectTrains(q.trainSelection()); err != nil {
		return nil, err
	}
	return keyData(key)
}

// keyData is what a key holds after its trains were selected.
func keyData(key *extradata.KeyData) (any, error) {
	data, err := key.ReadAny()
	if err != nil {
		return nil, err
	}
	return fields{
		"train_ids": notNil(key.TrainIDs()), "shape": key.Shape(), "coords": shaOf(key.TrainIDCoordinates()), "data": digestOf(data).SHA,
	}, nil
}

func answerKeySplit(q question) (any, error) {
	key, err := q.key()
	if err != nil {
		return nil, err
	}
	parts, err := key.SplitTrains(q.count("parts"), q.count("per_part"))
	list := [][]any{}
	for _, part := range parts {
		data, err := part.ReadAny()
		if err != nil {
			return nil, err
		}
		list = append(list, []any{notNil(part.TrainIDs()), digestOf(data).line()})
	}
	return list, err
}

func answerKeyTrain(q question) (any, error) {
	key, err := q.key()
	if err != nil {
		return nil, err
	}
	of, err := typed(key)
	if err != nil {
		return nil, err
	}
	if q.has("id") {
		id := uint64(q.int("id"))
		data, err := of.trainOf(id)
		return []any{id, squeezed(data, q.flag("keep_dims"))}, err
	}
	id, data, err := of.trainAt(q.int("index"))
	return []any{id, squeezed(data, q.flag("keep_dims"))}, err
}

// squeezed drops the first dimension of the data of a train that has one entry, which
// is not done here, but in Python unless keep is said.
func squeezed(data any, keep bool) array {
	digest := digestOf(data)
	if !keep && len(digest.Shape) > 0 && digest.Shape[0] == 1 {
		digest.Shape = digest.Shape[1:]
	}
	return digest
}

func answerKeyInto(q question) (any, error) {
	key, err := q.key()
	if err != nil {
		return nil, err
	}
	of, err := typedAs(key, q.text("dtype"))
	if err != nil {
		return nil, err
	}
	out, err := of.into(integers[int](q.arguments["shape"]))
	if err != nil {
		return nil, err
	}
	return digestOf(out), nil
}

func answerDropEmpty(q question) (any, error) {
	key, err := q.key()
	if err != nil {
		return nil, err
	}
	if key, err = key.DropEmptyTrains(); err != nil {
		return nil, err
	}
	return notNil(key.TrainIDs()), nil
}

func answerROI(q question) (any, error) {
	key, err := q.key()
	if err != nil {
		return nil, err
	}
	data, err := key.ReadAny(region(q.list("roi"))...)
	if err != nil {
		return nil, err
	}
	return digestOf(data), nil
}

func answerLabelled(q question) (any, error) {
	key, err := q.key()
	if err != nil {
		return nil, err
	}
	of, err := typed(key)
	if err != nil {
		return nil, err
	}
	labels := keydata.Labels{Name: q.optional("name")}
	if q.has("extra_dims") {
		labels.Dims = append([]string{}, texts(q.list("extra_dims"))...)
	}
	switch coords := q.arguments["extra_coords"].(type) {
	case bool:
		labels.Positions = coords
	case map[string]any:
		labels.Coords = map[string]any{}
		for dim, values := range coords {
			labels.Coords[dim] = integers[int](values)
		}
	}
	var roi []psh.Sel
	if q.has("roi") {
		roi = region(q.list("roi"))
	}
	l, err := of.labelled(labels, roi)
	if err != nil {
		return nil, err
	}
	for name, coords := range l.coords {
		if v := reflect.ValueOf(coords); v.Kind() == reflect.Slice && v.Len() == 0 {
			l.coords[name] = []int{}
		}
	}
	return fields{"dims": l.dims, "name": l.name, "units": emptyIsNull(l.units), "coords": l.coords, "data": digestOf(l.array)}, nil
}

var reductions = map[string]keydata.Reduce{
	"": keydata.Median, "median": keydata.Median, "mean": keydata.Mean, "first": keydata.First,
	"min": keydata.Min, "max": keydata.Max,
}

func answerSingleValue(q question) (any, error) {
	key, err := q.key()
	if err != nil {
		return nil, err
	}
	name := q.optional("reduce")
	reduce, ok := reductions[name]
	if !ok { // a name that is no function does not compile here
		return nil, fmt.Errorf("%w: no reduction is called %s", extradata.ErrSelection, name)
	}
	if key.DType() == keydata.String && name == "" {
		return key.SingleText()
	}
	value, err := key.SingleValue(q.float("rtol", 1e-5), q.float("atol", 0), reduce)
	if err != nil {
		return nil, err
	}
	if value.NDim() == 0 {
		return number(value.At()), nil
	}
	return digestOf(value), nil
}

// dataLines are the lines of all keys of a collection, with train IDs and counts.
func dataLines(run *extradata.DataCollection) (lines []string, err error) {
	for _, source := range run.AllSources() {
		keys, err := run.Keys(source)
		if err != nil {
			return nil, err
		}
		for _, name := range keys {
			line, err := dataLine(run, source, name)
			if err != nil {
				return nil, err
			}
			lines = append(lines, line)
		}
	}
	return lines, nil
}

func dataLine(run *extradata.DataCollection, source, name string) (string, error) {
	key, err := run.Key(source, name)
	if err != nil {
		return "", err
	}
	data, err := key.ReadAny()
	if err != nil {
		return "", err
	}
	parts := []string{source, name, digestOf(data).line(), shaOf(key.TrainIDCoordinates())}
	for _, count := range key.DataCounts() {
		parts = append(parts, fmt.Sprint(count))
	}
	return strings.Join(parts, " "), nil
}
