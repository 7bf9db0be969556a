package keydata

import (
	"cmp"
	"slices"

	"extrapasha/run"
)

// Rows are neighbouring rows of a file's dataset that hold the entries of one train.
type Rows struct {
	File         *run.File
	TrainID      uint64
	First, Count int
}

// Rows tells where the entries lie, in ascending order of the trains: those of a train
// that a file has twice follow each other. The path of the dataset in the files is
// [KeyData.Dataset].
func (k *KeyData) Rows() ([]Rows, error) {
	if err := k.checkClaims(); err != nil {
		return nil, k.fail(0, err)
	}
	rows := make([]Rows, 0, len(k.stays))
	for _, span := range k.spans {
		first := span.first
		for _, stay := range k.stays[span.from:span.to] {
			rows = append(rows, Rows{k.place.Files[span.file], k.trainIDs[stay.position], first, stay.count})
			first += stay.count
		}
	}
	slices.SortStableFunc(rows, func(a, b Rows) int { return cmp.Compare(a.TrainID, b.TrainID) })
	return rows, nil
}

// Dataset is the path of the key's dataset in the files.
func (k *KeyData) Dataset() string { return k.dataset }

// Files are those that have the source, at least one.
func (k *KeyData) Files() []*run.File { return k.place.Files }
