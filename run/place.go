package run

import (
	"path/filepath"
	"regexp"
)

// place is where a run directory lies in the facility's storage.
type place struct {
	proposal string // the proposal's directory below the data root
	data     string // raw or proc
	run      string // r0001
}

// runPlaces are the forms of a run directory's path: on the offline cluster and
// in the archive the kind of data comes first, on the online cluster last.
var runPlaces = []*regexp.Regexp{
	regexp.MustCompile(`.+/(?P<data>raw|proc|red|open)/(?P<instrument>\w+)/(?P<cycle>\w+)/(?P<proposal>p\d+)/(?P<run>r\d+)/?$`),
	regexp.MustCompile(`^.+/(?P<instrument>\w+)/(?P<cycle>\w+)/(?P<proposal>p\d+)/(?P<data>raw|proc|red|open)/(?P<run>r\d+)/?$`),
}

// placeOf finds out where a run directory lies, with all symbolic links followed, not
// ok where that is outside of the facility's storage.
func placeOf(dir string) (p place, ok bool) {
	real, err := filepath.EvalSymlinks(dir)
	if err == nil {
		real, err = filepath.Abs(real)
	}
	if err != nil {
		return p, false
	}
	for _, pattern := range runPlaces {
		if match := pattern.FindStringSubmatch(real); match != nil {
			part := func(name string) string { return match[pattern.SubexpIndex(name)] }
			return place{filepath.Join(Root(), part("instrument"), part("cycle"), part("proposal")), part("data"), part("run")}, true
		}
	}
	return p, false
}
