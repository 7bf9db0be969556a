package write

import (
	"errors"
	"slices"

	"extrapasha/extradata"
	"extrapasha/internal/h5"
	"extrapasha/run"
)

// copyRun copies the values that RUN has of a control source.
func (f *file) copyRun(s *extradata.SourceData) error {
	if !s.IsControl() {
		return nil
	}
	file, values := s.Files()[0], s.Group("RUN")
	from, err := file.Acquire()
	if err != nil {
		return err
	}
	defer f.Then(file.Release)
	if kind, err := from.Kind(values); err != nil || kind == h5.Missing {
		return err
	}
	return f.CopyTree("RUN/"+s.Name(), from, values, func(string) bool { return true })
}

// legacy makes a source that goes by an old name a link to the one that it leads to, if
// that is selected with the same keys.
func (f *file) legacy(s *extradata.SourceData) (done bool, err error) {
	selected := f.collection.SelectedKeys()
	keys, there := selected[s.CanonicalName()]
	if !s.IsLegacy() || !there || !slices.Equal(keys, selected[s.Name()]) {
		return false, nil
	}
	groups, err := s.IndexGroups()
	if err != nil {
		return false, err
	}
	for _, group := range groups {
		f.list(string(run.Instrument) + "/" + s.Name() + "/" + group)
	}
	return true, errors.Join(
		f.SoftLink(string(run.Instrument)+"/"+s.Name(), "/"+string(run.Instrument)+"/"+s.CanonicalName()),
		f.SoftLink("INDEX/"+s.Name(), "/INDEX/"+s.CanonicalName()),
	)
}
