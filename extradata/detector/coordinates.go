package detector

import (
	"fmt"
	"slices"

	"extrapasha/keydata"
)

// FrameLabel is what tells the frames of a train apart.
type FrameLabel string

// Labels of frames.
const (
	ByPulse FrameLabel = "pulse" // their pulse ID
	ByCell  FrameLabel = "cell"  // their memory cell

	byPosition FrameLabel = ""
)

// Coordinates are the pulses of the frames, with the IDs that tell them apart; the other
// ones are as the first module has them. Of keys with one entry a train they are those
// trains. The error wraps [ErrUneven] where modules have other IDs than others,
// [keydata.ErrSelection] where there are none.
func (k *Key) Coordinates(by FrameLabel) ([]Pulse, error) {
	switch {
	case by != ByPulse && by != ByCell:
		return nil, k.fail(fmt.Errorf("%w: frames by %q, expected %q or %q", keydata.ErrSelection, by, ByPulse, ByCell))
	case k.byPulse():
		return k.coordinates(by)
	}
	pulses := make([]Pulse, len(k.det.TrainIDs()))
	for train, id := range k.det.TrainIDs() {
		pulses[train] = Pulse{TrainID: id, Train: train, CellID: -1}
	}
	return pulses, nil
}

// coordinates are the pulses of the frames.
func (k *Key) coordinates(by FrameLabel) ([]Pulse, error) {
	entries, err := k.det.Entries()
	if err != nil {
		return nil, err
	}
	chosen := func(pulses []Pulse, err error) ([]Pulse, error) {
		if err != nil || k.pulses == nil {
			return pulses, err
		}
		return slices.DeleteFunc(pulses, func(p Pulse) bool { return !k.pulses.holds(p) }), nil
	}
	if k.pulses == nil || !k.pulses.byID || by == ByPulse {
		return chosen(k.det.positional(entries, by))
	}
	all, err := k.det.positional(entries, ByPulse) // which are needed to choose
	if err != nil || by == byPosition {
		return chosen(all, err)
	}
	if _, err := k.det.positional(entries, by); err != nil {
		return nil, err
	}
	return chosen(all, nil)
}

// positional are the frames of trains with so many entries by their position, with the IDs
// that tell them apart.
func (d *Detector) positional(entries []int, by FrameLabel) (pulses []Pulse, err error) {
	lists := make([]*list, len(entries))
	if by != byPosition {
		if lists, err = d.positionalLists(by); err != nil {
			return nil, err
		}
	}
	pulses = []Pulse{}
	for train, count := range entries {
		stage := count
		if d.parallel {
			stage = count / 3
		}
		for number := range count {
			pulse := Pulse{TrainID: d.TrainIDs()[train], Train: train, Number: number, CellID: -1, Gain: number / stage, Position: number % stage}
			if l := lists[train]; l != nil {
				pulse.PulseID, pulse.CellID = l.pulses[number], int(l.cells[number])
			}
			if by == ByCell && pulse.CellID < 0 {
				return nil, fmt.Errorf("detector: %w: train %d has no memory cells", keydata.ErrSelection, pulse.TrainID)
			}
			pulses = append(pulses, pulse)
		}
	}
	return pulses, nil
}

// positionalLists are the lists of the trains, in which all modules have the same IDs at
// the same position.
func (d *Detector) positionalLists(by FrameLabel) ([]*list, error) {
	t, err := d.table()
	if err != nil {
		return nil, err
	}
	if !t.mixed {
		return t.lists, nil
	}
	own, _, err := d.readLists(t.cells) // of which the table keeps what frames need
	if err != nil {
		return nil, fmt.Errorf("detector: %w", err)
	}
	same := func(a, b *list) bool {
		if by == ByCell {
			return slices.Equal(a.cells, b.cells)
		}
		return slices.Equal(a.pulses, b.pulses)
	}
	lists := make([]*list, len(t.trainIDs))
	for module := range own {
		for train, l := range own[module] {
			switch {
			case l == nil || l == lists[train]:
			case lists[train] == nil:
				lists[train] = l
			case !same(l, lists[train]):
				return nil, fmt.Errorf("detector: %w: %s has other %s IDs of train %d than the modules before", ErrUneven, d.modules[module].Source, by, t.trainIDs[train])
			}
		}
	}
	return lists, nil
}
