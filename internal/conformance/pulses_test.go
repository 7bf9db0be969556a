package conformance

import (
	"errors"
	"fmt"
	"math"
	"strings"

	"extrapasha/extradata"
	"extrapasha/extradata/pulses"
	psh "extrapasha/pasha"
)

func init() {
	for op, o := range map[string]struct {
		arguments string
		answer    func(question, *pulses.Pattern) (any, error)
	}{
		"pulse_ids":              {"", func(_ question, p *pulses.Pattern) (any, error) { return pulseSeries(p), nil }},
		"peek_pulse_ids":         {"", answerPeek},
		"pulse_counts":           {"", func(_ question, p *pulses.Pattern) (any, error) { return byTrains(p, p.Counts()), nil }},
		"pulse_periods":          {"single_pulse_value no_pulse_value", answerPeriods},
		"pulse_repetition_rates": {"", func(_ question, p *pulses.Pattern) (any, error) { return byTrains(p, p.Rates()), nil }},
		"train_durations":        {"", func(_ question, p *pulses.Pattern) (any, error) { return byTrains(p, p.Durations()), nil }},
		"pulse_mask":             {"field", answerPulseMask},
		"is_constant_pattern": {"include_empty_trains", func(q question, p *pulses.Pattern) (any, error) {
			return p.IsConstant(q.flag("include_empty_trains")), nil
		}},
		"pulse_index":           {"pulse_dim include_extra_dims", answerPulseIndex},
		"search_pulse_patterns": {"", answerRuns},
		"pulse_trains":          {"", answerPulseTrains},
		"select_pulses":         {"pulses trains reset_index", answerChoosePulses},
		"deselect_pulses":       {"pulses trains reset_index", answerChoosePulses},
		"union/pattern":         {"others", answerPatternUnion},
		"is_interleaved_with":   {"other", answerInterleaved},
		"pumped_pulses_ratios":  {"ppl_only_value", answerPumped},
	} {
		operations[op] = operation{"pattern " + o.arguments, func(q question) (any, error) {
			pattern, err := q.pattern(q.arguments["pattern"])
			if err != nil {
				return nil, err
			}
			return o.answer(q, pattern)
		}}
	}
	for op, answer := range map[string]func(question, patternSource) (any, error){
		"pulse_source": answerPulseSource, "pulse_train_ids": answerPulseTrainIDs, "pulse_split": answerPulseSplit,
		"is_sa1_interleaved_with_sa3": answerInterleavedSASE, "machine_repetition_rate": answerMachineRate,
	} {
		operations[op] = operation{"pattern parts per_part", func(q question) (any, error) {
			source, err := q.patternSource(q.arguments["pattern"])
			if err != nil {
				return nil, err
			}
			return answer(q, source)
		}}
	}
}

func (q question) patternSource(part any) (patternSource, error) {
	of := arguments(as[map[string]any]("pattern", part))
	of.only(strings.Fields("class source sase ppl_seed mask require_all_bits bunch_table_position bunch_table_offset pulse_offset extrapolate instrument detector clock_ratio first_pulse_id negative_ppl_indices pulse_ids pulses_per_train pulse_id_offset pulse_period repetition_rate train_ids select"))
	run, err := q.someTrains(part)
	if err != nil {
		return patternSource{}, err
	}
	p := patternSource{of: of, run: run}
	if class := of.text("class"); class != "ManualPulses" && class != "DldPulses" {
		p.source, err = pulses.Find(run, of.optional("source"))
	}
	return p, err
}

func (p patternSource) pattern() (*pulses.Pattern, error) {
	switch of := p.of; of.text("class") {
	case "XrayPulses":
		return p.source.XRays(of.count("sase"))
	case "OpticalLaserPulses":
		return p.source.Laser(of.optional("ppl_seed"))
	case "MachinePulses":
		mask := uint32(pulses.Destinations)
		if of.has("mask") {
			mask = uint32(of.int("mask"))
		}
		return p.source.Machine(mask, of.flag("require_all_bits"))
	case "PumpProbePulses":
		sase, seed := p.instrument()
		return p.source.PumpProbe(sase, seed, p.shift(), !of.has("extrapolate") || of.flag("extrapolate"))
	case "DldPulses":
		pattern, err := pulses.Triggers(p.run, p.detector(), pulses.Clock{SamplesPerSlot: of.count("clock_ratio"), First: of.count("first_pulse_id")})
		if err != nil || !of.flag("negative_ppl_indices") {
			return pattern, err
		}
		return pattern.Negative()
	case "ManualPulses":
		return p.manual()
	default:
		panic(bad("pattern %v is not known here", of))
	}
}

