// Package closest finds the names that a mistyped one may stand for, for error
// messages.
package closest

import (
	"fmt"
	"slices"
	"strings"

	"github.com/agnivade/levenshtein"
)

// Names are at most this many.
const most = 3

// To finds the names that look like name, the most alike first: those that
// differ in up to a third of the letters, or contain it, whatever the case.
func To(name string, among []string) []string {
	type candidate struct {
		name     string
		distance int
	}
	wanted := strings.ToLower(name)
	var found []candidate
	for _, other := range among {
		lower := strings.ToLower(other)
		distance := levenshtein.ComputeDistance(wanted, lower)
		if distance <= max(len(wanted)/3, 1) || wanted != "" && strings.Contains(lower, wanted) {
			found = append(found, candidate{other, distance})
		}
	}
	slices.SortStableFunc(found, func(a, b candidate) int { return a.distance - b.distance })
	names := make([]string, 0, most)
	for _, c := range found[:min(len(found), most)] {
		names = append(names, c.name)
	}
	return names
}

// Hint is the end of an error message that offers names, empty without any.
func Hint(names []string) string {
	if len(names) == 0 {
		return ""
	}
	quoted := make([]string, len(names))
	for i, name := range names {
		quoted[i] = fmt.Sprintf("%q", name)
	}
	return "; did you mean " + strings.Join(quoted, " or ") + "?"
}
