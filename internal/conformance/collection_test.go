package conformance

import (
	"errors"
	"time"

	"extrapasha/extradata"
)

func answerCollection(q question) (any, error) { return collectionAnswer(q.run), nil }

func collectionAnswer(run *extradata.DataCollection) fields {
	return fields{
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

func answerContains(q question) (any, error) {
	return q.run.Has(pair(q.list("item")))
}

// found is whether there was a source or key, by the error of asking for it.
func found(err error) (any, error) {
	if isA[*extradata.SourceNameError](err) || isA[*extradata.KeyNameError](err) {
		return false, nil
	}
	return err == nil, err
}

func answerDetectorSources(q question) (any, error) { return notNil(q.run.DetectorSources()), nil }

func answerMetadata(q question) (any, error) { return q.run.RunMetadata() }

func answerTimestamps(q question) (any, error) {
	return eachTime(q.run, func(stamp time.Time) any { return stamp.UnixNano() })
}

func answerTimes(q question) (any, error) {
	zone := time.UTC
	if q.flag("local") {
		zone = extradata.TimeZone()
	}
	return eachTime(q.run, func(stamp time.Time) any { return stamp.In(zone).Format("2006-01-02T15:04:05.000-07:00") })
}

// eachTime is something about the time of each train, null where that is not known.
func eachTime(run *extradata.DataCollection, tell func(time.Time) any) ([]any, error) {
	times, err := run.TrainTimestamps()
	told := make([]any, len(times))
	for i, stamp := range times {
		if !stamp.IsZero() {
			told[i] = tell(stamp)
		}
	}
	return told, err
}

// required is a collection, cut to the trains that a check requires.
func (q question) required(run *extradata.DataCollection, err error) (any, error) {
	if err != nil {
		return nil, err
	}
	switch require := q.optional("require"); require {
	case "", "none":
	case "all":
		run, err = run.RequireAll()
	case "any":
		run, err = run.RequireAny()
	default:
		panic(bad("require %q is not known here", require))
	}
	return collectionOr(run, err)
}

func answerSelect(q question) (any, error) {
	return q.required(q.run.Select(globs(q.list("globs"), extradata.Glob)...))
}

func answerDeselect(q question) (any, error) {
	return collectionOr(q.run.Deselect(globs(q.list("globs"), extradata.Glob)...))
}

func answerSelectExact(q question) (any, error) {
	return collectionOr(q.run.Select(extradata.Exact(exact(as[map[string]any]("keys", q.arguments["keys"])))))
}

func answerSelectBy(q question) (any, error) {
	selections, err := q.selectionsBy()
	if err != nil {
		return nil, err
	}
	return q.required(q.run.Select(selections...))
}

func answerDeselectBy(q question) (any, error) {
	selections, err := q.selectionsBy()
	if err != nil {
		return nil, err
	}
	return collectionOr(q.run.Deselect(selections...))
}

// selectionsBy are the selections that value stands for, of the sort that by tells.
func (q question) selectionsBy() ([]extradata.Selection, error) {
	if q.text("by") == "dict" {
		return []extradata.Selection{extradata.Exact(exact(as[map[string]any]("value", q.arguments["value"])))}, nil
	}
	value := q.list("value")
	switch by := q.text("by"); by {
	case "list":
		return globs(value, extradata.Glob), nil
	case "collection":
		other, err := q.run.Select(globs(value, extradata.Glob)...)
		return []extradata.Selection{extradata.Same(other)}, err
	case "source":
		source, err := q.someKeys(pair(value))
		return []extradata.Selection{extradata.Only(source)}, err
	case "key":
		key, err := q.run.Key(pair(value))
		return []extradata.Selection{extradata.OnlyKey(key)}, err
	default:
		panic(bad("by %q is not known here", by))
	}
}

// someKeys is a source with the keys that fit a pattern, with all where it is empty.
func (q question) someKeys(name, pattern string) (*extradata.SourceData, error) {
	source, err := q.run.Source(name)
	if err != nil || pattern == "" {
		return source, err
	}
	return source.SelectKeys(pattern)
}

// answerChain makes one selection after the other.
func answerChain(q question) (any, error) {
	run := q.run
	for _, step := range q.list("steps") {
		step := as[[]any]("a step", step)
		if len(step) != 2 {
			panic(bad("a step has %d items", len(step)))
		}
		value := as[[]any]("what a step selects", step[1])
		var err error
		switch step[0] {
		case "select":
			run, err = run.Select(globs(value, extradata.Glob)...)
		case "deselect":
			run, err = run.Deselect(globs(value, extradata.Glob)...)
		case "trains":
			run, err = run.SelectTrains(extradata.ByIndex(selection(value)))
		default:
			panic(bad("step %v is not known here", step[0]))
		}
		if err != nil {
			return nil, err
		}
	}
	return collectionAnswer(run), nil
}

func answerSelectTrains(q question) (any, error) {
	run, err := q.run.SelectTrains(q.trainSelection())
	if err != nil {
		return nil, err
	}
	return notNil(run.TrainIDs()), nil
}

func answerSplitTrains(q question) (any, error) {
	parts, err := q.run.SplitTrains(q.count("parts"), q.count("per_part"))
	return trainIDsOf(parts), err
}

// trainIDsOf are the train IDs of each part of something.
func trainIDsOf[P interface{ TrainIDs() []uint64 }](parts []P) [][]uint64 {
	ids := [][]uint64{}
	for _, part := range parts {
		ids = append(ids, notNil(part.TrainIDs()))
	}
	return ids
}

// part is some sources and trains of a collection: all of those that are not given.
func part(run *extradata.DataCollection, a arguments) (_ *extradata.DataCollection, err error) {
	if a.has("globs") {
		run, err = run.Select(globs(a.list("globs"), extradata.Glob)...)
	}
	if err == nil && a.has("trains") {
		run, err = run.SelectTrains(extradata.ByIndex(selection(a["trains"])))
	}
	return run, err
}

func answerUnion(q question) (_ any, err error) {
	runs := []*extradata.DataCollection{q.run, q.run}
	if q.has("other") {
		if runs[1], err = q.of.corpus.named(q.text("other")).open(); err != nil {
			return nil, err
		}
		defer runs[1].Close()
	}
	var parts []*extradata.DataCollection
	for i, item := range q.list("parts") {
		one, err := part(runs[min(i, 1)], as[map[string]any]("a part", item))
		if err != nil {
			return nil, err
		}
		parts = append(parts, one)
	}
	if len(parts) == 0 {
		return nil, errors.New("a union of nothing")
	}
	both, err := parts[0].Union(parts[1:]...)
	if err != nil {
		return nil, err
	}
	return unionAnswer(both)
}

func unionAnswer(run *extradata.DataCollection) (any, error) {
	lines, err := dataLines(run)
	if err != nil {
		return nil, err
	}
	answer := collectionAnswer(run)
	answer["data"] = sumOfLines(lines)
	if metadata, err := run.RunMetadata(); err != nil {
		answer["run_metadata"] = err
	} else {
		answer["run_metadata"] = sortedNames(metadata)
	}
	return answer, nil
}
