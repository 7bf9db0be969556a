package write

import (
	"fmt"
	"slices"
	"strings"

	"extrapasha/extradata"
	"extrapasha/keydata"
	psh "extrapasha/pasha"
)

// Frame is one frame of a detector that stores pulse by pulse (AGIPD, DSSC, LPD): the
// train, and the ID of the pulse as the detector has recorded it.
type Frame struct {
	TrainID, PulseID uint64
}

// frameGroup is the group of keys that have an entry a frame.
const frameGroup = "image"

// WriteFrames writes some frames of a detector, the hits, as [Write] does: of sources that
// have pulse IDs, image.pulseId, only those entries of image.* that are of one of the
// frames, and all else of the selected trains. For the frames alone the collection is the
// Run of a detector of package detector. They are written in the order of the
// files, each once; a module without a frame that others have is left with fewer. Without
// frames the file has none.
//
// The error wraps [keydata.ErrSelection] where no source has pulse IDs, or none has one of
// the frames.
func WriteFrames(path string, c *extradata.DataCollection, frames []Frame, options ...psh.MapOption) error {
	chosen, err := choose(c, frames)
	if err != nil {
		return fmt.Errorf("cannot write %s: %w", path, err)
	}
	some := copied
	some.rows = chosen.rows
	return with(path, c, some, options)
}

// choice is which entries of image.* are written, by source and train, for those sources
// that have pulse IDs.
type choice map[string]map[uint64][]bool

func choose(c *extradata.DataCollection, frames []Frame) (choice, error) {
	missing := map[Frame]bool{} // of the frames, whether nothing has it yet
	for _, frame := range frames {
		missing[frame] = true
	}
	chosen := choice{}
	for _, source := range c.InstrumentSources() {
		wanted, err := wantedOf(c, source, missing)
		if err != nil {
			return nil, err
		}
		if wanted != nil {
			chosen[source] = wanted
		}
	}
	if len(chosen) == 0 {
		return nil, fmt.Errorf("%w: no source has %s.pulseId", keydata.ErrSelection, frameGroup)
	}
	for _, frame := range frames {
		if missing[frame] {
			return nil, fmt.Errorf("%w: nothing has pulse %d of train %d", keydata.ErrSelection, frame.PulseID, frame.TrainID)
		}
	}
	return chosen, nil
}

// wantedOf tells which entries of image.* of a source are of one of the frames, by train,
// and notes that those are there. It is nil where the source has no pulse IDs.
func wantedOf(c *extradata.DataCollection, source string, missing map[Frame]bool) (map[uint64][]bool, error) {
	names, err := c.Keys(source)
	if err != nil {
		return nil, err
	}
	at := slices.IndexFunc(names, func(name string) bool { return strings.HasPrefix(name, frameGroup+".") })
	if at < 0 {
		return nil, nil
	}
	key, err := c.Key(source, names[at])
	if err != nil {
		return nil, err
	}
	ids, err := key.PulseIDs()
	if err != nil || ids == nil {
		return nil, err
	}
	wanted, next := map[uint64][]bool{}, 0
	for train, count := range key.Runs() {
		if next+count > len(ids) {
			return nil, fmt.Errorf("%s: %w: %d pulse IDs of %d entries", key, keydata.ErrCorrupt, len(ids), key.Entries())
		}
		for _, id := range ids[next : next+count] {
			frame := Frame{train, id}
			_, want := missing[frame]
			if want {
				missing[frame] = false
			}
			wanted[train] = append(wanted[train], want)
		}
		next += count
	}
	return wanted, nil
}

// rows are those of a key that are of one of the frames.
func (c choice) rows(k *extradata.KeyData, all []keydata.Rows) (some []keydata.Rows) {
	trains, ok := c[k.Source()]
	if !ok || k.Group() != frameGroup {
		return all
	}
	before := keydata.Rows{} // of the same train, of which a file may have several runs
	for _, part := range all {
		from := 0
		if part.TrainID == before.TrainID {
			from = before.Count
		}
		wanted := trains[part.TrainID]
		for i := range part.Count {
			if from+i < len(wanted) && wanted[from+i] {
				some = append(some, keydata.Rows{File: part.File, TrainID: part.TrainID, First: part.First + i, Count: 1})
			}
		}
		before = keydata.Rows{TrainID: part.TrainID, Count: from + part.Count}
	}
	return some
}
