package detector

import (
	"fmt"
	"slices"

	"extrapasha/keydata"
)

// Option says which detector to open, and what of it.
type Option func(*options)

// options are in fields that cross to other processes.
type options struct {
	Name, Class   string
	Pattern, Data string
	Raw           kindOfData
	All           bool // modules
	Modules       []int
	MinModules    int
	Places, First int // 0, -1: as the class has it
	ParallelGain  bool
}

// kindOfData is which of raw and corrected data are wanted.
type kindOfData int

const (
	correctedElseRaw kindOfData = iota
	rawData
	correctedData
)

// Name is the name of the detector, "SPB_DET_AGIPD1M-1", where the run has several.
func Name(name string) Option { return func(o *options) { o.Name = name } }

// Class is the class of the detector, one of [Classes].
func Class(name string) Option { return func(o *options) { o.Class = name } }

// Like makes a detector of all instrument sources that match a regular expression. Its one
// group is the number of the module, as in
//
//	detector.Like(`^HED_IA1_EPX100-(\d+)/DET/RECEIVER:daqOutput`, "data.image.pixels")
//
// Entries of the key data are its frames, and have no IDs but their number in the train.
func Like(pattern, data string) Option {
	return func(o *options) { o.Pattern, o.Data = pattern, data }
}

// Raw asks for raw data. They are not there where only corrected data are, also if these
// have the names of the raw ones, as old runs have it.
func Raw() Option { return func(o *options) { o.Raw = rawData } }

// Corrected asks for corrected data. Without it raw data are taken where there are no
// corrected ones, with a notice through log/slog.
func Corrected() Option { return func(o *options) { o.Raw = correctedData } }

// OnlyModules leaves out all modules but some, by the numbers in the names of their
// sources. Numbers that are not there are passed over.
func OnlyModules(numbers ...int) Option {
	return func(o *options) { o.All, o.Modules = false, numbers }
}

// MinModules leaves out trains for which fewer modules have data. It is 1 without this
// option: trains without any data are not those of the detector.
func MinModules(n int) Option { return func(o *options) { o.MinModules = n } }

// NumPlaces is how many modules the whole detector has, where the class does not tell
// (JUNGFRAU): else the highest number that there is counts as the last.
func NumPlaces(n int) Option { return func(o *options) { o.Places = n } }

// FirstNumber is the number of the module in the first place, where that is not as the
// class has it: 3 for a detector of "FXE_XAD_JF500K/DET/JNGFR03:daqOutput" alone.
func FirstNumber(n int) Option { return func(o *options) { o.First = n } }

// ParallelGain reads data of an LPD whose trains hold all pulses three times, in high,
// medium and low gain. The IDs of the first third count for all; see [Frame.Gain].
func ParallelGain() Option { return func(o *options) { o.ParallelGain = true } }

func optionsOf(opts []Option) (options, error) {
	o := options{All: true, MinModules: 1, First: -1}
	for _, option := range opts {
		option(&o)
	}
	switch {
	case o.MinModules < 1:
		return o, fmt.Errorf("%w: at least %d modules, expected 1 or more", keydata.ErrSelection, o.MinModules)
	case o.Places < 0:
		return o, fmt.Errorf("%w: a detector with %d places", keydata.ErrSelection, o.Places)
	case o.Pattern != "" && (o.Class != "" || o.Name != ""):
		return o, fmt.Errorf("%w: sources like %q, and a class or name", keydata.ErrSelection, o.Pattern)
	}
	return o, nil
}

// wants tells whether a module is asked for.
func (o options) wants(number int) bool { return o.All || slices.Contains(o.Modules, number) }
