package detector

// Pulse tells which pulse a frame is.
type Pulse struct {
	// TrainID is the train, Train its position in TrainIDs of the detector, Number that
	// of the frame in the train.
	TrainID       uint64
	Train, Number int
	// PulseID is as the detector has recorded it; as Number where it records none.
	PulseID uint64
	// CellID is the memory cell, -1 where it is not known.
	CellID int
	// Gain is the gain stage with [ParallelGain]: 0 for high, 1 for medium, 2 for low.
	Gain int
	// Position is that among the pulses of the train: as Number, but that it begins again
	// in each gain stage.
	Position int
}

// pulse is the pulse of a frame of a train.
func (t *table) pulse(train, number int) Pulse {
	l := t.lists[train]
	stage := max(len(l.pulses)/l.gains, 1)
	return Pulse{
		TrainID: t.trainIDs[train], Train: train, Number: number, PulseID: l.pulses[number],
		CellID: int(l.cells[number]), Gain: number / stage, Position: number % stage,
	}
}

// at is the train of a frame, quickest where it is that of the frame before or the next,
// and the number of the frame in the train.
func (t *table) at(frame int, before *int) (train, number int) {
	train = *before
	for range 2 {
		if t.starts[train] <= frame && frame < t.starts[train+1] {
			*before = train
			return train, frame - t.starts[train]
		}
		if train+2 < len(t.starts) {
			train++
		}
	}
	train = t.train(frame)
	*before = train
	return train, frame - t.starts[train]
}
