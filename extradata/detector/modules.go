package detector

import (
	"fmt"
	"log/slog"
	"regexp"
	"slices"
	"strconv"

	"extrapasha/extradata"
	"extrapasha/keydata"
)

// Module is one of the modules of a detector.
type Module struct {
	// Place is where the module is in the detector, counted from 0: its position in
	// arrays with gaps and in geometries.
	Place int
	// Number is as the facility counts: as the place, but from 1 for JUNGFRAU.
	Number int
	// Source has its data.
	Source string
}

// find finds the sources of the modules, raw or corrected, with the numbers in their
// names.
func (d *Detector) find(run *extradata.DataCollection, kind kindOfData) (found []Module, err error) {
	if d.Class() == d.name { // made of a pattern
		found, err = matches(run, regexp.MustCompile(d.class.modules), "")
		if err == nil && len(found) > 0 {
			d.raw, err = d.allRaw(run, found)
		}
		return found, err
	}
	pattern := d.class.find(d.name)
	if kind != rawData {
		if found, err = matches(run, pattern, "CORR"); err != nil || len(found) > 0 {
			return found, err
		}
	}
	if found, err = matches(run, pattern, "DET"); err != nil || len(found) == 0 {
		return found, err
	}
	if d.raw, err = d.allRaw(run, found); err != nil {
		return nil, err
	}
	switch {
	case kind == rawData && !d.raw:
		return nil, fmt.Errorf("%w: raw data of %s: sources %s/DET/… have corrected data", keydata.ErrSelection, d.name, d.name)
	case kind == correctedData && d.raw:
		return nil, &extradata.SourceNameError{Source: d.name + "/CORR/…"}
	case kind == correctedElseRaw && d.raw:
		slog.Info("raw data: there are no corrected ones", "detector", d.name)
	}
	return found, nil
}

// matches are the sources that match a pattern, whose last group is the number. Where
// there is a section, that is the group before.
func matches(run *extradata.DataCollection, pattern *regexp.Regexp, section string) (found []Module, err error) {
	for _, source := range run.InstrumentSources() {
		m := pattern.FindStringSubmatch(source)
		if m == nil || section != "" && m[len(m)-2] != section {
			continue
		}
		number, err := strconv.Atoi(m[len(m)-1])
		if err != nil {
			return nil, fmt.Errorf("%w: %q is not the number of a module in %s", keydata.ErrSelection, m[len(m)-1], source)
		}
		found = append(found, Module{Number: number, Source: source})
	}
	slices.SortFunc(found, func(a, b Module) int { return a.Number - b.Number })
	for i := 1; i < len(found); i++ {
		if found[i].Number == found[i-1].Number {
			return nil, fmt.Errorf("%w: %s and %s have the same number", keydata.ErrSelection, found[i-1].Source, found[i].Source)
		}
	}
	return found, nil
}

// allRaw tells whether all modules have raw data: integers, or images with the gain beside
// them.
func (d *Detector) allRaw(run *extradata.DataCollection, modules []Module) (bool, error) {
	for _, module := range modules {
		key, err := run.Key(module.Source, d.class.data)
		if err != nil {
			return false, err
		}
		raw := key.DType() >= keydata.Int8 && key.DType() <= keydata.Uint64
		if d.class.rawDims > 0 {
			raw = key.NDim() == d.class.rawDims
		}
		if !raw {
			return false, nil
		}
	}
	return true, nil
}

// mostPlaces is more than any detector has: numbers come from names in files.
const mostPlaces = 4096

// place gives those of all modules that are wanted their places.
func (d *Detector) place(all []Module, o options) error {
	first := d.class.first
	if len(all) > 0 && d.Class() == d.name {
		first = all[0].Number
	}
	d.base = first // what numbers start at
	if o.First >= 0 {
		first = o.First
	}
	d.places = d.class.places
	if o.Places > 0 {
		d.places = o.Places
	}
	if d.places == 0 && len(all) > 0 {
		d.places = all[len(all)-1].Number - first + 1
	}
	if d.places < 0 || d.places > mostPlaces {
		return fmt.Errorf("%w: a detector of %d modules", keydata.ErrSelection, d.places)
	}
	for _, module := range all {
		if !o.wants(module.Number) {
			continue
		}
		module.Place = module.Number - first
		if module.Place < 0 || module.Place >= d.places {
			return fmt.Errorf("%w: %s is no module of a detector with numbers %d to %d", keydata.ErrSelection, module.Source, first, first+d.places-1)
		}
		module.Number = module.Place + d.base
		d.modules = append(d.modules, module)
	}
	d.fillPlaces()
	if len(d.modules) == 0 {
		return &extradata.SourceNameError{Source: d.name + "/…"}
	}
	return nil
}

// fillPlaces notes which module is in which place.
func (s *state) fillPlaces() {
	s.at = slices.Repeat([]int{-1}, s.places)
	for i, module := range s.modules {
		s.at[module.Place] = i
	}
}
