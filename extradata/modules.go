package extradata

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// modulePattern are the names that modules of detectors have: …/DET/7CH0:xtdf of AGIPD,
// DSSC and LPD, and for the rest of the facility's detectors a word before the number.
var modulePattern = regexp.MustCompile(`^(.+/(?:DET|CORR)/)(?:()(\d+)CH|(MODULE_|RECEIVER-|JNGFR)(\d+))`)

// module cuts the name of a module: what is before its number, the digits of that, and
// what is behind.
func module(source string) (before, digits, behind string, ok bool) {
	m := modulePattern.FindStringSubmatchIndex(source)
	if m == nil {
		return "", "", "", false
	}
	from, to := m[6], m[7]
	if from < 0 {
		from, to = m[10], m[11]
	}
	return source[:from], source[from:to], source[to:], true
}

// ModuleNumber is the number of a detector's module by the name of its source: 7 for
// "SPB_DET_AGIPD1M-1/DET/7CH0:xtdf", 1 for "SPB_IRDA_JF4M/DET/JNGFR01:daqOutput". It is
// not ok where the source is none.
func ModuleNumber(source string) (number int, ok bool) {
	_, digits, _, ok := module(source)
	if !ok {
		return 0, false
	}
	number, err := strconv.Atoi(digits)
	return number, err == nil
}

// CompareSources orders names of sources for people, for [slices.SortFunc]: the modules
// of a detector by their number (0CH0, 1CH0, …, 15CH0), all else by name.
func CompareSources(a, b string) int {
	return cmp.Or(strings.Compare(orderOf(a), orderOf(b)), strings.Compare(a, b))
}

// orderOf is a name with so many zeros before the number of a module that names are in
// the order of the numbers.
func orderOf(source string) string {
	before, digits, behind, ok := module(source)
	if !ok {
		return source
	}
	return fmt.Sprintf("%s%020s%s", before, digits, behind)
}

// forPeople sorts names of sources as [CompareSources] orders them.
func forPeople(names []string) []string {
	return slices.SortedFunc(slices.Values(names), CompareSources)
}
