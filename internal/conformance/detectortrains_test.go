package conformance

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"extrapasha/extradata"
	"extrapasha/extradata/detector"
	psh "extrapasha/pasha"
)

func init() {
	operations["det_trains"] = operation{"det pulses require_all", answerDetectorByTrain}
}

// trainsJudged are trains with the digest of all keys. Where the reference has none, it is
// not judged.
type trainsJudged [][]any

func (t trainsJudged) differs(want json.RawMessage) string {
	var wanted [][]any
	if err := json.Unmarshal(want, &wanted); err != nil || len(wanted) != len(t) {
		return fmt.Sprintf("%d trains, want %s", len(t), short(want))
	}
	for i := range t {
		if id, _ := wanted[i][0].(float64); uint64(id) != t[i][0] {
			return fmt.Sprintf("train %v, want %.0f", t[i][0], id)
		}
		if wanted[i][1] != nil && wanted[i][1] != t[i][1] {
			return fmt.Sprintf("train %v: %v, want %v", t[i][0], t[i][1], wanted[i][1])
		}
	}
	return ""
}

func answerDetectorByTrain(q question) (any, error) {
	det, err := q.detector()
	if err == nil && q.flag("require_all") {
		det, err = det.RequireAll()
	}
	if err != nil {
		return nil, err
	}
	trains := trainsJudged{}
	for i, id := range det.TrainIDs() {
		one, err := det.SelectTrains(extradata.ByIndex(psh.At(i)))
		if err != nil {
			return nil, err
		}
		lines, err := q.trainLines(one)
		if err != nil {
			return nil, err
		}
		trains = append(trains, []any{id, sumOfLines(lines)})
	}
	return trains, nil
}

// trainLines are the lines of all keys of a detector with one train.
func (q question) trainLines(det *detector.Detector) (lines []string, err error) {
	names, err := det.Keys()
	if err != nil {
		return nil, err
	}
	var there []int // modules whose files have the train
	for i, module := range det.Modules() {
		source, err := det.Run().Source(module.Source)
		if err != nil {
			return nil, err
		}
		if source.InFiles()[0] {
			there = append(there, i)
		}
	}
	for _, name := range names {
		key, err := det.Key(name)
		if err == nil && q.has("pulses") && strings.HasPrefix(name, "image.") {
			key, err = key.Pulses(pulseSelection(as[map[string]any]("pulses", q.arguments["pulses"])))
		}
		if err != nil {
			return nil, err
		}
		own, err := keyLines(key, there)
		if err != nil {
			return nil, err
		}
		lines = append(lines, own...)
	}
	slices.Sort(lines)
	return lines, nil
}

// keyLines are the lines of one key, of some of the modules.
func keyLines(key *detector.Key, modules []int) ([]string, error) {
	reader, err := readerNamed(key.DType().String())
	if err != nil {
		return nil, err
	}
	l, err := reader.unstacked(key, detector.ByPulse, nil)
	if err != nil {
		return nil, err
	}
	sels := []psh.Sel{psh.Positions(modules...)}
	if numbers, ok := l.coords["module"].([]int); ok {
		chosen := []int{}
		for _, i := range modules {
			chosen = append(chosen, numbers[i])
		}
		l.coords["module"] = chosen
	}
	dims := slices.Clone(l.dims)
	if l.dims[1] == "trainId" || !slices.Contains(l.dims, "pulse") { // a train without pulses has no dimension
		delete(l.coords, dims[1])
		sels, dims = append(sels, psh.At(0)), slices.Delete(dims, 1, 2)
	}
	array, err := picked(l.array, sels)
	if err != nil {
		return nil, err
	}
	lines := []string{fmt.Sprint(key.Name(), " ", strings.Join(dims, ","), " ", digestOf(array).line())}
	for _, dim := range slices.Sorted(maps.Keys(l.coords)) {
		lines = append(lines, fmt.Sprint(key.Name(), " @", dim, " ", strings.Trim(fmt.Sprint(l.coords[dim]), "[]")))
	}
	return lines, nil
}

// picked is part of an array of any type.
func picked(array any, sels []psh.Sel) (any, error) {
	switch array := array.(type) {
	case psh.Array[int8]:
		return array.Pick(sels...)
	case psh.Array[uint8]:
		return array.Pick(sels...)
	case psh.Array[uint16]:
		return array.Pick(sels...)
	case psh.Array[int32]:
		return array.Pick(sels...)
	case psh.Array[uint32]:
		return array.Pick(sels...)
	case psh.Array[int64]:
		return array.Pick(sels...)
	case psh.Array[uint64]:
		return array.Pick(sels...)
	case psh.Array[float32]:
		return array.Pick(sels...)
	case psh.Array[float64]:
		return array.Pick(sels...)
	}
	return nil, fmt.Errorf("keys of detectors are not read as %T", array)
}
