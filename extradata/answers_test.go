package extradata_test

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math"
	"path/filepath"
	"reflect"
	"slices"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"
	arrowarray "github.com/apache/arrow-go/v18/arrow/array"

	"extrapasha/extradata"
	"extrapasha/extradata/table"
	"extrapasha/keydata"
	psh "extrapasha/pasha"
)

// answers are the questions of the conformance corpus and how they are answered.
var answers = map[string]func(conformanceCase, *extradata.DataCollection, check) (any, error){
	"collection":     answerCollection,
	"source":         answerSource,
	"run_values":     answerRunValues,
	"key":            answerKey,
	"sub_key":        answerKey,
	"aux_key":        answerAuxKey,
	"metadata":       answerMetadata,
	"timestamps":     answerTimestamps,
	"train_by_index": answerTrainByIndex,
	"train_by_id":    answerTrainByID,
	"trains":         answerTrains,
	"select":         answerSelect,
	"deselect":       answerDeselect,
	"select_exact":   answerSelectExact,
	"select_trains":  answerSelectTrains,
	"split_trains":   answerSplitTrains,
	"drop_empty":     answerDropEmpty,
	"roi":            answerROI,
	"table":          answerTable,
	"single_value":   answerSingleValue,
	"aliases":        answerAliases,
	"only_aliases":   answerOnlyAliases,
	"alias":          answerAlias,
	"alias_key":      answerAliasKey,
	"alias_select":   answerAliasSelect,
	"auxiliary":      answerAuxiliary,
}

func answerCollection(_ conformanceCase, run *extradata.DataCollection, _ check) (any, error) {
	return collectionAnswer(run), nil
}

func collectionAnswer(run *extradata.DataCollection) any {
	return map[string]any{
		"train_ids": notNil(run.TrainIDs()), "control": notNil(run.ControlSources()), "instrument": notNil(run.InstrumentSources()),
		"legacy": run.LegacySources(), "selected": run.SelectedKeys(),
	}
}

func collectionOr(run *extradata.DataCollection, err error) (any, error) {
	if err != nil {
		return nil, err
	}
	return collectionAnswer(run), nil
}

func notNil[T any](list []T) []T { return append([]T{}, list...) }

func answerSource(_ conformanceCase, run *extradata.DataCollection, check check) (any, error) {
	source, err := run.Source(check.text("source"))
	if err != nil {
		return nil, err
	}
	keys, err := source.Keys()
	if err != nil {
		return nil, err
	}
	names, err := source.Names()
	if err != nil {
		return nil, err
	}
	groups, err := source.IndexGroups()
	if err != nil {
		return nil, err
	}
	counts, err := source.DataCounts("")
	if err != nil {
		return nil, err
	}
	class, err := source.DeviceClass()
	if err != nil {
		return nil, err
	}
	return map[string]any{
		"section": source.Section(), "keys": notNil(keys), "names": notNil(names), "index_groups": groups, "counts": counts,
		"device_class": emptyIsNull(class), "canonical": source.CanonicalName(),
	}, nil
}

func emptyIsNull(text string) any {
	if text == "" {
		return nil
	}
	return text
}

func answerRunValues(_ conformanceCase, run *extradata.DataCollection, check check) (any, error) {
	source, err := run.Source(check.text("source"))
	if err != nil {
		return nil, err
	}
	values, err := source.RunValues()
	for key, value := range values {
		values[key] = value1(value)
	}
	return values, err
}

// value1 is a value of RUN as the corpus writes it.
func value1(value any) any {
	if v := reflect.ValueOf(value); v.Kind() == reflect.Slice {
		return digestAny(value, []int{v.Len()})
	}
	switch f := value.(type) {
	case psh.Float16:
		value = float64(f.Float32())
	case float32:
		value = float64(f)
	}
	if f, ok := value.(float64); ok && (math.IsNaN(f) || math.IsInf(f, 0)) {
		return strings.ToLower(strings.TrimPrefix(fmt.Sprint(f), "+"))
	}
	return value
}

