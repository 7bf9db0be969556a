package conformance

import (
	"encoding/json"
	"fmt"
	"slices"

	"extrapasha/extradata"
	"extrapasha/extradata/detector"
)

// The reference reads a stretch of a module's trains at once where these follow each other
// in the file and no train of them is missing. Where pulses are selected, and all of a
// stretch are, its frames land where they would be if all before were selected, too: in
// the place of others. Of such data only type and shape are judged.

// shapeOnly is an array of which only type and shape are judged.
type shapeOnly array

func (s shapeOnly) differs(want json.RawMessage) string {
	var wanted array
	if err := json.Unmarshal(want, &wanted); err != nil || wanted.DType != s.DType || !slices.Equal(wanted.Shape, s.Shape) {
		return fmt.Sprintf("want %s, got %s %v", short(want), s.DType, s.Shape)
	}
	return ""
}

// anything is not judged at all.
type anything struct{}

func (anything) differs(json.RawMessage) string { return "" }

// judgedData is the digest of data of a key, as far as it can be judged.
func (q question) judgedData(key *detector.Key, data any) any {
	if q.misplaced(key) {
		return shapeOnly(digestOf(data))
	}
	return digestOf(data)
}

// misplaced tells whether the reference puts frames of a key in the place of others.
func (q question) misplaced(key *detector.Key) bool {
	if !q.has("pulses") {
		return false
	}
	det := key.Detector()
	chosen, err1 := key.TrainIDCoordinates()
	entries, err2 := det.Entries()
	if err1 != nil || err2 != nil {
		return false // which is the answer
	}
	selected := map[uint64]int{}
	for _, id := range chosen {
		selected[id]++
	}
	for _, module := range det.Modules() {
		before, selectedBefore, whole := 0, 0, false // whole: a stretch of which all are selected so far
		first, firstSelected := 0, 0
		for train, id := range det.TrainIDs() {
			has, follows := q.followsIn(det, module.Source, train)
			if whole && !(has && follows) && first != firstSelected {
				return true
			}
			all := has && selected[id] == entries[train]
			if whole = all && (whole || !follows); whole && !follows {
				first, firstSelected = before, selectedBefore
			}
			before, selectedBefore = before+entries[train], selectedBefore+selected[id]
		}
		if whole && first != firstSelected {
			return true
		}
	}
	return false
}

// followsIn tells whether a module has a train, and whether that is in one stretch with the
// train before.
func (q question) followsIn(det *detector.Detector, source string, train int) (has, follows bool) {
	here := fileWith(det.Run(), source, det.DataKey(), det.TrainIDs()[train])
	if here == "" || train == 0 {
		return here != "", false
	}
	if fileWith(det.Run(), source, det.DataKey(), det.TrainIDs()[train-1]) != here {
		return true, false
	}
	of, err := q.run.Source(source)
	if err != nil {
		panic(bad("%v", err))
	}
	all := of.TrainIDs()
	from, to := slices.Index(all, det.TrainIDs()[train-1]), slices.Index(all, det.TrainIDs()[train])
	in := of.InFiles()
	for between := from + 1; between < to; between++ {
		if in[between] {
			return true, false
		}
	}
	return true, true
}

// fileWith is the file with the data of a train, empty where there are none.
func fileWith(run *extradata.DataCollection, source, name string, id uint64) string {
	key, err := run.Key(source, name)
	if err == nil {
		key, err = key.SelectTrains(extradata.ByIDs(id))
	}
	if err != nil {
		panic(bad("%v", err))
	}
	if key.Entries() == 0 {
		return ""
	}
	return fmt.Sprint(key.FilePaths())
}
