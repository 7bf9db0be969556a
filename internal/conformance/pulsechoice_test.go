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
	of := as[map[string]any]("pulses", q.arguments["pulses"])
	selection := pulsesChosen(of)
	var trains extradata.TrainSelection
	if q.has("trains") {
		for kind, value := range as[map[string]any]("trains", q.arguments["trains"]) {
			trains = arguments{"kind": kind, "value": value}.trainSelection()
		}
	}
	kept, err := p.Subset(selection, trains)
	if err != nil {
		return nil, err
	}
	if q.has("reset_index") && !q.flag("reset_index") {
		return chosenPulses(kept), nil
	}
	choose, before := p.Select, kept
	if byLabel(of) {
		before = p
	}
	if q.text("op") == "deselect_pulses" {
		choose, before = p.Deselect, p
	}
	chosen, err := choose(selection, trains)
	if err != nil {
		return nil, err
	}
	return chosenPulses(labelledBy(chosen, before)), nil
}

func chosenPulses(p *pulses.Pattern) fields {
	return fields{"train_ids": shaOf(p.TrainIDs()), "pulse_ids": pulseSeries(p)}
}

// labelledBy is a pattern with the indices that the reference gives to what is counted
// anew: the n-th pulse of a train has the n-th of the indices that were there before, of
// all that pandas still knows.
func labelledBy(p, before *pulses.Pattern) *pulses.Pattern {
	var known []int
	for _, train := range before.Trains {
		for _, pulse := range train.Pulses {
			known = append(known, pulse.Index)
		}
	}
	slices.Sort(known)
	known = slices.Compact(known)
	for _, train := range p.Trains {
		for i := range train.Pulses {
			train.Pulses[i].Index = known[i]
		}
	}
	return p
}

// byLabel tells whether the reference selects by labels of its index, and so keeps all
// that there were.
func byLabel(of map[string]any) bool {
	if _, list := of["index_list"]; list {
		return true
	}
	slice, ok := of["index"]
	if !ok {
		return false
	}
	b := bounds(slice)
	return or(b[0], 0) >= 0 && or(b[1], 0) >= 0
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
