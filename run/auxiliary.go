package run

import (
	"errors"
	"fmt"
	"strings"

	"extrapasha/internal/h5"
)

// Auxiliary is a source that tells of the data of others.
type Auxiliary struct {
	Section Section // Reduction or Errata
	// Name is what the source is called in a run: errata are the same in every
	// file, and named after the data aggregator as well ("AGIPD00@…").
	Name string
	// Source is its name in the file.
	Source string
}

// Auxiliary lists the auxiliary sources of the file.
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
		name := source
		if section == Errata {
			name = fmt.Sprintf("%s@%s", ParseName(f.path).Aggregator, source)
		}
		f.auxiliary = append(f.auxiliary, Auxiliary{Section: section, Name: name, Source: source})
	}
}
