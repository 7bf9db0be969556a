package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"extrapasha/cmd/internal/cli"
	"extrapasha/extradata"
	"extrapasha/extradata/detector"
)

// known is a detector with what its class says of it.
type known struct {
	extradata.DetectorSummary
	// Class is one of [detector.Classes], empty for none of them.
	Class string `json:"class,omitempty"`
	// Places is how many modules the whole detector has, Missing are the numbers of those
	// that the run has no source of.
	Places  int   `json:"places,omitempty"`
	Missing []int `json:"missing_modules,omitempty"`
}

// whole is a summary whose detectors have their classes.
type whole struct {
	extradata.Summary
	Detectors []known `json:"detectors"`
}

// classify finds the classes of the detectors of a run. Those that the summary takes for
// other instrument sources, since their modules are not called as those of most are, are
// taken from there.
func classify(run *extradata.DataCollection, s extradata.Summary) (whole, error) {
	w := whole{Summary: s, Detectors: []known{}}
	for _, d := range s.Detectors {
		w.Detectors = append(w.Detectors, known{DetectorSummary: d})
	}
	found, err := detector.Identify(run)
	if err != nil {
		return w, err
	}
	for _, f := range found {
		for _, section := range []string{"/CORR", "/DET"} {
			w.place(run, f, section)
		}
	}
	slices.SortStableFunc(w.Detectors, func(a, b known) int { return strings.Compare(a.Name, b.Name) })
	return w, nil
}

// place puts what is known of the raw or corrected data of a detector where they are told
// of. Of those that cannot be opened nothing more is known: lsxfel tells what there is.
func (w *whole) place(run *extradata.DataCollection, f detector.Found, section string) {
	det := open(run, f, section)
	i := slices.IndexFunc(w.Detectors, func(d known) bool { return d.Name == f.Name+section })
	if i < 0 && det != nil {
		if d := w.take(det); len(d.Modules) > 0 {
			d.Name, i = f.Name+section, len(w.Detectors)
			w.Detectors = append(w.Detectors, known{DetectorSummary: d})
		}
	}
	if i < 0 {
		return
	}
	w.Detectors[i].Class = f.Class
	if det != nil {
		w.Detectors[i].Places, w.Detectors[i].Missing = det.NumPlaces(), missing(det)
	}
}

// open opens what a detector has in a section, nil where that is nothing it can open.
// Section DET of old runs may hold corrected data, which are not to be had as raw ones.
func open(run *extradata.DataCollection, f detector.Found, section string) *detector.Detector {
	legacy := run.LegacySources() // told of elsewhere
	there := slices.ContainsFunc(run.InstrumentSources(), func(source string) bool {
		return strings.HasPrefix(source, f.Name+section+"/") && legacy[source] == ""
	})
	if !there {
		return nil
	}
	for _, kind := range []detector.Option{detector.Corrected(), detector.Raw()} {
		det, err := detector.Open(run, detector.Name(f.Name), detector.Class(f.Class), kind)
		if err == nil && strings.HasPrefix(det.Modules()[0].Source, f.Name+section+"/") {
			return det
		}
	}
	return nil
}

// take takes the modules of a detector out of the other instrument sources.
func (w *whole) take(det *detector.Detector) (d extradata.DetectorSummary) {
	most := make([]int, len(det.TrainIDs())) // frames of any module, by train
	for _, module := range det.Modules() {
		i := slices.IndexFunc(w.Instruments, func(s extradata.SourceSummary) bool { return s.Name == module.Source })
		if i < 0 { // not asked for
			continue
		}
		d.Modules = append(d.Modules, module.Source)
		if s := w.Instruments[i]; s.Counts == nil && s.Keys == nil {
			w.Instruments = slices.Delete(w.Instruments, i, i+1)
		}
		data, err := det.Run().Key(module.Source, det.DataKey())
		if err != nil {
			continue
		}
		// An entry is a frame, or a train with one for each memory cell.
		cells, entry := 1, data.EntryShape()
		for _, length := range entry[:max(len(entry)-2, 0)] {
			cells *= length
		}
		d.Type, d.Frame = data.DType().String(), entry[max(len(entry)-2, 0):]
		for train, count := range data.DataCounts() {
			most[train] = max(most[train], count*cells)
		}
	}
	for _, frames := range most {
		d.Most, d.Frames = max(d.Most, frames), d.Frames+frames
	}
	return d
}

// missing are the numbers of the modules that are not there.
func missing(det *detector.Detector) (numbers []int) {
	modules := det.Modules()
	first := modules[0].Number - modules[0].Place
	there := slices.Collect(det.Places())
	for place := range det.NumPlaces() {
		if !slices.Contains(there, place) {
			numbers = append(numbers, first+place)
		}
	}
	return numbers
}

// modules tells of the modules: AGIPD1M, 15 of 16 modules, without 5.
func (k known) modules() string {
	text := cli.Plural(len(k.Modules), "module")
	if len(k.Missing) > 0 && len(k.Modules)+len(k.Missing) == k.Places { // else not all were asked for
		numbers := make([]string, len(k.Missing))
		for i, number := range k.Missing {
			numbers[i] = strconv.Itoa(number)
		}
		text = fmt.Sprintf("%d of %s, without %s", len(k.Modules), cli.Plural(k.Places, "module"), ranges(numbers))
	}
	if k.Class != "" {
		text = k.Class + ", " + text
	}
	return text
}
