// Package scan finds the steps of a scan: stretches of trains in which a motor, or
// anything else that is read once a train, stood still.
//
//	steps, err := scan.Motor(run, "SPB_EXP_SAM/MOTOR/1", scan.Settings{})
//	images, err := extradata.Key[uint16](run, camera, "data.image.pixels")
//	bins, err := scan.Bin(steps, images)  // mean, spread and number in each step
//
// What a step is follows EXtra's Scan, which is made for noisy readings; always look at
// what was found ([Scan.Picture]). Where the target of each move was recorded too,
// [MotorTargets] has no need to guess. Bins of other things than steps, such as the delay
// of a laser, are made by [Edges].
package scan

import (
	"errors"
	"fmt"
	"math"
	"time"

	"extrapasha/extradata"
)

// ErrReadings is wrapped where readings cannot be those of a scan.
var ErrReadings = errors.New("not the readings of a scan")

// Settings is what is known of a scan. The zero value is to find out everything.
type Settings struct {
	// Name is that of what is scanned; the source and key where it is empty.
	Name string
	// Resolution is what readings of one step differ by at the most: more than the noise,
	// less than a step. It is in the units of the readings. 0 is to find it out.
	Resolution float64
	// MinTrains is how many trains a step has at least, 0 to find it out.
	MinTrains int
	// Filter is how many standard deviations the reading of a train may be away from the
	// mean of its step, 0 for 1. The others are thought to be on the way.
	Filter float64
}

// Step is one position of the scan.
type Step struct {
	// Position is the mean of the readings, or the target.
	Position float64
	// TrainIDs are its trains, in the order of the readings.
	TrainIDs []uint64
}

// Scan is a scan: the steps in the order in which they were made.
type Scan struct {
	// Settings are those that were found out or given. Resolution is NaN where there is no
	// movement, MinTrains 0 where it was not needed.
	Settings
	// Steps are two or more, or none; towards targets one is enough.
	Steps []Step

	trainIDs []uint64
	readings []float64
}

// Motor is the scan of a motor by its readings, actualPosition. The error is that of
// [extradata.DataCollection.Key], or one of [Key].
func Motor(run *extradata.DataCollection, source string, settings Settings) (*Scan, error) {
	key, err := run.Key(source, "actualPosition")
	if err != nil {
		return nil, err
	}
	return Key(key, settings)
}

// Key is the scan of a key of numbers, one an entry. The error wraps [ErrReadings], or is
// that of reading.
func Key(key *extradata.KeyData, settings Settings) (*Scan, error) {
	values, err := read(key)
	if err != nil {
		return nil, err
	}
	return Readings(key.TrainIDCoordinates(), values, settings.named(key))
}

// read is the numbers of a key.
func read(key *extradata.KeyData) ([]float64, error) {
	if dims := key.NDim(); dims != 1 {
		return nil, fmt.Errorf("scan: %v: %w: entries of shape %v, expected one number each", key, ErrReadings, key.EntryShape())
	}
	values, err := key.ReadFloats()
	return values.Data, err
}

func (s Settings) named(key *extradata.KeyData) Settings {
	if s.Name == "" {
		s.Name = key.Source() + "." + key.ShortKey()
	}
	return s
}

// Readings is the scan of anything that was read, or worked out, for some trains. The
// error wraps [ErrReadings] where there are other numbers of both, or of settings that
// make no sense.
func Readings(trainIDs []uint64, readings []float64, settings Settings) (*Scan, error) {
	s, err := newScan(trainIDs, readings, settings)
	if err != nil || len(readings) == 0 {
		return s, err
	}
	if s.Resolution == 0 {
		s.Resolution = guessResolution(readings)
	}
	if math.IsNaN(s.Resolution) {
		return s, nil
	}
	steps := s.still()
	if s.MinTrains == 0 {
		s.MinTrains = guessMinTrains(steps)
	}
	for _, step := range steps {
		if near, left := s.filter(step); left >= max(s.MinTrains, 1) {
			s.Steps = append(s.Steps, Step{meanOf(readings[near.from:near.to]), trainIDs[near.from:near.to]})
		}
	}
	if len(s.Steps) >= 3 && sign(s.Steps[1].Position-s.Steps[0].Position) != sign(s.Steps[2].Position-s.Steps[1].Position) {
		s.Steps = s.Steps[1:] // the way to where the scan began
	}
	if len(s.Steps) < 2 { // a motor that trembles
		s.Steps = nil
	}
	return s, nil
}

func newScan(trainIDs []uint64, readings []float64, settings Settings) (*Scan, error) {
	if settings.Name == "" {
		settings.Name = "motor"
	}
	if settings.Filter == 0 {
		settings.Filter = 1
	}
	switch {
	case len(trainIDs) != len(readings):
		return nil, fmt.Errorf("scan: %s: %w: %d readings of %d trains", settings.Name, ErrReadings, len(readings), len(trainIDs))
	case !(settings.Resolution >= 0) || settings.MinTrains < 0 || !(settings.Filter > 0):
		return nil, fmt.Errorf("scan: %s: %w: resolution %v, %d trains, filter %v, expected numbers above 0, or 0 to find out",
			settings.Name, ErrReadings, settings.Resolution, settings.MinTrains, settings.Filter)
	}
	return &Scan{Settings: settings, trainIDs: trainIDs, readings: readings}, nil
}

// Positions are those of the steps.
func (s *Scan) Positions() []float64 {
	positions := make([]float64, len(s.Steps))
	for i, step := range s.Steps {
		positions[i] = step.Position
	}
	return positions
}

// String tells in a line what was found.
func (s *Scan) String() string {
	return fmt.Sprintf("Scan over %s with %d steps", s.Name, len(s.Steps))
}

// Describe tells what was found, and how.
func (s *Scan) Describe() string {
	n := len(s.Steps)
	if n == 0 {
		return "No steps detected for " + s.Name
	}
	trains, size, first, last := 0, math.NaN(), s.Steps[0], s.Steps[n-1]
	for _, step := range s.Steps {
		trains += len(step.TrainIDs)
	}
	if n > 1 {
		size = (last.Position - first.Position) / float64(n-1)
	}
	length := float64(trains) / float64(n)
	took := math.RoundToEven(float64(last.TrainIDs[len(last.TrainIDs)-1]-first.TrainIDs[0]) / 10) // trains come ten times a second
	minTrains := "None"
	if s.MinTrains > 0 {
		minTrains = fmt.Sprint(s.MinTrains)
	}
	return fmt.Sprintf("Scan over %s from %.4f to %.4f:\n Steps: %d\n Scan time: %s\n Average step length: %.2f trains (%.2fs)\n Average step size: %s [arb. u.]\n"+
		"\nDetection parameters:\n resolution: %.2e\n min_trains: %s\n intra_step_filtering: %v",
		s.Name, first.Position, last.Position, n, clock(took), length, length/10, number(size), s.Resolution, minTrains, s.Filter)
}

// clock is seconds as hours, minutes and seconds, with days in front.
func clock(seconds float64) string {
	d := time.Duration(seconds) * time.Second
	days, rest := int(d.Hours())/24, d%(24*time.Hour)
	text := fmt.Sprintf("%d:%02d:%02d", int(rest.Hours()), int(rest.Minutes())%60, int(rest.Seconds())%60)
	switch days {
	case 0:
		return text
	case 1:
		return "1 day, " + text
	}
	return fmt.Sprintf("%d days, %s", days, text)
}

func number(x float64) string {
	if math.IsNaN(x) {
		return "nan"
	}
	return fmt.Sprintf("%.2e", x)
}
