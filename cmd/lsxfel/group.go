package main

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

var numberPattern = regexp.MustCompile(`[0-9]+`)

// gap is a name without one of its numbers.
type gap struct{ before, behind string }

// gaps are the places where a name has a number.
func gaps(name string) (found []gap) {
	for _, at := range numberPattern.FindAllStringIndex(name, -1) {
		found = append(found, gap{name[:at[0]], name[at[1]:]})
	}
	return found
}

// group makes one line of names that differ in one number: MOTOR/{1-3,7}. The lines
// are in the order of the first name of each.
func group(names []string) (lines []string) {
	members := map[gap][]string{} // names
	for _, name := range names {
		for _, g := range gaps(name) {
			members[g] = append(members[g], name)
		}
	}
	done := map[string]bool{}
	for _, name := range names {
		if done[name] {
			continue
		}
		// Where there are several ways, the one that takes most names along, the
		// last of them.
		best, along := gap{}, []string{}
		for _, g := range gaps(name) {
			left := slices.DeleteFunc(slices.Clone(members[g]), func(other string) bool { return done[other] })
			if len(left) >= max(len(along), 2) {
				best, along = g, left
			}
		}
		if len(along) == 0 {
			lines = append(lines, name)
			continue
		}
		numbers := make([]string, len(along))
		for i, other := range along {
			done[other] = true
			numbers[i] = other[len(best.before) : len(other)-len(best.behind)]
		}
		lines = append(lines, fmt.Sprintf("%s{%s}%s", best.before, ranges(numbers), best.behind))
	}
	return lines
}

// ranges writes numbers as 1-3,7. Those with zeros in front keep them.
func ranges(numbers []string) string {
	type run struct{ first, last string }
	value := func(number string) uint64 { n, _ := strconv.ParseUint(number, 10, 64); return n }
	sorted := slices.SortedFunc(slices.Values(numbers), func(a, b string) int {
		return cmp.Or(cmp.Compare(value(a), value(b)), strings.Compare(a, b))
	})
	var runs []run
	for _, number := range sorted {
		if n := len(runs); n > 0 && value(number) == value(runs[n-1].last)+1 && (len(number) == len(runs[n-1].last) || number[0] != '0') {
			runs[n-1].last = number
			continue
		}
		runs = append(runs, run{number, number})
	}
	var parts []string
	for _, r := range runs {
		if r.first == r.last {
			parts = append(parts, r.first)
		} else {
			parts = append(parts, r.first+"-"+r.last)
		}
	}
	return strings.Join(parts, ",")
}
