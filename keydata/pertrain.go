package keydata

import (
	"fmt"
	"math"

	psh "extrapasha/pasha"
)

// PerTrain is one value for each of TrainIDs, in their order, and whether there is one:
// where there is none it is NaN, or 0 for a type that has no NaN. The key has one entry of
// one element in a train, or none; the numbers of another type are converted, see
// [Convert]. The error wraps [ErrSelection] where it has more.
func PerTrain[T any](k *KeyData) (values psh.Array[T], there []bool, err error) {
	typed, err := Convert[T](k)
	if err != nil {
		return values, nil, err
	}
	if k.entrySize() != 1 {
		return values, nil, k.fail(0, fmt.Errorf("one value per train: %w: an entry has the shape %v", ErrSelection, k.entryShape))
	}
	if values, err = psh.AllocFor[T](k); err != nil {
		return values, nil, k.fail(0, err)
	}
	fillNaN(any(values.Data))
	there = make([]bool, k.Len())
	all, err := typed.Read()
	if err != nil {
		return values, nil, err
	}
	row := 0
	for _, span := range k.spans {
		for _, stay := range k.stays[span.from:span.to] {
			if stay.count > 1 || there[stay.position] {
				return values, nil, k.fail(k.trainIDs[stay.position], fmt.Errorf("one value per train: %w: it has more entries", ErrSelection))
			}
			values.Data[stay.position], there[stay.position] = all.Data[row], true
			row++
		}
	}
	first := map[uint64]int{} // trains that are selected twice are read once
	for i, id := range k.trainIDs {
		at, before := first[id]
		if !before {
			first[id] = i
		} else {
			values.Data[i], there[i] = values.Data[at], there[at]
		}
	}
	return values, there, nil
}

func fillNaN(values any) {
	switch values := values.(type) {
	case []float64:
		for i := range values {
			values[i] = math.NaN()
		}
	case []float32:
		for i := range values {
			values[i] = float32(math.NaN())
		}
	}
}