func answerKey(_ conformanceCase, run *extradata.DataCollection, check check) (any, error) {
	if bounds, ok := check["slice"]; ok {
		var err error
		if run, err = run.SelectTrains(extradata.ByIndex(selection(bounds))); err != nil {
			return nil, err
		}
	}
	key, err := run.Key(check.text("source"), check.text("key"))
	if err != nil {
		return nil, err
	}
	return keyAnswer(key)
}

func answerAuxKey(_ conformanceCase, run *extradata.DataCollection, check check) (any, error) {
	source, err := run.AuxiliarySource(check.text("source"))
	if err != nil {
		return nil, err
	}
	key, err := source.Key(check.text("key"))
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
	reader, err := k.AnyReader()
	if err != nil {
		return nil, err
	}
	kept, trains := []string{}, [][]any{}
	for i, id := range k.TrainIDs() {
		squeezed, err := reader.ReadTrain(i, false)
		if err != nil {
			return nil, err
		}
		whole, err := reader.ReadTrain(i, true)
		if err != nil {
			return nil, err
		}
		if squeezed == nil {
			trains = append(trains, []any{id, nil})
			if k.Passed()[i] {
				empty := array{k.DType().String(), append([]int{0}, k.EntryShape()...), sum("")}
				kept = append(kept, fmt.Sprint(id, " ", empty.line()))
			}
			continue
		}
		trains = append(trains, []any{id, digestOf(squeezed)})
		kept = append(kept, fmt.Sprint(id, " ", digestOf(whole).line()))
	}
	var coordinates []byte
	for _, id := range k.TrainIDCoordinates() {
		coordinates = binary.LittleEndian.AppendUint64(coordinates, id)
	}
	units, err := k.Units()
	if err != nil {
		return nil, err
	}
	name, err := k.UnitsName()
	if err != nil {
		return nil, err
	}
	answer := map[string]any{
		"dtype": k.DType().String(), "shape": k.Shape(), "entry_shape": notNil(k.EntryShape()), "section": k.Section(),
		"units": emptyIsNull(units), "units_name": emptyIsNull(name),
		"counts": notNil(k.DataCounts()), "coords": sum(string(coordinates)), "data": digestOf(data).SHA,
		"trains": trains, "trains_keep_dims": sum(strings.Join(kept, "\n")),
	}
	if len(trains) > 0 { // the corpus has no bounds where there are no trains
		starts, stops := k.TrainIndexBounds()
		answer["bounds"] = [][]int{starts, stops}
	}
	return answer, nil
}

func answerMetadata(_ conformanceCase, run *extradata.DataCollection, _ check) (any, error) {
	metadata, err := run.RunMetadata()
	return metadata, err
}

func answerTimestamps(_ conformanceCase, run *extradata.DataCollection, _ check) (any, error) {
	times, err := run.TrainTimestamps()
	stamps := make([]any, len(times))
	for i, stamp := range times {
		if !stamp.IsZero() {
			stamps[i] = stamp.UnixNano()
		}
	}
	return stamps, err
}

func answerTrainByIndex(_ conformanceCase, run *extradata.DataCollection, check check) (any, error) {
	train, err := run.TrainByIndex(check.count("index"))
	if err != nil {
		return nil, err
	}
	return trainAnswer(train, check)
}

func answerTrainByID(_ conformanceCase, run *extradata.DataCollection, check check) (any, error) {
	train, err := run.TrainByID(uint64(check.count("id")))
	if err != nil {
		return nil, err
	}
	return trainAnswer(train, check)
}

func trainAnswer(train extradata.Train, check check) (any, error) {
	keep := check["keep_dims"] == true
	if check["flat"] == true {
		flat, err := train.Flat(keep)
		out := map[string]array{}
		for id, value := range flat {
			out[id.Source+" "+id.Key] = digestOf(value)
		}
		return []any{train.ID, out}, err
	}
	data, err := train.Data(keep)
	out := map[string]map[string]array{}
	for source, keys := range data {
		out[source] = map[string]array{}
		for key, value := range keys {
			out[source][key] = digestOf(value)
		}
	}
	return []any{train.ID, out}, err
}

