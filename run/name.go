package run

import (
	"path/filepath"
	"regexp"
	"strconv"
)

// Name is what the name of a data file tells: RAW-R0020-AGIPD01-S00003.h5.
type Name struct {
	Category   string // RAW or CORR
	Run        int
	Aggregator string // AGIPD01, DA02
	Sequence   int
}

var namePattern = regexp.MustCompile(`^([A-Z]+)-R(\d{4})-(\w+)-S(\d{5})\.h5$`)

// ParseName tells what is known from the name of a file, given alone or in a path: all
// of it, or nothing where it is not that of a data file.
func ParseName(path string) (name Name) {
	if match := namePattern.FindStringSubmatch(filepath.Base(path)); match != nil {
		name.Category, name.Aggregator = match[1], match[3]
		name.Run, _ = strconv.Atoi(match[2])
		name.Sequence, _ = strconv.Atoi(match[4])
	}
	return name
}

// Name is what the name of the file tells.
func (f *File) Name() Name { return ParseName(f.path) }

// Storage is where in the facility's storage a file is.
type Storage struct {
	Class      string // of the data that it is among: raw, proc
	Instrument string // SPB
	Cycle      string // 202601
	Proposal   string // p700000
}

// storagePatterns are the paths of run directories in the facility's storage: on the
// online cluster the class comes last, on the offline cluster and in the archive first.
var storagePatterns = []*regexp.Regexp{
	regexp.MustCompile(`^/gpfs/exfel/exp/(?P<instrument>\w+)/(?P<cycle>\w+)/(?P<proposal>p\d{6})/(?P<class>[a-z]+)/r\d{4}`),
	regexp.MustCompile(`^/(?:gpfs/exfel/d|pnfs/xfel\.eu/exfel/archive/XFEL)/(?P<class>\w+)/(?P<instrument>\w+)/(?P<cycle>\d{6})/(?P<proposal>p\d{6})/r\d{4}`),
}

// StorageOf tells where in the facility's storage a file is, with all symbolic links
// followed. All is empty for files elsewhere.
func StorageOf(path string) Storage {
	real, err := filepath.EvalSymlinks(path)
	if err != nil {
		real = path
	}
	dir := filepath.Dir(real)
	for _, pattern := range storagePatterns {
		if match := pattern.FindStringSubmatch(dir); match != nil {
			part := func(name string) string { return match[pattern.SubexpIndex(name)] }
			return Storage{part("class"), part("instrument"), part("cycle"), part("proposal")}
		}
	}
	return Storage{}
}

// Storage is where in the facility's storage the file is.
func (f *File) Storage() Storage { return StorageOf(f.path) }
