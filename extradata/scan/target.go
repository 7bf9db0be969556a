package scan

import (
	"math"
	"slices"

	"extrapasha/extradata"
)

// MotorTargets is the scan of a motor by where it was sent, targetPosition, and where it
// was, actualPosition. Of [Settings] only Name and Resolution count: how far from its
// target it may be, 0 for a fifth of a typical step. See [KeyTargets].
func MotorTargets(run *extradata.DataCollection, source string, settings Settings) (*Scan, error) {
	actual, err := run.Key(source, "actualPosition")
	if err != nil {
		return nil, err
	}
	target, err := run.Key(source, "targetPosition")
	if err != nil {
		return nil, err
	}
	return KeyTargets(actual, target, settings)
}

// KeyTargets is the scan of a key that follows another: a step is the trains with one
// target, one after the other, that are near it. The error is that of [Key].
func KeyTargets(actual, target *extradata.KeyData, settings Settings) (*Scan, error) {
	readings, err := read(actual)
	if err != nil {
		return nil, err
	}
	targets, err := read(target)
	if err != nil {
		return nil, err
	}
	return Targets(actual.TrainIDCoordinates(), readings, target.TrainIDCoordinates(), targets, settings.named(actual))
}

// Targets is [KeyTargets] of numbers: readings of some trains, targets of others. Trains
// that have not both are in no step.
func Targets(trainIDs []uint64, readings []float64, targetIDs []uint64, targets []float64, settings Settings) (*Scan, error) {
	if _, err := newScan(targetIDs, targets, settings); err != nil {
		return nil, err
	}
	s, err := newScan(trainIDs, readings, settings)
	if err != nil {
		return nil, err
	}
	s.MinTrains = 0
	if s.Resolution == 0 {
		s.Resolution = 0.2 * typicalStep(targets)
	}
	of := make(map[uint64]float64, len(targets))
	for i, id := range targetIDs {
		of[id] = targets[i]
	}
	before, fresh := math.NaN(), true
	for i, id := range trainIDs {
		target, ok := of[id]
		if !ok {
			continue
		}
		if target != before {
			before, fresh = target, true
		}
		if !(math.Abs(target-readings[i]) < s.Resolution) {
			continue
		}
		if fresh {
			s.Steps, fresh = append(s.Steps, Step{Position: target}), false
		}
		last := &s.Steps[len(s.Steps)-1]
		last.TrainIDs = append(last.TrainIDs, id)
	}
	return s, nil
}

// typicalStep is the median of the changes, NaN where there is none.
func typicalStep(targets []float64) float64 {
	var changes []float64
	for i := 1; i < len(targets); i++ {
		if change := math.Abs(targets[i] - targets[i-1]); change > 0 {
			changes = append(changes, change)
		}
	}
	if len(changes) == 0 {
		return math.NaN()
	}
	slices.Sort(changes)
	middle := len(changes) / 2
	if len(changes)%2 == 1 {
		return changes[middle]
	}
	return (changes[middle-1] + changes[middle]) / 2
}
