package run

import (
	"fmt"
	"slices"

	"extrapasha/internal/trains"
)

// Trains are the IDs of the trains in the file that count, in its order: with
// suspect all of them, else the valid ones. Do not change them.
func (f *File) Trains(suspect bool) []uint64 {
	if suspect || !slices.Contains(f.contents.valid, false) {
		return f.contents.trainIDs
	}
	ids := make([]uint64, 0, len(f.contents.trainIDs))
	for i, id := range f.contents.trainIDs {
		if f.contents.valid[i] {
			ids = append(ids, id)
		}
	}
	return ids
}

// HasAny tells whether the file has any of some trains, which are in ascending order:
// with suspect any at all, else a valid one.
func (f *File) HasAny(trainIDs []uint64, suspect bool) bool {
	if !f.Overlaps(trainIDs) {
		return false
	}
	positions := trains.Positions{IDs: trainIDs}
	return slices.ContainsFunc(f.Trains(suspect), func(id uint64) bool {
		_, ok := positions.Find(id)
		return ok
	})
}

// InFiles tells for each of some trains whether any of the files has it: with suspect at
// all, else as a valid one.
func InFiles(files []*File, trainIDs []uint64, suspect bool) []bool {
	ids, at := trains.Ordered(trainIDs)
	in := make([]bool, len(ids))
	for _, file := range files {
		if !file.Overlaps(ids) {
			continue
		}
		positions := trains.Positions{IDs: ids}
		for _, id := range file.Trains(suspect) {
			if position, ok := positions.Find(id); ok {
				in[position] = true
			}
		}
	}
	return trains.Spread(in, at)
}

// Twice is a train that is twice where it may be once: in two files, or in one.
type Twice struct {
	TrainID uint64
	Files   [2]string // their names
}

// String tells the train and the files.
func (t Twice) String() string {
	if t.Files[0] == t.Files[1] {
		return fmt.Sprintf("train %d is twice in one file, %s", t.TrainID, t.Files[0])
	}
	return fmt.Sprintf("train %d is in %s and in %s", t.TrainID, t.Files[0], t.Files[1])
}

// FindTwice finds the first train that files have twice, with suspect also among those
// that are not valid.
func FindTwice(files []*File, suspect bool) (twice Twice, ok bool) {
	having := map[uint64]string{}
	for _, file := range files {
		for _, id := range file.Trains(suspect) {
			other, there := having[id]
			if there && (!ok || id < twice.TrainID) {
				twice, ok = Twice{id, [2]string{other, file.String()}}, true
			}
			having[id] = file.String()
		}
	}
	return twice, ok
}
