package keydata

import (
	"errors"
	"fmt"
	"log/slog"
	"math"
	"slices"

	"extrapasha/internal/trains"
	psh "extrapasha/pasha"
)

// TrainSelection picks some of a list of train IDs. ByIndex, ByIndices, ByMask,
// ByLabelledMask, ByID and ByIDs make one. The trains of a run are in ascending order;
// those picked may also be in descending order, and have a train more than once. They are
// then visited in that order and as often, while all data of a key, read as a whole, has
// each train once and in ascending order, as in EXtra-data.
type TrainSelection func(trainIDs []uint64) ([]uint64, error)

// ErrSelection is wrapped by errors of selections that fit nothing that is there,
// or that contradict themselves.
var ErrSelection = errors.New("bad selection")

// ByIndex picks trains by their position: one, or a range, see [psh.Sel]. A
// single position that is not there is an error that wraps [psh.ErrShape].
func ByIndex(positions psh.Sel) TrainSelection {
	return func(ids []uint64) ([]uint64, error) {
		indices, err := positions.Indices(len(ids))
		if err != nil {
			return nil, fmt.Errorf("select trains: %w", err)
		}
		picked := make([]uint64, len(indices))
		for i, index := range indices {
			picked[i] = ids[index]
		}
		return picked, nil
	}
}

// ByIndices picks the trains at a list of positions, which may count from the
// end, in ascending order: one as often as it is in the list. A position that is not
// there is an error that wraps [psh.ErrShape].
func ByIndices(positions ...int) TrainSelection {
	return func(ids []uint64) ([]uint64, error) {
		picked := make([]uint64, 0, len(positions))
		for _, position := range positions {
			start, _, _, err := psh.At(position).Resolve(len(ids))
			if err != nil {
				return nil, fmt.Errorf("select trains: %w", err)
			}
			picked = append(picked, ids[start])
		}
		slices.Sort(picked)
		return picked, nil
	}
}

// ByMask picks the trains for which the mask is true. It must be as long as the
// list of trains.
func ByMask(mask []bool) TrainSelection {
	return func(ids []uint64) ([]uint64, error) {
		if len(mask) != len(ids) {
			return nil, fmt.Errorf("select trains: %w: a mask of %d for %d trains", ErrSelection, len(mask), len(ids))
		}
		var picked []uint64
		for i, id := range ids {
			if mask[i] {
				picked = append(picked, id)
			}
		}
		return picked, nil
	}
}

// ByLabelledMask picks those trains that a mask is true for, a list with the train ID of
// each element as coordinates "trainId", such as those of what [Typed.ReadLabelled] reads.
// Trains that the mask does not have are not picked. The error wraps [ErrSelection] where
// it is no such list.
func ByLabelledMask(mask psh.Labelled[bool]) TrainSelection {
	return func(ids []uint64) ([]uint64, error) {
		labels, ok := mask.Coords["trainId"].([]uint64)
		if !ok || mask.NDim() != 1 {
			return nil, fmt.Errorf("select trains: %w: a mask with dimensions %q, expected a list with the coordinates trainId", ErrSelection, mask.Dims)
		}
		var marked []uint64
		for i, yes := range mask.All() {
			if yes {
				marked = append(marked, labels[i])
			}
		}
		return ByIDs(marked...)(ids)
	}
}

// LastID as the end of [ByID] means: to the last train.
const LastID = math.MaxUint64

// ByID picks every step-th of the trains with IDs from start up to but not
// including stop. Where that misses all trains, a warning through log/slog tells.
func ByID(start, stop uint64, step int) TrainSelection {
	return func(ids []uint64) ([]uint64, error) {
		if step < 1 {
			return nil, fmt.Errorf("select trains: %w: step %d, expected 1 or more", ErrSelection, step)
		}
		ordered, _ := trains.Ordered(ids)
		warnMissed(ordered, start, stop)
		var picked []uint64
		for in, i := 0, 0; i < len(ids); i++ {
			if ids[i] < start || ids[i] >= stop {
				continue
			}
			if in%step == 0 {
				picked = append(picked, ids[i])
			}
			in++
		}
		return picked, nil
	}
}

func warnMissed(ids []uint64, start, stop uint64) {
	switch n := len(ids); {
	case n == 0:
		slog.Warn("selecting trains by ID where there are none")
	case stop <= ids[0]:
		slog.Warn("selecting trains before the first", "stop", stop, "first", ids[0])
	case start > ids[n-1]:
		slog.Warn("selecting trains after the last", "start", start, "last", ids[n-1])
	}
}

// ByIDs picks those of a list of train IDs that are there, in ascending order. Where none
// is, a warning through log/slog tells.
func ByIDs(wanted ...uint64) TrainSelection {
	return func(ids []uint64) ([]uint64, error) {
		var picked []uint64
		ordered, _ := trains.Ordered(ids)
		for _, id := range wanted {
			if _, ok := slices.BinarySearch(ordered, id); ok {
				picked = append(picked, id)
			}
		}
		if len(picked) == 0 {
			slog.Warn("none of the train IDs is in the data", "asked", len(wanted), "trains", len(ids))
		}
		slices.Sort(picked)
		return slices.Compact(picked), nil
	}
}

// Split divides n trains into at least the given number of parts with at most so
// many trains each; 0 stands for either not given. The parts differ by at most
// one train, so that 11 trains with at most 8 in a part are 5 and 6. There are
// never more parts than trains.
func Split(n, parts, trainsPerPart int) ([]psh.Share, error) {
	if parts < 0 || trainsPerPart < 0 || parts == 0 && trainsPerPart == 0 {
		return nil, fmt.Errorf("split trains: %w: %d parts, %d trains in a part; expected one of them, 1 or more", ErrSelection, parts, trainsPerPart)
	}
	count := min(parts, n)
	if trainsPerPart > 0 {
		count = max(count, (n+trainsPerPart-1)/trainsPerPart)
	}
	shares := make([]psh.Share, count)
	for i := range shares {
		shares[i] = psh.Share{Start: i * n / count, Stop: (i + 1) * n / count}
	}
	return shares, nil
}