// pulseSeries is how the corpus writes the pulses of a pattern.
func pulseSeries(p *pulses.Pattern) fields {
	trains, ids, indices, xrays, laser := []uint64{}, []int32{}, []int64{}, []bool{}, []bool{}
	for _, train := range p.Trains {
		for _, pulse := range train.Pulses {
			trains, ids, indices = append(trains, train.ID), append(ids, int32(pulse.ID)), append(indices, int64(pulse.Index))
			xrays, laser = append(xrays, pulse.XRay), append(laser, pulse.Laser)
		}
	}
	index := map[string]string{"trainId": shaOf(trains), "pulseIndex": shaOf(indices)}
	if p.Both {
		index["fel"], index["ppl"] = shaOf(xrays), shaOf(laser)
	}
	return fields{"dtype": "int32", "rows": len(ids), "sha": shaOf(ids), "head": ids[:min(5, len(ids))], "index": index}
}

func byTrains[T any](p *pulses.Pattern, values []T) any {
	return fields{"train_ids": digested(arrayOf(p.TrainIDs())), "values": digested(arrayOf(values))}
}

func arrayOf[T any](values []T) psh.Array[T] {
	array, err := psh.NewArray(values)
	if err != nil {
		panic(err)
	}
	return array
}

func idsOfPulses(list []pulses.Pulse) any {
	ids := []int32{}
	for _, pulse := range list {
		ids = append(ids, int32(pulse.ID))
	}
	return digested(arrayOf(ids))
}

func answerPeek(q question, p *pulses.Pattern) (any, error) {
	if len(p.Trains) == 0 {
		return idsOfPulses(nil), nil
	}
	return idsOfPulses(p.Trains[0].Pulses), nil
}

func answerPeriods(q question, p *pulses.Pattern) (any, error) {
	var single *int64
	if q.has("single_pulse_value") {
		value := int64(q.int("single_pulse_value"))
		single = &value
	}
	periods, err := p.Periods(int64(q.count("no_pulse_value")), single)
	return byTrains(p, periods), err
}

func answerPulseMask(q question, p *pulses.Pattern) (any, error) {
	holds := map[string]func(pulses.Pulse) bool{
		"": nil, "fel": func(p pulses.Pulse) bool { return p.XRay }, "ppl": func(p pulses.Pulse) bool { return p.Laser },
	}[q.optional("field")]
	mask, err := p.Mask(holds)
	return digested(mask), err
}

func answerPulseIndex(q question, p *pulses.Pattern) (any, error) {
	var trains []uint64
	var ids []int32
	var indices []int64
	var times []float64
	var xrays, laser []bool
	for _, train := range p.Trains {
		for _, pulse := range train.Pulses {
			trains, ids, indices = append(trains, train.ID), append(ids, int32(pulse.ID)), append(indices, int64(pulse.Index))
			times = append(times, float64(pulse.ID-train.Pulses[0].ID)/pulses.SlotRate)
			xrays, laser = append(xrays, pulse.XRay), append(laser, pulse.Laser)
		}
	}
	answer := map[string]string{"trainId": shaOf(trains)}
	switch dim := q.text("pulse_dim"); dim {
	case "pulseId":
		answer[dim] = shaOf(ids)
	case "pulseIndex":
		answer[dim] = shaOf(indices)
	case "pulseTime":
		answer[dim] = shaOf(times)
	default:
		return nil, fmt.Errorf("%w: %s", pulses.ErrPattern, dim)
	}
	if p.Both && (!q.has("include_extra_dims") || q.flag("include_extra_dims")) {
		answer["fel"], answer["ppl"] = shaOf(xrays), shaOf(laser)
	}
	return answer, nil
}

func answerRuns(_ question, p *pulses.Pattern) (any, error) {
	list := several{}
	for _, run := range p.Runs() {
		list = append(list, fields{"start": run.First, "last": run.Last, "pulse_ids": idsOfPulses(run.Pulses), "reference_stop": given{}})
	}
	return list, nil
}

