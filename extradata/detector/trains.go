package detector

import (
	"fmt"
	"math"

	"extrapasha/extradata"
	"extrapasha/keydata"
	psh "extrapasha/pasha"
)

// SelectTrains is the detector with some of its trains. The error is one of the selection.
func (d *Detector) SelectTrains(trains extradata.TrainSelection) (*Detector, error) {
	run, err := d.run.SelectTrains(trains)
	if err != nil {
		return nil, fmt.Errorf("detector: %w", err)
	}
	return d.with(run), nil
}

// SplitTrains divides the trains: into at least the given number of parts, with at most so
// many trains each and, where framesPerPart is given, at most so many frames, but for
// parts of one train; 0 stands for each that is not given. The error wraps
// [keydata.ErrSelection] where none is, [ErrUneven] where frames cannot be counted.
func (d *Detector) SplitTrains(parts, trainsPerPart, framesPerPart int) ([]*Detector, error) {
	shares, err := d.split(parts, trainsPerPart, framesPerPart)
	if err != nil {
		return nil, err
	}
	split := make([]*Detector, len(shares))
	for i, share := range shares {
		if split[i], err = d.SelectTrains(extradata.ByIndex(psh.Span(share.Start, share.Stop))); err != nil {
			return nil, err
		}
	}
	return split, nil
}

func (d *Detector) split(parts, trainsPerPart, framesPerPart int) ([]psh.Share, error) {
	if framesPerPart == 0 {
		shares, err := keydata.Split(len(d.TrainIDs()), parts, trainsPerPart)
		if err != nil {
			return nil, fmt.Errorf("detector: %w", err)
		}
		return shares, nil
	}
	if parts < 0 || trainsPerPart < 0 || framesPerPart < 0 {
		return nil, fmt.Errorf("detector: split trains: %w: %d parts, %d trains and %d frames a part", keydata.ErrSelection, parts, trainsPerPart, framesPerPart)
	}
	entries, err := d.Entries()
	if err != nil {
		return nil, err
	}
	cells, err := d.framesPerEntry()
	if err != nil {
		return nil, err
	}
	most := math.MaxInt
	if trainsPerPart > 0 {
		most = trainsPerPart
	}
	if parts > 0 {
		most = min(most, len(entries)/parts)
	}
	return splitFrames(entries, most, framesPerPart/cells), nil
}

// splitFrames divides trains with so many entries each.
func splitFrames(entries []int, mostTrains, mostEntries int) (shares []psh.Share) {
	start, sum := 0, 0
	for train, count := range entries {
		if sum += count; train > start && (train+1-start > mostTrains || sum > mostEntries) {
			shares = append(shares, psh.Share{Start: start, Stop: train})
			start, sum = train, count
		}
	}
	if len(entries) > 0 {
		shares = append(shares, psh.Share{Start: start, Stop: len(entries)})
	}
	return shares
}
