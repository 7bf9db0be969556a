package conformance

import (
	"encoding/json"
	"slices"
	"strings"

	"extrapasha/extradata"
	"extrapasha/extradata/pulses"
	psh "extrapasha/pasha"
)

func answerChoosePulses(q question, p *pulses.Pattern) (any, error) {
	choose := p.Select
	if q.text("op") == "deselect_pulses" {
		choose = p.Deselect
	}
	var trains extradata.TrainSelection
	if q.has("trains") {
		for kind, value := range as[map[string]any]("trains", q.arguments["trains"]) {
			trains = arguments{"kind": kind, "value": value}.trainSelection()
		}
	}
	chosen, err := choose(pulsesChosen(as[map[string]any]("pulses", q.arguments["pulses"])), trains)
	if err != nil {
		return nil, err
	}
	anew := chosen.Recount()
	if q.has("reset_index") && !q.flag("reset_index") {
		anew = chosen
	}
	ids := shaOf(chosen.TrainIDs())
	return oneOf{fields{"train_ids": ids, "pulse_ids": pulseSeries(anew)}, fields{"train_ids": ids, "pulse_ids": pulseSeries(chosen)}}, nil
}

// oneOf is an answer that the corpus has in one of several ways: the reference counts
// selected pulses anew or not, as its libraries happen to put the index together.
type oneOf []any

func (o oneOf) differs(want json.RawMessage) (message string) {
	for _, answer := range slices.Backward(o) {
		if message = differs(want, answer); message == "" {
			return ""
		}
	}
	return message
}

func pulsesChosen(of map[string]any) pulses.Selection {
	for kind, value := range of {
		switch kind {
		case "index":
			b := bounds(value)
			return pulses.Range(or(b[0], psh.Begin), or(b[1], psh.End), or(b[2], 1))
		case "index_list":
			return pulses.ByIndices(integers[int](value)...)
		case "mask":
			return pulses.ByMask(flags(value))
		case "id_list":
			return pulses.ByIDs(integers[int](value)...)
		case "id":
			b := bounds(value)
			return pulses.Between(or(b[0], 0), or(b[1], 9999), or(b[2], 1))
		}
	}
	panic(bad("pulses %v are not known here", of))
}

func answerPatternUnion(q question, p *pulses.Pattern) (any, error) {
	var others []*pulses.Pattern
	for _, part := range q.list("others") {
		other, err := q.pattern(part)
		if err != nil {
			return nil, err
		}
		others = append(others, other)
	}
	union := p.Union(others...)
	return fields{"train_ids": eitherWay(union.TrainIDs()), "pulse_ids": pulseSeries(union)}, nil
}

// eitherWay is a list that the corpus has whole or as a digest.
type eitherWay []uint64

func (e eitherWay) differs(want json.RawMessage) string {
	if strings.HasPrefix(string(want), "[") {
		return differs(want, []uint64(e))
	}
	return differs(want, shaOf([]uint64(e)))
}

func answerInterleaved(q question, p *pulses.Pattern) (any, error) {
	other, err := q.pattern(q.arguments["other"])
	if err != nil {
		return nil, err
	}
	return told(p.IsInterleaved(other)), nil
}

func told(interleaved, ok bool) any {
	if !ok {
		return nil
	}
	return interleaved
}
