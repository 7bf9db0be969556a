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

// group makes one line of names that differ in one number: MOTOR/{1-3,7}. The lines
// are in the order of the first name of each.
func group(names []string) (lines []string) {
	type gap struct{ before, behind string } // what is around the number
	members := map[gap][]string{}            // numbers
	gaps := func(name string) (found []gap, numbers []string) {
		for _, at := range numberPattern.FindAllStringIndex(name, -1) {
			found = append(found, gap{name[:at[0]], name[at[1]:]})
			numbers = append(numbers, name[at[0]:at[1]])
		}
		return found, numbers
	}
	for _, name := range names {
		found, numbers := gaps(name)
		for i, g := range found {
			members[g] = append(members[g], numbers[i])
		}
	}
	done := map[gap]bool{}
	for _, name := range names {
		found, _ := gaps(name)
		if slices.ContainsFunc(found, func(g gap) bool { return done[g] }) {
			continue
		}
		// Where there are several ways, the one that takes most names along, the
		// last of them.
		best := gap{}
		for _, g := range found {
			if len(members[g]) >= max(len(members[best]), 2) {
				best = g
			}
		}
		if len(members[best]) < 2 {
			lines = append(lines, name)
			continue
		}
		done[best] = true
		lines = append(lines, fmt.Sprintf("%s{%s}%s", best.before, ranges(members[best]), best.behind))
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
