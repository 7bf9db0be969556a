package keydata

import (
	"errors"
	"fmt"
	"log/slog"
	"math"
	"slices"

	psh "extrapasha/pasha"
)

// TrainSelection picks some of a list of train IDs, which is in ascending order,
// as is what it picks. ByIndex, ByIndices, ByMask, ByID and ByIDs make one.
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
// end. A position that is not there is an error that wraps [psh.ErrShape].
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
		return slices.Compact(picked), nil
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

// LastID as the end of [ByID] means: to the last train.
const LastID = math.MaxUint64

// ByID picks every step-th of the trains with IDs from start up to but not
// including stop. Where that misses all trains, a warning through log/slog tells.
func ByID(start, stop uint64, step int) TrainSelection {
	return func(ids []uint64) ([]uint64, error) {
		if step < 1 {
			return nil, fmt.Errorf("select trains: %w: step %d, expected 1 or more", ErrSelection, step)
		}
		warnMissed(ids, start, stop)
		from, _ := slices.BinarySearch(ids, start)
		to, _ := slices.BinarySearch(ids, stop)
		var picked []uint64
		for i := from; i < to; i += step {
			picked = append(picked, ids[i])
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

// ByIDs picks those of a list of train IDs that are there. Where none is, a
// warning through log/slog tells.
func ByIDs(wanted ...uint64) TrainSelection {
	return func(ids []uint64) ([]uint64, error) {
		var picked []uint64
		for _, id := range wanted {
			if _, ok := slices.BinarySearch(ids, id); ok {
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
