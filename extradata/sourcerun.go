package extradata

import (
	"errors"
	"fmt"
	"strings"

	"extrapasha/internal/closest"
	"extrapasha/run"
)

// ErrInstrument is wrapped by errors of questions that only control sources have
// an answer to.
var ErrInstrument = errors.New("only control sources have values of the run")

// MultiRunError is a question about one run, asked of data of several.
type MultiRunError struct{}

func (s *SourceData) ofRun() (*run.File, error) {
	if !s.oneRun {
		return nil, fmt.Errorf("%s: %w", s.name, &MultiRunError{})
	}
	if !s.IsControl() {
		return nil, fmt.Errorf("%s: %w", s.name, ErrInstrument)
	}
	return s.first(), nil
}

// RunValues are the values of a control source at the start of the run, by key,
// with timestamps: numbers, strings, or slices of them. The error is a
// [*MultiRunError] or wraps [ErrInstrument].
func (s *SourceData) RunValues() (map[string]any, error) {
	file, err := s.ofRun()
	if err != nil {
		return nil, err
	}
	return file.RunValues(s.inFile)
}

// NamedRunValues are those of [SourceData.RunValues] that are no timestamps, by the names
// that users know: without ".value".
func (s *SourceData) NamedRunValues() (map[string]any, error) {
	values, err := s.RunValues()
	if err != nil {
		return nil, err
	}
	named := map[string]any{}
	for key, value := range values {
		if name, ok := strings.CutSuffix(key, ".value"); ok {
			named[name] = value
		}
	}
	return named, nil
}

// RunValue is one of [SourceData.RunValues]; ".value" may be left out. The error
// is a [*KeyNameError] where there is no such value.
func (s *SourceData) RunValue(key string) (any, error) {
	file, err := s.ofRun()
	if err != nil {
		return nil, err
	}
	value, err := file.RunValue(s.inFile, key)
	if err == nil && value == nil {
		keys, _ := file.RunKeys(s.inFile) // for the message
		return nil, &KeyNameError{Source: s.name, Key: key, Closest: closest.To(key, keys)}
	}
	return value, err
}

// DeviceClass is the Karabo class of a control source's device, empty where it is
// not known.
func (s *SourceData) DeviceClass() (string, error) {
	if !s.IsControl() {
		return "", nil
	}
	value, err := s.first().RunValue(s.inFile, "classId")
	class, _ := value.(string)
	return class, err
}

// RunMetadata is METADATA of the run, see [DataCollection.RunMetadata].
func (s *SourceData) RunMetadata() (map[string]any, error) {
	if !s.oneRun {
		return nil, fmt.Errorf("%s: %w", s.name, &MultiRunError{})
	}
	return s.first().Metadata()
}

func (*MultiRunError) Error() string {
	return "the data is of more than one run, so there is no one answer: ask the runs before their union"
}