func answerTrains(_ conformanceCase, run *extradata.DataCollection, check check) (any, error) {
	list := [][]any{}
	for train, err := range run.Trains(check["require_all"] == true) {
		if err != nil {
			return nil, err
		}
		data, err := train.Flat(false)
		if err != nil {
			return nil, err
		}
		lines := []string{}
		for id, value := range data {
			lines = append(lines, id.Source+" "+id.Key+" "+digestOf(value).line())
		}
		slices.Sort(lines)
		list = append(list, []any{train.ID, sum(strings.Join(lines, "\n"))})
	}
	return list, nil
}

// globs are the selections of a check.
func globs(check check, glob func(source, key string) extradata.Selection) (selections []extradata.Selection) {
	for _, pair := range check["globs"].([]any) {
		pair := pair.([]any)
		selections = append(selections, glob(pair[0].(string), pair[1].(string)))
	}
	return selections
}

func answerSelect(_ conformanceCase, run *extradata.DataCollection, check check) (any, error) {
	run, err := run.Select(globs(check, extradata.Glob)...)
	if err == nil && check["require"] == "all" {
		run, err = run.RequireAll()
	}
	if err == nil && check["require"] == "any" {
		run, err = run.RequireAny()
	}
	return collectionOr(run, err)
}

func answerDeselect(_ conformanceCase, run *extradata.DataCollection, check check) (any, error) {
	return collectionOr(run.Deselect(globs(check, extradata.Glob)...))
}

func answerSelectExact(_ conformanceCase, run *extradata.DataCollection, check check) (any, error) {
	keys := map[string][]string{}
	for source, list := range check["keys"].(map[string]any) {
		for _, key := range list.([]any) {
			keys[source] = append(keys[source], key.(string))
		}
		if len(keys[source]) == 0 {
			keys[source] = nil
		}
	}
	return collectionOr(run.Select(extradata.Exact(keys)))
}

func answerSelectTrains(_ conformanceCase, run *extradata.DataCollection, check check) (any, error) {
	run, err := run.SelectTrains(trainSelection(check))
	if err != nil {
		return nil, err
	}
	return notNil(run.TrainIDs()), nil
}

func trainSelection(check check) extradata.TrainSelection {
	value := check["value"]
	switch check.text("kind") {
	case "index":
		return extradata.ByIndex(selection(value))
	case "index_one":
		return extradata.ByIndex(psh.At(integer(value)))
	case "index_list":
		var positions []int
		for _, position := range value.([]any) {
			positions = append(positions, integer(position))
		}
		return extradata.ByIndices(positions...)
	case "mask":
		var mask []bool
		for _, flag := range value.([]any) {
			mask = append(mask, flag.(bool))
		}
		return extradata.ByMask(mask)
	case "id":
		bounds := value.([]any)
		start, stop, step := uint64(0), uint64(extradata.LastID), 1
		if bounds[0] != nil {
			start = uint64(integer(bounds[0]))
		}
		if bounds[1] != nil {
			stop = uint64(integer(bounds[1]))
		}
		if bounds[2] != nil {
			step = integer(bounds[2])
		}
		return extradata.ByID(start, stop, step)
	}
	list, ok := value.([]any)
	if !ok {
		list = []any{value}
	}
	var ids []uint64
	for _, id := range list {
		ids = append(ids, uint64(integer(id)))
	}
	return extradata.ByIDs(ids...)
}

func answerSplitTrains(_ conformanceCase, run *extradata.DataCollection, check check) (any, error) {
	parts, err := run.SplitTrains(check.count("parts"), check.count("per_part"))
	ids := [][]uint64{}
	for _, part := range parts {
		ids = append(ids, notNil(part.TrainIDs()))
	}
	return ids, err
}

func answerDropEmpty(_ conformanceCase, run *extradata.DataCollection, check check) (any, error) {
	key, err := run.Key(check.text("source"), check.text("key"))
	if err != nil {
		return nil, err
	}
	if key, err = key.DropEmptyTrains(); err != nil {
		return nil, err
	}
	return notNil(key.TrainIDs()), nil
}

