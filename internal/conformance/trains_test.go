package conformance

import (
	"slices"

	"extrapasha/extradata"
)

func answerTrainByIndex(q question) (any, error) {
	train, err := q.run.TrainByIndex(q.int("index"))
	if err != nil {
		return nil, err
	}
	return trainAnswer(train, q)
}

func answerTrainByID(q question) (any, error) {
	train, err := q.run.TrainByID(uint64(q.int("id")))
	if err != nil {
		return nil, err
	}
	return trainAnswer(train, q)
}

func trainAnswer(train extradata.Train, q question) (any, error) {
	keep := q.flag("keep_dims")
	if q.flag("flat") {
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

func answerTrains(q question) (any, error) { return trainDigests(q.run, q.arguments) }

func answerTrainsOf(q question) (any, error) {
	run, err := part(q.run, q.arguments)
	if err != nil {
		return nil, err
	}
	return trainDigests(run, q.arguments)
}

func trainDigests(run *extradata.DataCollection, a arguments) (any, error) {
	list := [][]any{}
	for train, err := range run.Trains(a.flag("require_all")) {
		if err != nil {
			return nil, err
		}
		digest, err := trainDigest(train, a.flag("keep_dims"))
		if err != nil {
			return nil, err
		}
		list = append(list, digest)
	}
	return list, nil
}

// trainDigest is the train ID and the digest of the train's sorted lines.
func trainDigest(train extradata.Train, keepDims bool) ([]any, error) {
	data, err := train.Flat(keepDims)
	if err != nil {
		return nil, err
	}
	lines := make([]string, 0, len(data))
	for id, value := range data {
		lines = append(lines, id.Source+" "+id.Key+" "+digestOf(value).line())
	}
	slices.Sort(lines)
	return []any{train.ID, sumOfLines(lines)}, nil
}

func answerTrainOf(q question) (any, error) {
	run, err := part(q.run, q.arguments)
	if err != nil {
		return nil, err
	}
	train, err := run.TrainByIndex(q.int("index"))
	if err != nil {
		return nil, err
	}
	return trainDigest(train, false)
}