func answerPulseTrains(_ question, p *pulses.Pattern) (any, error) {
	var lines []string
	for _, train := range p.Trains {
		if len(train.Pulses) == 0 {
			continue
		}
		line := fmt.Sprint(train.ID)
		for _, pulse := range train.Pulses {
			line += fmt.Sprintf(" %d", pulse.ID)
		}
		lines = append(lines, line)
	}
	return sumOfLines(lines), nil
}

func answerPumped(q question, p *pulses.Pattern) (any, error) {
	ratios, err := p.PumpedRatios(q.float("ppl_only_value", math.NaN()))
	return byTrains(p, ratios), err
}

func answerPulseSource(_ question, p patternSource) (any, error) {
	if p.source == nil {
		return fields{"source": p.detector(), "key": pulses.TriggersKey, "sase": nil, "ppl_seed": nil}, nil
	}
	answer := fields{"source": p.source.Name, "key": p.source.Key, "sase": nil, "ppl_seed": nil}
	class, sase, seed := p.of.text("class"), p.of.count("sase"), p.of.optional("ppl_seed")
	if class == "PumpProbePulses" {
		sase, seed = p.instrument()
	}
	var errs [2]error
	if class != "OpticalLaserPulses" && class != "MachinePulses" {
		answer["sase"], errs[0] = p.source.SASEOr(sase)
	}
	if class == "OpticalLaserPulses" || class == "PumpProbePulses" {
		answer["ppl_seed"], errs[1] = p.source.SeedOr(seed)
	}
	return answer, errors.Join(errs[:]...)
}

func answerPulseTrainIDs(_ question, p patternSource) (any, error) {
	ids, err := p.trainIDs()
	return digested(arrayOf(ids)), err
}

func (p patternSource) trainIDs() ([]uint64, error) {
	if p.source != nil {
		return p.source.TrainIDs()
	}
	pattern, err := p.pattern()
	if err != nil {
		return nil, err
	}
	return pattern.TrainIDs(), nil
}

func answerPulseSplit(q question, p patternSource) (any, error) {
	list := several{}
	if p.source == nil {
		source, err := p.run.Source(p.detector())
		if err != nil {
			return nil, err
		}
		parts, err := source.SplitTrains(q.count("parts"), q.count("per_part"))
		if err != nil {
			return nil, err
		}
		for _, part := range parts {
			run, err := p.run.SelectTrains(extradata.ByIDs(part.TrainIDs()...))
			if err != nil {
				return nil, err
			}
			pattern, err := patternSource{of: p.of, run: run}.pattern()
			if err != nil {
				return nil, err
			}
			list = append(list, splitPart(pattern))
		}
		return list, nil
	}
	parts, err := p.source.SplitTrains(q.count("parts"), q.count("per_part"))
	if err != nil {
		return nil, err
	}
	for _, part := range parts {
		pattern, err := patternSource{p.of, p.run, part}.pattern()
		if err != nil {
			return nil, err
		}
		list = append(list, splitPart(pattern))
	}
	return list, nil
}

func splitPart(p *pulses.Pattern) fields {
	var ids []int32
	for _, train := range p.Trains {
		for _, pulse := range train.Pulses {
			ids = append(ids, int32(pulse.ID))
		}
	}
	return fields{"train_ids": shaOf(p.TrainIDs()), "pulse_ids": shaOf(ids)}
}

func answerInterleavedSASE(_ question, p patternSource) (any, error) {
	one, err := p.source.XRays(1)
	if err != nil {
		return nil, err
	}
	three, err := p.source.XRays(3)
	if err != nil {
		return nil, err
	}
	return told(one.IsInterleaved(three)), nil
}

func answerMachineRate(_ question, p patternSource) (any, error) {
	machine, err := p.source.Machine(pulses.Destinations, false)
	if err != nil {
		return nil, err
	}
	least := math.Inf(1)
	for _, rate := range machine.Rates() {
		if !math.IsNaN(rate) {
			least = min(least, rate)
		}
	}
	if math.IsInf(least, 0) {
		return number(math.NaN()), nil
	}
	return least, nil
}
