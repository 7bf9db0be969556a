package conformance

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"

	"extrapasha/extradata/detector"
	"extrapasha/keydata"
)

func init() {
	const chosen = "det key pulses trains roi module_gaps fill astype "
	for op, ask := range map[string]operation{
		"det_key": {chosen, answerDetectorKey}, "det_availability": {chosen, answerAvailability}, "det_array": {chosen, answerDetectorArray},
		"det_labelled": {chosen, answerDetectorLabelled}, "det_get_array": {chosen + "unstack subtrain", answerGetArray},
		"det_masked": {chosen + "mask_bits masked_value", answerMasked},
	} {
		operations[op] = ask
	}
}

// detectorReader reads keys of detectors as one element type.
type detectorReader interface {
	read(k *detector.Key, fill any) (any, error)
	masked(k *detector.Key, bits uint32, value, fill any) (any, error)
	labelled(k *detector.Key, by detector.FrameLabel, fill any) (labelled, error)
	unstacked(k *detector.Key, by detector.FrameLabel, fill any) (labelled, error)
}

var detectorReaders = map[string]detectorReader{
	"int8": readAs[int8]{}, "int16": readAs[int16]{}, "int32": readAs[int32]{}, "int64": readAs[int64]{},
	"uint8": readAs[uint8]{}, "uint16": readAs[uint16]{}, "uint32": readAs[uint32]{}, "uint64": readAs[uint64]{},
	"float32": readAs[float32]{}, "float64": readAs[float64]{},
}

type pixel interface {
	int8 | int16 | int32 | int64 | uint8 | uint16 | uint32 | uint64 | float32 | float64
}

type readAs[T pixel] struct{}

// value is what a check gives as a value: one that is no number does not compile here for
// integers.
func (readAs[T]) value(given any) (T, error) {
	switch given := given.(type) {
	case json.Number:
		f, err := given.Float64()
		return T(f), err
	case string:
		nan := math.NaN()
		if T(nan) != T(nan) {
			return T(nan), nil
		}
	}
	return 0, fmt.Errorf("%w: %v is no value of the type", keydata.ErrSelection, given)
}

// fill is the fill value, or none.
func (r readAs[T]) fill(given any) ([]T, error) {
	if given == nil {
		return nil, nil
	}
	value, err := r.value(given)
	return []T{value}, err
}

func (r readAs[T]) read(k *detector.Key, given any) (any, error) {
	fill, err := r.fill(given)
	if err != nil {
		return nil, err
	}
	return detector.Read(k, fill...)
}

func (r readAs[T]) masked(k *detector.Key, bits uint32, value, given any) (any, error) {
	fill, err1 := r.fill(given)
	masked, err2 := r.value(value)
	out, err3 := detector.ReadMasked(k, bits, masked, fill...)
	return out, errors.Join(err3, err1, err2)
}

func (r readAs[T]) labelled(k *detector.Key, by detector.FrameLabel, given any) (labelled, error) {
	fill, err := r.fill(given)
	if err != nil {
		return labelled{}, err
	}
	l, err := detector.ReadLabelled(k, by, fill...)
	return labelled{l.Array, l.Name, l.Units, l.Dims, l.Coords}, err
}

func (r readAs[T]) unstacked(k *detector.Key, by detector.FrameLabel, given any) (labelled, error) {
	fill, err := r.fill(given)
	if err != nil {
		return labelled{}, err
	}
	l, err := detector.ReadUnstacked(k, by, fill...)
	return labelled{l.Array, l.Name, l.Units, l.Dims, l.Coords}, err
}

func answerDetectorKey(q question) (any, error) {
	key, err := q.detectorKey(q.text("key"))
	if err != nil {
		return nil, err
	}
	reader, err := readerNamed(key.DType().String())
	if err != nil {
		return nil, err
	}
	shape, err1 := key.Shape()
	gaps, err2 := key.Gaps().Shape()
	data, err3 := reader.read(key, nil)
	coords, err4 := key.TrainIDCoordinates()
	if err := errors.Join(err1, err2, err3, err4); err != nil {
		return nil, err
	}
	modules := []int{}
	for _, module := range key.Detector().Modules() {
		modules = append(modules, module.Number)
	}
	answer := fields{
		"shape": shape, "shape_gaps": gaps, "dtype": key.DType().String(), "ndim": key.NDim(), "dims": key.Dims(), "modules": modules,
		"train_ids": key.Detector().TrainIDs(), "coords": notNil(coords), "data": digestOf(data).SHA,
	}
	if q.misplaced(key) {
		answer["data"] = anything{}
	}
	answer["pulse_ids"], answer["cell_ids"] = idsOf(key)
	return answer, nil
}

