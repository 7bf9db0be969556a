package conformance

import (
	"fmt"

	"extrapasha/extradata"
	"extrapasha/extradata/pulses"
)

// patternSource is what a pattern is made from.
type patternSource struct {
	of     arguments
	run    *extradata.DataCollection
	source *pulses.Source // nil for triggers, and patterns by hand
}

func (q question) pattern(part any) (*pulses.Pattern, error) {
	source, err := q.patternSource(part)
	if err != nil {
		return nil, err
	}
	return source.pattern()
}

// instrument is the SASE and the laser of pump and probe.
func (p patternSource) instrument() (sase int, seed string) {
	if !p.of.has("instrument") {
		return 0, ""
	}
	list := p.of.list("instrument")
	return integer(list[0]), as[string]("instrument", list[1])
}

func (p patternSource) shift() pulses.Shift {
	switch of := p.of; {
	case of.has("bunch_table_position"):
		return pulses.At(of.int("bunch_table_position"))
	case of.has("bunch_table_offset"):
		return pulses.FromFirst(of.int("bunch_table_offset"))
	case of.has("pulse_offset"):
		return pulses.FromFirstPulses(of.float("pulse_offset", 0))
	}
	return nil
}

func (p patternSource) detector() string { return p.of.text("detector") + ":output" }

func (p patternSource) manual() (*pulses.Pattern, error) {
	of := p.of
	trains := integers[uint64](of["train_ids"])
	if of.has("pulse_ids") {
		return pulses.Manual(trains, integers[int](of["pulse_ids"])), nil
	}
	period := of.count("pulse_period")
	if of.has("repetition_rate") {
		period = pulses.PeriodOf(of.float("repetition_rate", 0))
	}
	if period == 0 {
		return nil, fmt.Errorf("%w: neither period nor rate", pulses.ErrPattern)
	}
	return pulses.Regular(trains, of.int("pulses_per_train"), of.count("pulse_id_offset"), period), nil
}
