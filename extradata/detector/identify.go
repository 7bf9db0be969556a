package detector

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"extrapasha/extradata"
	"extrapasha/internal/closest"
	"extrapasha/keydata"
)

// Found is a detector that a run has.
type Found struct {
	// Name is what the names of its sources begin with, "SPB_DET_AGIPD1M-1".
	Name string
	// Class is one of [Classes].
	Class string
}

// Identify finds the detectors of a run by the names of sources, of the given classes or
// of all, sorted by name. It reads nothing.
func Identify(run *extradata.DataCollection, classNames ...string) ([]Found, error) {
	wanted, err := classesNamed(classNames)
	if err != nil {
		return nil, fmt.Errorf("detector: %w", err)
	}
	return identify(run, wanted), nil
}

func classesNamed(names []string) (wanted []*class, err error) {
	if len(names) == 0 {
		return classes, nil
	}
	for _, name := range names {
		c, err := classNamed(name)
		if err != nil {
			return nil, err
		}
		wanted = append(wanted, c)
	}
	return wanted, nil
}

func identify(run *extradata.DataCollection, wanted []*class) []Found {
	found := []Found{}
	for _, c := range wanted {
		pattern := c.find("")
		for _, source := range run.InstrumentSources() {
			if m := pattern.FindStringSubmatch(source); m != nil {
				found = append(found, Found{m[1], c.name})
			}
		}
	}
	slices.SortFunc(found, func(a, b Found) int {
		return strings.Compare(a.Name+"\x00"+a.Class, b.Name+"\x00"+b.Class)
	})
	return slices.Compact(found)
}

// ErrNone is wrapped where a run has no detector, or none of the class that was asked for.
var ErrNone = errors.New("no detector in this data")

// ManyError is a run with several detectors where one is needed.
type ManyError struct {
	// Found are those there are.
	Found []Found
}

func (e *ManyError) Error() string {
	names := make([]string, len(e.Found))
	for i, found := range e.Found {
		names[i] = fmt.Sprintf("%s (%s)", found.Name, found.Class)
	}
	return fmt.Sprintf("%d detectors in this data, name one of %s", len(names), strings.Join(names, ", "))
}

// Unwrap is the error of a selection that is not unique.
func (e *ManyError) Unwrap() error { return keydata.ErrSelection }

// Only is the only detector of a run, of the given classes or of all. The error wraps
// [ErrNone], or is a [*ManyError].
func Only(run *extradata.DataCollection, classNames ...string) (Found, error) {
	found, err := Identify(run, classNames...)
	if err != nil {
		return Found{}, err
	}
	one, err := only(found)
	if err != nil {
		return Found{}, fmt.Errorf("detector: %w", err)
	}
	return one, nil
}

func only(found []Found) (Found, error) {
	switch len(found) {
	case 0:
		return Found{}, ErrNone
	case 1:
		return found[0], nil
	}
	return Found{}, &ManyError{found}
}

// unknown is the error for a detector that is not there under a name.
func unknown(run *extradata.DataCollection, name string) error {
	var names []string
	for _, found := range identify(run, classes) {
		names = append(names, found.Name)
	}
	return &extradata.SourceNameError{Source: name, Closest: closest.To(name, names)}
}