// idsOf are the pulse and cell IDs of the frames of a key, or the errors in their place.
func idsOf(key *detector.Key) (pulses, cells any) {
	pulseIDs, cellIDs := []uint64{}, []int{}
	byPulse, err1 := key.Coordinates(detector.ByPulse)
	byCell, err2 := key.Coordinates(detector.ByCell)
	for _, pulse := range byPulse {
		pulseIDs = append(pulseIDs, pulse.PulseID)
	}
	for _, pulse := range byCell {
		cellIDs = append(cellIDs, pulse.CellID)
	}
	return valueOr(pulseIDs, err1), valueOr(cellIDs, err2)
}

func answerAvailability(q question) (any, error) {
	key, err := q.detectorKey(q.optional("key"))
	if err != nil {
		return nil, err
	}
	there, err := key.Available()
	return digestOf(there), err
}

func answerDetectorArray(q question) (any, error) {
	key, err := q.detectorKey(q.text("key"))
	if err != nil {
		return nil, err
	}
	reader, err := readerNamed(q.typeNamed(key))
	if err != nil {
		return nil, err
	}
	data, err := reader.read(key, q.arguments["fill"])
	if err != nil {
		return nil, err
	}
	return q.judgedData(key, data), nil
}

func answerDetectorLabelled(q question) (any, error) {
	key, err := q.detectorKey(q.text("key"))
	if err != nil {
		return nil, err
	}
	reader, err := readerNamed(q.typeNamed(key))
	if err != nil {
		return nil, err
	}
	l, err := reader.labelled(key, detector.ByPulse, q.arguments["fill"])
	return q.labelledAnswer(key, l, "pulse"), err
}

// labelledAnswer tells what is labelled, with pulses taken apart.
func (q question) labelledAnswer(key *detector.Key, l labelled, inner string) any {
	pulses, ok := l.coords["train_pulse"].([]detector.Pulse)
	if ok {
		delete(l.coords, "train_pulse")
		trains, ids, gains := []uint64{}, []int{}, []int{}
		for _, pulse := range pulses {
			id := int(pulse.PulseID)
			if inner == "cell" {
				id = pulse.CellID
			}
			trains, ids, gains = append(trains, pulse.TrainID), append(ids, id), append(gains, pulse.Gain)
		}
		l.coords["train"], l.coords[inner] = trains, ids
		if key.Detector().ParallelGain() {
			l.coords["gain"] = gains
		}
	}
	if l.array == nil {
		return nil
	}
	return fields{"dims": l.dims, "coords": l.coords, "data": q.judgedData(key, l.array)}
}

func answerGetArray(q question) (any, error) {
	key, err := q.detectorKey(q.text("key"))
	if err != nil {
		return nil, err
	}
	by := detector.ByPulse
	if q.optional("subtrain") == "cellId" {
		by = detector.ByCell
	}
	reader, err := readerNamed(q.typeNamed(key))
	if err != nil {
		return nil, err
	}
	fill := q.arguments["fill"]
	if q.has("unstack") && !q.flag("unstack") {
		l, err := reader.labelled(key, by, fill)
		return q.labelledAnswer(key, l, string(by)), err
	}
	l, err := reader.unstacked(key, by, fill)
	if errors.Is(err, detector.ErrUneven) { // integers need floats to tell what is missing
		wide := map[bool]string{true: "float32", false: "float64"}[key.DType().Go().Size() <= 2]
		if fill == nil && key.DType() != keydata.Float32 && key.DType() != keydata.Float64 {
			fill = json.Number("0")
		}
		if again, err2 := detectorReaders[wide].unstacked(key, by, fill); err2 == nil {
			l, err = again, nil
		}
	}
	return q.labelledAnswer(key, l, string(by)), err
}

func answerMasked(q question) (any, error) {
	key, err := q.detectorKey(q.optional("key"))
	if err != nil {
		return nil, err
	}
	reader, err := readerNamed(key.DType().String())
	if err != nil {
		return nil, err
	}
	bits := detector.AllBits
	switch given := q.arguments["mask_bits"].(type) {
	case json.Number:
		bits = uint32(integer(given))
	case []any:
		bits = 0
		for _, bit := range integers[int](given) {
			bits |= uint32(bit)
		}
	}
	value := q.arguments["masked_value"]
	if value == nil {
		value = "nan"
	}
	data, err := reader.masked(key, bits, value, q.arguments["fill"])
	if err != nil {
		return nil, err
	}
	return q.judgedData(key, data), nil
}
