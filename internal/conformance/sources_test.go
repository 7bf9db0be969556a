package conformance

import (
	"errors"
	"maps"
	"reflect"
	"slices"

	"extrapasha/extradata"
)

func answerSource(q question) (any, error) {
	source, err := q.run.Source(q.text("source"))
	if err != nil {
		return nil, err
	}
	keys, err1 := source.Keys()
	names, err2 := source.Names()
	groups, err3 := source.IndexGroups()
	counts, err4 := source.DataCounts("")
	class, err5 := source.DeviceClass()
	return fields{
		"section": source.Section(), "keys": notNil(keys), "names": notNil(names), "index_groups": groups, "counts": counts,
		"device_class": emptyIsNull(class), "canonical": source.CanonicalName(),
	}, errors.Join(err1, err2, err3, err4, err5)
}

func emptyIsNull(text string) any {
	if text == "" {
		return nil
	}
	return text
}

func sortedNames[V any](m map[string]V) []string { return notNil(slices.Sorted(maps.Keys(m))) }

func answerOrigin(q question) (any, error) {
	source, err := q.run.Source(q.text("source"))
	if err != nil {
		return nil, err
	}
	aggregator, err1 := source.Aggregator()
	category, err2 := source.DataCategory()
	storage, err3 := source.StorageClass()
	runOnly, err4 := source.IsRunOnly()
	return fields{
		"aggregator": emptyIsNull(aggregator), "category": emptyIsNull(category), "storage": emptyIsNull(storage),
		"control": source.IsControl(), "instrument": source.IsInstrument(), "legacy": source.IsLegacy(),
		"run_only": runOnly,
	}, errors.Join(err1, err2, err3, err4)
}

func answerSourceCounts(q question) (any, error) {
	source, err := q.run.Source(q.text("source"))
	if err != nil {
		return nil, err
	}
	counts, err := source.DataCounts(q.optional("group"))
	if err != nil {
		return nil, err
	}
	in := source.InFiles()
	return fields{"of_all": notNil(counts), "index": those(in, source.TrainIDs()), "counts": those(in, counts)}, nil
}

func answerSourceCoords(q question) (any, error) {
	source, err := q.run.Source(q.text("source"))
	if err != nil {
		return nil, err
	}
	ids, err := source.TrainIDCoordinates(q.optional("group"))
	return shaOf(ids), err
}

func answerSourceDropEmpty(q question) (any, error) {
	source, err := q.run.Source(q.text("source"))
	if err != nil {
		return nil, err
	}
	if source, err = source.DropEmptyTrains(q.optional("group")); err != nil {
		return nil, err
	}
	return notNil(source.TrainIDs()), nil
}

func answerSourceSelect(q question) (any, error) {
	source, err := q.run.Source(q.text("source"))
	if err == nil && q.has("keys") {
		source, err = source.SelectKeys(texts(q.list("keys"))...)
	}
	if err == nil && q.has("pattern") {
		source, err = source.SelectKeys(q.text("pattern"))
	}
	if err != nil {
		return nil, err
	}
	keys, err := source.Keys()
	return notNil(keys), err
}

func answerSourceTrains(q question) (any, error) {
	source, err := q.run.Source(q.text("source"))
	if err != nil {
		return nil, err
	}
	if source, err = source.SelectTrains(q.trainSelection()); err != nil {
		return nil, err
	}
	return notNil(source.TrainIDs()), nil
}

func answerSourceSplit(q question) (any, error) {
	source, err := q.run.Source(q.text("source"))
	if err != nil {
		return nil, err
	}
	parts, err := source.SplitTrains(q.count("parts"), q.count("per_part"))
	return trainIDsOf(parts), err
}

func answerSourceUnion(q question) (any, error) {
	parts, err := q.sourceParts()
	if err != nil {
		return nil, err
	}
	both, err := parts[0].Union(parts[1:]...)
	if err != nil {
		return nil, err
	}
	keys, err := both.Keys()
	return fields{"keys": notNil(keys), "train_ids": notNil(both.TrainIDs())}, err
}

// sourceParts are parts of a source, or it and another one.
func (q question) sourceParts() ([]*extradata.SourceData, error) {
	if q.has("other_source") {
		source, err1 := q.run.Source(q.text("source"))
		other, err2 := q.run.Source(q.text("other_source"))
		return []*extradata.SourceData{source, other}, errors.Join(err1, err2)
	}
	var parts []*extradata.SourceData
	for _, item := range q.list("parts") {
		a := arguments(as[map[string]any]("a part", item))
		source, err := q.someKeys(q.text("source"), a.optional("pattern"))
		if err == nil && a.has("trains") {
			source, err = source.SelectTrains(extradata.ByIndex(selection(a["trains"])))
		}
		if err != nil {
			return nil, err
		}
		parts = append(parts, source)
	}
	return parts, nil
}

func answerRunValues(q question) (any, error) {
	source, err := q.run.Source(q.text("source"))
	if err != nil {
		return nil, err
	}
	values, err := source.RunValues()
	return written(values), err
}

// written are values as the corpus writes them.
func written(values map[string]any) map[string]any {
	out := map[string]any{}
	for name, value := range values {
		out[name] = value1(value)
	}
	return out
}

// value1 is one value, a number or text or a slice of them.
func value1(value any) any {
	if v := reflect.ValueOf(value); v.Kind() == reflect.Slice {
		return digest(value, []int{v.Len()})
	}
	return number(value)
}

func answerRunNames(q question) (any, error) {
	source, err := q.run.Source(q.text("source"))
	if err != nil {
		return nil, err
	}
	values, err := source.NamedRunValues()
	return written(values), err
}

func answerRunValue(q question) (any, error) {
	source, err := q.run.Source(q.text("source"))
	if err != nil {
		return nil, err
	}
	value, err := source.RunValue(q.text("key"))
	return value1(value), err
}
