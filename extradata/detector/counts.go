package detector

import (
	"errors"
	"fmt"

	"extrapasha/extradata"
	"extrapasha/keydata"
)

// ErrUneven is wrapped where modules have different numbers of frames for a train, or
// different pulses, and something is asked for that makes sense only where they have the
// same. [Frames] has no need of that.
var ErrUneven = errors.New("modules differ")

// count leaves the trains for which enough modules have data.
func (d *Detector) count(minModules int) error {
	counts, err := d.moduleCounts()
	if err != nil {
		return err
	}
	mask, any := make([]bool, len(d.run.TrainIDs())), false
	for train := range mask {
		modules := 0
		for i := range counts {
			if counts[i][train] > 0 {
				modules++
			}
		}
		mask[train] = modules >= minModules
		any = any || mask[train]
	}
	if !any {
		return fmt.Errorf("%w: no train of %s has data of %d modules", keydata.ErrSelection, d.name, minModules)
	}
	run, err := d.run.SelectTrains(extradata.ByMask(mask))
	if err == nil {
		*d = *d.with(run)
	}
	return err
}

// moduleCounts are the entries of each train, by module.
func (d *Detector) moduleCounts() ([][]int, error) {
	counts := make([][]int, len(d.modules))
	for i := range d.modules {
		key, err := d.run.Key(d.modules[i].Source, d.class.data)
		if err != nil {
			return nil, err
		}
		counts[i] = key.DataCounts()
	}
	return counts, nil
}

// Entries is how many entries of the data each of TrainIDs has in its modules: one a
// pulse, or one a train for JUNGFRAU. The error wraps [ErrUneven] where modules that have
// a train have different numbers of them.
func (d *Detector) Entries() ([]int, error) {
	counts, err := d.moduleCounts()
	if err != nil {
		return nil, fmt.Errorf("detector: %w", err)
	}
	entries, by := make([]int, len(d.TrainIDs())), make([]int, len(d.TrainIDs()))
	for i := range counts {
		for train, count := range counts[i] {
			switch {
			case count == 0 || count == entries[train]:
			case entries[train] == 0:
				entries[train], by[train] = count, i
			default:
				return nil, fmt.Errorf("detector: %w: train %d has %d frames of %s and %d of %s", ErrUneven,
					d.TrainIDs()[train], entries[train], d.modules[by[train]].Source, count, d.modules[i].Source)
			}
		}
	}
	return entries, nil
}

// FramesPerTrain is how many frames each train has that has any. The error wraps
// [ErrUneven] where that is not always the same.
func (d *Detector) FramesPerTrain() (int, error) {
	entries, err := d.Entries()
	if err != nil {
		return 0, err
	}
	frames := 0
	for train, count := range entries {
		if frames != 0 && count != 0 && count != frames {
			return 0, fmt.Errorf("detector: %w: train %d has %d frames, others have %d", ErrUneven, d.TrainIDs()[train], count, frames)
		}
		frames = max(frames, count)
	}
	cells, err := d.framesPerEntry()
	return frames * cells, err
}

// framesPerEntry is how many frames an entry of the data has: memory cells of JUNGFRAU.
func (d *Detector) framesPerEntry() (int, error) {
	if !d.class.cells {
		return 1, nil
	}
	key, err := d.moduleKey(0, d.class.data)
	if err != nil {
		return 0, err
	}
	if key.NDim() < 4 {
		return 0, fmt.Errorf("detector: %s: entries of shape %v, expected memory cells and images", key, key.EntryShape())
	}
	return key.EntryShape()[0], nil
}

// checkThirds makes sure that trains can be cut in three.
func (d *Detector) checkThirds() error {
	counts, err := d.moduleCounts()
	if err != nil {
		return err
	}
	for i := range counts {
		for train, count := range counts[i] {
			if count%3 != 0 {
				return fmt.Errorf("%w: parallel gain: train %d of %s has %d frames, expected three for each pulse", keydata.ErrSelection, d.TrainIDs()[train], d.modules[i].Source, count)
			}
		}
	}
	return nil
}