func answerROI(_ conformanceCase, run *extradata.DataCollection, check check) (any, error) {
	key, err := run.Key(check.text("source"), check.text("key"))
	if err != nil {
		return nil, err
	}
	var roi []psh.Sel
	for _, item := range check["roi"].([]any) {
		roi = append(roi, selection(item))
	}
	data, err := key.ReadAny(roi...)
	if err != nil {
		return nil, err
	}
	return digestOf(data), nil
}

func answerSingleValue(_ conformanceCase, run *extradata.DataCollection, check check) (any, error) {
	key, err := run.Key(check.text("source"), check.text("key"))
	if err != nil {
		return nil, err
	}
	if key.DType() == keydata.String {
		text, err := key.SingleText()
		return text, err
	}
	rtol, err := check["rtol"].(json.Number).Float64()
	if err != nil {
		return nil, err
	}
	value, err := key.SingleValue(rtol, 0, keydata.Median)
	if err != nil {
		return nil, err
	}
	if value.NDim() == 0 {
		return value.At(), nil
	}
	return digest(value), nil
}

// withFiles loads the alias files of a check, or those that all questions about
// single aliases are asked with.
func (c conformanceCase) withFiles(run *extradata.DataCollection, names []any) (*extradata.DataCollection, error) {
	var paths []string
	for _, name := range names {
		paths = append(paths, filepath.Join(c.dir, "runs", name.(string)))
	}
	return run.WithAliasFiles(paths...)
}

var allAliasFiles = []any{"more-aliases.json", "more-aliases.toml"}

func answerAliases(c conformanceCase, run *extradata.DataCollection, check check) (any, error) {
	run, err := c.withFiles(run, check["files"].([]any))
	if err != nil {
		return nil, err
	}
	out := map[string]any{}
	for name, target := range run.Aliases() {
		out[name] = target.Source
		if target.Key != "" {
			out[name] = []string{target.Source, target.Key}
		}
	}
	return out, nil
}

func answerOnlyAliases(c conformanceCase, run *extradata.DataCollection, check check) (any, error) {
	run, err := c.withFiles(run, check["files"].([]any))
	if err != nil {
		return nil, err
	}
	return collectionOr(run.OnlyAliases(check["strict"] == true))
}

func answerAlias(c conformanceCase, run *extradata.DataCollection, check check) (any, error) {
	run, err := c.withFiles(run, allAliasFiles)
	if err != nil {
		return nil, err
	}
	name := check.text("name")
	if target, ok := run.Aliases()[strings.ReplaceAll(strings.ToLower(name), "_", "-")]; ok && target.Key != "" {
		key, err := run.AliasedKey(name)
		if err != nil {
			return nil, err
		}
		return map[string]string{"source": key.Source(), "key": key.Key()}, nil
	}
	source, err := run.AliasedSource(name)
	if err != nil {
		return nil, err
	}
	return map[string]string{"source": source.Name()}, nil
}

func answerAliasKey(c conformanceCase, run *extradata.DataCollection, check check) (any, error) {
	run, err := c.withFiles(run, allAliasFiles)
	if err != nil {
		return nil, err
	}
	pair := check["pair"].([]any)
	source, err := run.AliasedSource(pair[0].(string))
	if err != nil {
		return nil, err
	}
	key, err := source.Key(pair[1].(string))
	if err != nil {
		return nil, err
	}
	return map[string]string{"source": key.Source(), "key": key.Key()}, nil
}

func answerAliasSelect(c conformanceCase, run *extradata.DataCollection, check check) (any, error) {
	run, err := c.withFiles(run, allAliasFiles)
	if err != nil {
		return nil, err
	}
	return collectionOr(run.Select(globs(check, extradata.AliasGlob)...))
}

func answerAuxiliary(_ conformanceCase, run *extradata.DataCollection, _ check) (any, error) {
	reduction, err := run.ReductionSources()
	if err != nil {
		return nil, err
	}
	errata, err := run.ErrataSources()
	return map[string]any{"reduction": notNil(reduction), "errata": notNil(errata)}, err
}

