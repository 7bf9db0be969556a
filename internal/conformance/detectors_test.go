package conformance

import (
	"errors"
	"fmt"
	"strconv"

	"extrapasha/extradata"
	"extrapasha/extradata/detector"
)

func init() {
	for op, ask := range map[string]operation{
		"identify": {"single classes", answerIdentify}, "detector_info": {"source", answerDetectorInfo},
		"det": {"det", answerDetector}, "jf_cell_ids": {"det", answerCellIDs},
		"det_select_trains": {"det kind value", answerDetectorTrains}, "det_split": {"det parts per_part frames_per_part", answerDetectorSplit},
	} {
		operations[op] = ask
	}
	errorKinds["ValueError"] = anyOf(errorKinds["ValueError"], wraps(detector.ErrUneven, detector.ErrNone))
}

// referenceClasses are those that the reference knows.
var referenceClasses = []string{"AGIPD1M", "AGIPD500K", "DSSC1M", "LPD1M", "LPDSolo", "JUNGFRAU"}

func answerIdentify(q question) (any, error) {
	names := referenceClasses
	if q.has("classes") {
		names = texts(q.list("classes"))
	}
	if q.flag("single") {
		found, err := detector.Only(q.run, names...)
		return []string{found.Name, found.Class}, err
	}
	all, err := detector.Identify(q.run, names...)
	pairs := [][]string{}
	for _, found := range all {
		pairs = append(pairs, []string{found.Name, found.Class})
	}
	return pairs, err
}

func answerDetectorInfo(q question) (any, error) {
	info, err := detector.Info(q.run, q.text("source"))
	return fields{"dims": info.Dims, "frames_per_train": info.FramesPerTrain, "total_frames": info.TotalFrames}, err
}

// detector opens the detector that a check asks about, where it is one for the reference:
// all modules have the same number of frames.
func (q question) detector() (*detector.Detector, error) {
	of := arguments(as[map[string]any]("det", q.arguments["det"]))
	of.only([]string{"class", "name", "modules", "min_modules", "raw", "parallel_gain", "n_modules", "first_modno"})
	det, err := detector.Open(q.run, detectorOptions(of)...)
	if err != nil {
		return nil, err
	}
	_, err = det.Entries()
	return det, err
}

func detectorOptions(of arguments) (opts []detector.Option) {
	opts = append(opts, detector.Class(of.text("class")))
	if of.has("name") {
		opts = append(opts, detector.Name(of.text("name")))
	}
	if of.has("modules") {
		opts = append(opts, detector.OnlyModules(integers[int](of["modules"])...))
	}
	for name, option := range map[string]func(int) detector.Option{
		"min_modules": detector.MinModules, "n_modules": detector.NumPlaces, "first_modno": detector.FirstNumber,
	} {
		if of.has(name) {
			opts = append(opts, option(of.int(name)))
		}
	}
	if of.has("raw") {
		if of.flag("raw") {
			opts = append(opts, detector.Raw())
		} else {
			opts = append(opts, detector.Corrected())
		}
	}
	if of.flag("parallel_gain") {
		opts = append(opts, detector.ParallelGain())
	}
	return opts
}

func answerDetector(q question) (any, error) {
	det, err := q.detector()
	if err != nil {
		return nil, err
	}
	modules := map[string]string{}
	for _, module := range det.Modules() {
		modules[strconv.Itoa(module.Number)] = module.Source
	}
	shape, err1 := det.ModuleShape()
	entries, err2 := det.Entries()
	keys, err3 := det.Keys()
	return fields{
		"name": det.Name(), "modules": modules, "n_modules": det.NumPlaces(), "module_shape": shape, "train_ids": det.TrainIDs(),
		"entries": entries, "raw": det.IsRaw(), "keys": keys, "frames_per_train": valueOr(det.FramesPerTrain()),
	}, errors.Join(err1, err2, err3)
}

// valueOr is a value, or the error that there is in its place.
func valueOr[V any](value V, err error) any {
	if err != nil {
		return err
	}
	return value
}

func answerCellIDs(q question) (any, error) {
	det, err := q.detector()
	if err != nil {
		return nil, err
	}
	return det.CellIDs()
}

func answerDetectorTrains(q question) (any, error) {
	det, err := q.detector()
	if err == nil {
		det, err = det.SelectTrains(q.trainSelection())
	}
	if err != nil {
		return nil, err
	}
	entries, err := det.Entries()
	return fields{"train_ids": notNil(det.TrainIDs()), "entries": entries}, err
}

func answerDetectorSplit(q question) (any, error) {
	det, err := q.detector()
	if err != nil {
		return nil, err
	}
	parts, err := det.SplitTrains(q.count("parts"), q.count("per_part"), q.count("frames_per_part"))
	trains := [][]uint64{}
	for _, part := range parts {
		trains = append(trains, notNil(part.TrainIDs()))
	}
	return trains, err
}

// pulseSelection is that of a check: by index or by ID, a slice, a list or one.
func pulseSelection(of arguments) detector.PulseSelection {
	byID := of.text("by") == "id"
	if !of.has("slice") {
		list := of["list"]
		if of.has("one") {
			list = []any{of["one"]}
		}
		if byID {
			return detector.PulseIDs(integers[uint64](list)...)
		}
		return detector.PulsesAt(integers[int](list)...)
	}
	const last = 1 << 40
	b := bounds(of["slice"])
	start, stop, step := or(b[0], 0), or(b[1], last), or(b[2], 1)
	if byID {
		return detector.PulseIDRange(uint64(start), uint64(stop), step)
	}
	return detector.PulseRange(start, stop, step)
}

// detectorKey is the key of all modules that a check asks about, with what it chooses.
func (q question) detectorKey(name string) (*detector.Key, error) {
	det, err := q.detector()
	if err == nil && q.has("trains") {
		det, err = det.SelectTrains(extradata.ByIndex(selection(q.arguments["trains"])))
	}
	if err != nil {
		return nil, err
	}
	if name == "" {
		name = det.DataKey()
	}
	key, err := det.Key(name)
	if err == nil && q.has("pulses") {
		key, err = key.Pulses(pulseSelection(as[map[string]any]("pulses", q.arguments["pulses"])))
	}
	if err == nil && q.has("roi") {
		key, err = key.Region(region(q.list("roi"))...)
	}
	if err == nil && q.flag("module_gaps") {
		key = key.Gaps()
	}
	return key, err
}

// typeNamed is the name of the element type that a check asks for.
func (q question) typeNamed(key *detector.Key) string {
	if q.has("astype") {
		return q.text("astype")
	}
	return key.DType().String()
}

func readerNamed(name string) (detectorReader, error) {
	reader, ok := detectorReaders[name]
	if !ok {
		return nil, fmt.Errorf("keys of detectors are not read as %s", name)
	}
	return reader, nil
}
