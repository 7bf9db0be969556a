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
	// Storage is the kind of data that the directory of the run belongs to, raw
	// or proc.
	Storage string
}

var namePattern = regexp.MustCompile(`^([A-Z]+)-R(\d+)-(\w+?)(?:-S(\d+))?\.h5$`)

// ParseName tells what is known from the path of a file. What its name does not
// have stays empty.
func ParseName(path string) Name {
	name := Name{Storage: filepath.Base(filepath.Dir(filepath.Dir(path)))}
	if match := namePattern.FindStringSubmatch(filepath.Base(path)); match != nil {
		name.Category, name.Aggregator = match[1], match[3]
		name.Run, _ = strconv.Atoi(match[2])
		name.Sequence, _ = strconv.Atoi(match[4])
	}
	return name
}
