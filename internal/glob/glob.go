// Package glob has the patterns for names that Python's fnmatch has.
package glob

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Compile compiles a pattern for names: * stands for anything, ? for one character,
// [xyz], [0-9] and [!xyz] for one of, or not of, those. It is Python's fnmatch:
// slashes are nothing special, what is no wildcard stands for itself, and a [
// that is not closed does too.
func Compile(pattern string) (match func(string) bool, err error) {
	if !HasWildcards(pattern) {
		return func(name string) bool { return name == pattern }, nil
	}
	var out strings.Builder
	out.WriteString(`(?s)\A`)
	runes := []rune(pattern)
	for i := 0; i < len(runes); i++ {
		switch runes[i] {
		case '*':
			out.WriteString(".*")
		case '?':
			out.WriteString(".")
		case '[':
			if end := classEnd(runes, i); end > 0 {
				out.WriteString(class(string(runes[i+1 : end])))
				i = end
				continue
			}
			out.WriteString(`\[`)
		default:
			out.WriteString(regexp.QuoteMeta(string(runes[i])))
		}
	}
	out.WriteString(`\z`)
	compiled, err := regexp.Compile(out.String())
	if err != nil {
		return nil, fmt.Errorf("pattern %q: %w", pattern, err)
	}
	return compiled.MatchString, nil
}

// HasWildcards tells whether a pattern can match more than one name.
func HasWildcards(pattern string) bool { return strings.ContainsAny(pattern, "*?[") }

// classEnd is where the class that starts at start is closed, 0 where it is not.
// A ] that comes first belongs to it.
func classEnd(pattern []rune, start int) int {
	i := start + 1
	if i < len(pattern) && pattern[i] == '!' {
		i++
	}
	if i < len(pattern) && pattern[i] == ']' {
		i++
	}
	for ; i < len(pattern); i++ {
		if pattern[i] == ']' {
			return i
		}
	}
	return 0
}

// class is a class of characters as a regular expression. Ranges that run
// backwards have nothing in them.
func class(content string) string {
	negated := strings.HasPrefix(content, "!")
	runes := []rune(strings.TrimPrefix(content, "!"))
	var members strings.Builder
	for i := 0; i < len(runes); i++ {
		if i+2 < len(runes) && runes[i+1] == '-' {
			if runes[i] <= runes[i+2] {
				members.WriteString(quoteMember(runes[i]) + "-" + quoteMember(runes[i+2]))
			}
			i += 2
			continue
		}
		members.WriteString(quoteMember(runes[i]))
	}
	switch {
	case members.Len() == 0 && negated:
		return "."
	case members.Len() == 0:
		return `[^\x00-\x{10FFFF}]` // nothing
	case negated:
		return "[^" + members.String() + "]"
	}
	return "[" + members.String() + "]"
}

func quoteMember(r rune) string { return fmt.Sprintf(`\x{%X}`, r) }

// Any tells whether a name fits any of some patterns, see [Compile].
func Any(patterns []string) (func(name string) bool, error) {
	var fits []func(string) bool
	for _, pattern := range patterns {
		fit, err := Compile(pattern)
		if err != nil {
			return nil, err
		}
		fits = append(fits, fit)
	}
	return func(name string) bool {
		return slices.ContainsFunc(fits, func(fit func(string) bool) bool { return fit(name) })
	}, nil
}
