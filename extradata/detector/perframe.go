package detector

import (
	"fmt"
	"math"

	"extrapasha/keydata"
	psh "extrapasha/pasha"
)

// PerFrame joins a key of another source to frames: to each, the number that the key has
// for its pulse, NaN where it has none. The i-th number of a train, of its entry or of its
// entries one after the other, is that of the i-th pulse of the train: as in intensityTD
// of an XGM, if the detector has taken all pulses from the first on (see [FramesOf.Where]
// and [Pulse.Position]). The error is that of numbers that are no floats or integers, or
// one of reading.
//
//	energies, err := detector.PerFrame(frames, xgm) // of "data.intensityTD"
func PerFrame[T any](frames *FramesOf[T], key *keydata.KeyData) ([]float64, error) {
	numbers, err := keydata.Convert[float64](key)
	if err != nil {
		return nil, fmt.Errorf("detector: %w", err)
	}
	reader := numbers.Reader()
	position := map[uint64]int{}
	for i, id := range key.TrainIDs() {
		position[id] = i
	}
	joined := make([]float64, frames.Len())
	var train psh.Array[float64]
	last := -1
	for i, pulse := range frames.All() {
		joined[i] = math.NaN()
		at, ok := position[pulse.TrainID]
		if !ok {
			continue
		}
		if at != last {
			if train, err = reader.Train(at); err != nil {
				return nil, fmt.Errorf("detector: %w", err)
			}
			last = at
		}
		if pulse.Position < len(train.Data) {
			joined[i] = train.Data[pulse.Position]
		}
	}
	return joined, nil
}
