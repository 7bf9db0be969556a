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
	err := s.Files()[0].Use(func(from *h5.File) error {
		return f.CopyObject("RUN/"+s.Name(), from, s.Group("RUN"))
	})
	if errors.Is(err, h5.ErrNoObject) {
		return nil
	}
	return err
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
