package conformance

import (
	"errors"

	"extrapasha/extradata"
)

// auxiliary is an auxiliary source, of all trains or of those of a slice.
func (q question) auxiliary(name string) (*extradata.SourceData, error) {
	run, err := part(q.run, q.arguments)
	if err != nil {
		return nil, err
	}
	return run.AuxiliarySource(name)
}

func answerAuxiliary(q question) (any, error) {
	run, err := part(q.run, q.arguments)
	if err != nil {
		return nil, err
	}
	reduction, err1 := run.ReductionSources()
	errata, err2 := run.ErrataSources()
	return fields{"reduction": notNil(reduction), "errata": notNil(errata)}, errors.Join(err1, err2)
}

func answerAuxSource(q question) (any, error) {
	source, err := q.auxiliary(q.text("source"))
	if err != nil {
		return nil, err
	}
	aggregator, err1 := source.Aggregator()
	ids, err2 := source.TrainIDCoordinates("")
	counts, err3 := source.DataCounts("")
	groups, err4 := source.IndexGroups()
	keys, err5 := source.Keys()
	return fields{
		"section": source.Section(), "aggregator": emptyIsNull(aggregator), "coords": shaOf(ids), "of_all": notNil(counts),
		"counts": fields{"index": notNil(source.TrainIDs()), "counts": notNil(counts)}, "groups": groups, "keys": notNil(keys),
	}, errors.Join(err1, err2, err3, err4, err5)
}

func (q question) auxiliaryKey() (*extradata.KeyData, error) {
	source, err := q.auxiliary(q.text("source"))
	if err != nil {
		return nil, err
	}
	return source.Key(q.text("key"))
}

func answerAuxKey(q question) (any, error) {
	key, err := q.auxiliaryKey()
	if err != nil {
		return nil, err
	}
	return keyAnswer(key)
}

func answerAuxData(q question) (any, error) {
	key, err := q.auxiliaryKey()
	if err != nil {
		return nil, err
	}
	return keyData(key)
}

func answerAuxIn(q question) (any, error) {
	name, key := pair(q.list("item"))
	source, err := q.auxiliary(name)
	if err == nil && key != "" {
		_, err = source.Key(key)
	}
	return found(err)
}
