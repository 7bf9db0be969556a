package run

import (
	"errors"
	"strings"

	"extrapasha/internal/h5"
)

// Auxiliary is a source that tells of the data of others.
type Auxiliary struct {
	Section Section // Reduction or Errata
	// Source is its name in the file. In a run those of several data aggregators can
	// have the same.
	Source string
}

// Auxiliary lists the auxiliary sources of the file. Overview files have none: those of
// their run are in the files behind them.
func (f *File) Auxiliary() ([]Auxiliary, error) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	if f.auxRead {
		return f.auxiliary, nil
	}
	for _, section := range []Section{Reduction, Errata} {
		list := "METADATA/auxiliarySources/" + string(section)
		ids, err := f.texts(list)
		switch {
		case err == nil:
			f.addAuxiliary(section, ids)
		case !errors.Is(err, h5.ErrNoObject):
			return nil, err
		}
	}
	f.auxRead = true
	return f.auxiliary, nil
}

func (f *File) addAuxiliary(section Section, ids []string) {
	seen := map[string]bool{}
	for _, id := range ids {
		source, ok := strings.CutPrefix(id, string(section)+"/")
		// The last part is a group of keys.
		end := strings.LastIndexByte(source, '/')
		if !ok || end < 0 || seen[source[:end]] {
			continue
		}
		source = source[:end]
		seen[source] = true
		f.auxiliary = append(f.auxiliary, Auxiliary{section, source})
	}
}