// selection is a position or a [start, stop, step] of the corpus.
func selection(item any) psh.Sel {
	if position, ok := item.(json.Number); ok {
		return psh.At(integer(position))
	}
	bounds := item.([]any)
	start, stop, step := 0, psh.End, 1
	if bounds[0] != nil {
		start = integer(bounds[0])
	}
	if bounds[1] != nil {
		stop = integer(bounds[1])
	}
	if bounds[2] != nil {
		step = integer(bounds[2])
	}
	return psh.Span(start, stop).By(step)
}

func integer(number any) int {
	n, err := number.(json.Number).Int64()
	if err != nil {
		panic(err)
	}
	return int(n)
}

// array is how the corpus writes an array.
type array struct {
	DType string `json:"dtype"`
	Shape []int  `json:"shape"`
	SHA   string `json:"sha"`
}

func (a array) line() string {
	dims := make([]string, len(a.Shape))
	for i, length := range a.Shape {
		dims[i] = fmt.Sprint(length)
	}
	return a.DType + " " + strings.Join(dims, "x") + " " + a.SHA
}

func digest[T any](a psh.Array[T]) array { return digestAny(a.Copy().Data, a.Shape()) }

// digestOf is the digest of a psh.Array of any type.
func digestOf(a any) array {
	switch a := a.(type) {
	case psh.Array[bool]:
		return digest(a)
	case psh.Array[int8]:
		return digest(a)
	case psh.Array[int16]:
		return digest(a)
	case psh.Array[int32]:
		return digest(a)
	case psh.Array[int64]:
		return digest(a)
	case psh.Array[uint8]:
		return digest(a)
	case psh.Array[uint16]:
		return digest(a)
	case psh.Array[uint32]:
		return digest(a)
	case psh.Array[uint64]:
		return digest(a)
	case psh.Array[psh.Float16]:
		return digest(a)
	case psh.Array[float32]:
		return digest(a)
	case psh.Array[float64]:
		return digest(a)
	case psh.Array[complex64]:
		return digest(a)
	case psh.Array[complex128]:
		return digest(a)
	case psh.Array[string]:
		return digest(a)
	}
	panic(fmt.Sprintf("no array: %T", a))
}

// digestAny is the digest of a slice of values in C order.
func digestAny(values any, shape []int) array {
	hash := sha256.New()
	if texts, ok := values.([]string); ok {
		fmt.Fprint(hash, strings.Join(texts, "\x00"))
	} else if err := binary.Write(hash, binary.LittleEndian, values); err != nil {
		panic(err)
	}
	name := "?"
	for d := keydata.Bool; d <= keydata.String; d++ {
		if d.Go() == reflect.TypeOf(values).Elem() {
			name = d.String()
		}
	}
	return array{name, notNil(shape), hex.EncodeToString(hash.Sum(nil))[:32]}
}

func sum(text string) string {
	hash := sha256.Sum256([]byte(text))
	return hex.EncodeToString(hash[:])[:32]
}

func answerTable(_ conformanceCase, run *extradata.DataCollection, check check) (any, error) {
	run, err := run.Select(globs(check, extradata.Glob)...)
	if err != nil {
		return nil, err
	}
	record, err := table.New(run)
	if err != nil {
		return nil, err
	}
	defer record.Release()
	names, data := []string{}, map[string]string{}
	for i, field := range record.Schema().Fields()[1:] {
		names = append(names, field.Name)
		data[field.Name] = columnDigest(record.Column(i + 1))
	}
	ids := record.Column(0).(*arrowarray.Uint64).Uint64Values()
	return map[string]any{"columns": names, "index": ids, "data": data}, nil
}

// columnDigest is the digest of a column as pandas has it: what is missing is not
// a number, for which integers become floats.
func columnDigest(column arrow.Array) string {
	if column, ok := column.(*arrowarray.Float64); ok {
		values := slices.Clone(column.Float64Values())
		for i := range values {
			if column.IsNull(i) {
				values[i] = math.NaN()
			}
		}
		return digestAny(values, nil).SHA
	}
	panic(fmt.Sprintf("no column of this type is in the corpus: %v", column.DataType()))
}
