package pulses

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"extrapasha/extradata"
)

// Source is what tells of the pulses in a run: a time server with the machine's bunch
// pattern table, or a decoder of it.
type Source struct {
	// Name is the source, Key that of the table, or of the IDs of all pulses.
	Name, Key string

	run     *extradata.DataCollection
	decoder bool
}

// What the facility calls them.
var (
	timeServers = regexp.MustCompile(`^[A-Z0-9]{3}_(BR|RR)_(UTC|SYS)/TSYS/(TIMESERVER|X2TIMER\d+)$`)
	decoders    = regexp.MustCompile(`^[A-Z0-9]{3}_(BR|RR)_(UTC|SYS)/(MDL|TSYS)/(BUNCH|PULSE|PP)\w*_(DECODER|PATTERN)$`)
)

// pipeline is the output of a time server.
const pipeline = ":outputBunchPattern"

// Find is the source of that name, or without one the only one of the run: of time servers,
// first those with an output, and then of decoders, by their class first and then by their
// name. The error is an [extradata.SourceNameError], or wraps [ErrPattern] where there is
// none or more than one.
func Find(run *extradata.DataCollection, name string) (*Source, error) {
	if name != "" {
		return open(run, name)
	}
	servers, err := ofClass(run, "TimeServer")
	if err != nil {
		return nil, err
	}
	decoding, err := ofClass(run, "PulsePatternDecoder")
	if err != nil {
		return nil, err
	}
	instruments, controls := run.InstrumentSources(), run.ControlSources()
	var piped []string
	for _, server := range servers {
		if slices.Contains(instruments, server+pipeline) {
			piped = append(piped, server+pipeline)
		}
	}
	isServer := func(source string) bool { return timeServers.MatchString(strings.TrimSuffix(source, pipeline)) }
	for _, kind := range [][]string{
		piped,
		fitting(instruments, func(source string) bool { return strings.HasSuffix(source, pipeline) && isServer(source) }),
		fitting(controls, isServer),
		decoding,
		fitting(controls, decoders.MatchString),
	} {
		switch len(kind) {
		case 0:
		case 1:
			return open(run, kind[0])
		default:
			return nil, fmt.Errorf("pulses: %w: several of %q, name one", ErrPattern, kind)
		}
	}
	return nil, fmt.Errorf("pulses: %w: neither a time server nor a decoder of its tables is in the run", ErrPattern)
}

func fitting(sources []string, fits func(string) bool) []string {
	return slices.DeleteFunc(slices.Clone(sources), func(source string) bool { return !fits(source) })
}

func ofClass(run *extradata.DataCollection, class string) (sources []string, err error) {
	for _, name := range run.ControlSources() {
		source, err := run.Source(name)
		if err != nil {
			return nil, err
		}
		if is, err := source.DeviceClass(); err != nil {
			return nil, err
		} else if is == class {
			sources = append(sources, name)
		}
	}
	return sources, nil
}

func open(run *extradata.DataCollection, name string) (*Source, error) {
	source, err := run.Source(name)
	if err != nil {
		return nil, err
	}
	s := &Source{Name: name, run: run}
	for _, key := range []string{"data.bunchPatternTable", "bunchPatternTable.value", "maindump.pulseIds.value"} {
		has, err := source.Has(key)
		if err != nil {
			return nil, err
		}
		if has {
			s.Key, s.decoder = key, strings.HasPrefix(key, "maindump")
			return s, nil
		}
	}
	return nil, fmt.Errorf("pulses: %w: %s has neither a bunch pattern table nor IDs of pulses", ErrPattern, name)
}

// TrainIDs are the trains that the source was read in.
func (s *Source) TrainIDs() ([]uint64, error) {
	key, err := s.run.Key(s.Name, s.Key)
	if err != nil {
		return nil, err
	}
	return key.TrainIDCoordinates(), nil
}

// SplitTrains divides the trains of the source, see [extradata.SourceData.SplitTrains].
func (s *Source) SplitTrains(parts, trainsPerPart int) ([]*Source, error) {
	source, err := s.run.Source(s.Name)
	if err != nil {
		return nil, err
	}
	split, err := source.SplitTrains(parts, trainsPerPart)
	if err != nil {
		return nil, err
	}
	var sources []*Source
	for _, part := range split {
		run, err := s.run.SelectTrains(extradata.ByIDs(part.TrainIDs()...))
		if err != nil {
			return nil, err
		}
		sources = append(sources, &Source{s.Name, s.Key, run, s.decoder})
	}
	return sources, nil
}
