package extradata

import (
	"errors"
	"fmt"
	"iter"
	"math"
	"slices"
	"strings"

	"extrapasha/keydata"
)

// ControlValue is what a value of a control source did over the trains of a run.
//
// A text moved where it is not always the same. So did a number that did other than
// tremble. Noise is as far from the reading before as from any other; what drifts, or is
// sent from place to place, stays nearer to the one before. That is told by von Neumann's
// ratio, the mean square of the differences between successive readings over the variance
// (J. von Neumann, Ann. Math. Statist. 12, 367, 1941), of the readings that differ from
// the one before, since some devices are asked less often than there are trains. Noise has
// 2; less than 0.3, or than what noise has by chance in one of 30000 cases (four standard
// deviations), is a movement. A number that changed fewer than 16 times, and in less than a
// quarter of the trains, was set: that is one too, however small.
type ControlValue struct {
	Source, Key string
	// Readings is how many trains have one, Changes how often it was not as the one before.
	Readings, Changes int
	// Moved tells whether it moved.
	Moved bool
	// IsText tells whether it is a text. Min, Max and Mean are those of numbers, NaN of
	// texts; true counts as 1.
	IsText         bool
	Min, Max, Mean float64
	// First and Last are the first and the last reading, as text.
	First, Last string
}

// ControlValues tells of each key of control sources with one number or text a train what
// it did, by source and key. Timestamps, and what cannot be read for its type, are left
// out. All of those keys are read.
func (c *DataCollection) ControlValues() ([]ControlValue, error) {
	var values []ControlValue
	for value, err := range c.controlValues() {
		if err != nil {
			return nil, err
		}
		values = append(values, value)
	}
	return values, nil
}

// controlValues goes through the values, to the first error.
func (c *DataCollection) controlValues() iter.Seq2[ControlValue, error] {
	return func(yield func(ControlValue, error) bool) {
		for _, source := range c.ControlSources() {
			s, err := c.Source(source)
			var keys []string
			if err == nil {
				keys, err = s.Keys()
			}
			if err != nil {
				yield(ControlValue{}, err)
				return
			}
			for _, name := range keys {
				if strings.HasSuffix(name, ".timestamp") {
					continue
				}
				value, ok, err := s.value(name)
				if (ok || err != nil) && (!yield(value, err) || err != nil) {
					return
				}
			}
		}
	}
}

// value is that of a key, if it is one number or text.
func (s *SourceData) value(name string) (value ControlValue, ok bool, err error) {
	key, err := s.Key(name)
	if err == nil && isSingle(key) {
		value, err = controlValue(key)
		ok = err == nil
	}
	if errors.Is(err, keydata.ErrUnreadable) {
		err = nil
	}
	return value, ok, err
}

// isSingle tells whether an entry is one number or text.
func isSingle(key *KeyData) bool {
	several := func(length int) bool { return length != 1 }
	return key.DType() != keydata.Record && key.DType() != keydata.Other && !slices.ContainsFunc(key.EntryShape(), several)
}

// controlValue reads a key with one value an entry.
func controlValue(key *KeyData) (ControlValue, error) {
	none := math.NaN()
	v := ControlValue{Source: key.Source(), Key: key.ShortKey(), Min: none, Max: none, Mean: none}
	if key.DType() == keydata.String {
		v.IsText = true
		texts, err := keydata.As[string](key)
		if err != nil {
			return v, err
		}
		all, err := texts.Read()
		v.see(all.Size(), func(a, b int) bool { return all.Data[a] == all.Data[b] }, func(i int) string { return all.Data[i] })
		v.Moved = v.Changes > 0
		return v, err
	}
	numbers, err := key.ReadFloats()
	if err != nil {
		return v, err
	}
	x := numbers.Data
	v.see(len(x), func(a, b int) bool { return x[a] == x[b] || x[a] != x[a] && x[b] != x[b] }, func(i int) string { return fmt.Sprint(x[i]) })
	v.numbers(x)
	return v, nil
}

// see notes how many readings there are, and which are the first and the last.
func (v *ControlValue) see(readings int, same func(a, b int) bool, text func(i int) string) {
	v.Readings = readings
	if readings == 0 {
		return
	}
	for i := 1; i < readings; i++ {
		if !same(i-1, i) {
			v.Changes++
		}
	}
	v.First, v.Last = text(0), text(readings-1)
}

// Movements that are rare, and few, are no noise.
const (
	fewChanges  = 16
	rareChanges = 4 // trains for each
)

func (v *ControlValue) numbers(readings []float64) {
	x := slices.DeleteFunc(slices.Clone(readings), math.IsNaN)
	if len(x) == 0 {
		return
	}
	v.Min, v.Max, v.Mean = slices.Min(x), slices.Max(x), meanOf(x)
	if v.Changes == 0 {
		return
	}
	v.Moved = v.Changes < fewChanges && v.Changes*rareChanges < v.Readings || wanders(slices.Compact(x))
}

func meanOf(x []float64) float64 {
	sum := 0.0
	for _, value := range x {
		sum += value
	}
	return sum / float64(len(x))
}

// wanders tells by von Neumann's ratio whether numbers are no noise.
func wanders(x []float64) bool {
	n := float64(len(x))
	if n < 3 {
		return false
	}
	mean, successive, variance := meanOf(x), 0.0, 0.0
	for i, value := range x {
		variance += (value - mean) * (value - mean)
		if i > 0 {
			successive += (value - x[i-1]) * (value - x[i-1])
		}
	}
	ratio := successive / variance // both over n-1
	byChance := 2 * math.Sqrt((n-2)/((n-1)*(n+1)))
	return ratio < max(2-4*byChance, 0.3)
}
