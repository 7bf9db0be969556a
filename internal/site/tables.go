package main

import (
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"
)

// row is a line of text in two columns, with the lines that go on below its right side.
type row struct{ left, right string }

var columns = regexp.MustCompile(`^(\S.*? {2,})\S`)

// rows are the lines of text that has two columns; not ok where it is something else.
func rows(text string) (rows []row, ok bool) {
	lines := strings.Split(strings.TrimRight(text, "\n"), "\n")
	at := column(lines)
	for _, line := range lines {
		runes := []rune(line)
		match := columns.FindString(line)
		switch {
		case strings.TrimSpace(line) == "":
		case strings.HasPrefix(line, "  ") && len(rows) > 0:
			rows[len(rows)-1].right += " " + strings.TrimSpace(line)
		case at > 0 && len(runes) > at && runes[at-1] == ' ':
			rows = append(rows, row{strings.TrimSpace(string(runes[:at])), strings.TrimSpace(string(runes[at:]))})
		case match != "":
			rows = append(rows, row{strings.TrimSpace(match[:len(match)-1]), line[len(match)-1:]})
		default:
			return nil, false
		}
	}
	return rows, len(rows) > 0
}

// column is where the right side of most lines begins; 0 is for none.
func column(lines []string) (most int) {
	often := map[int]int{}
	for _, line := range lines {
		if match := columns.FindString(line); match != "" {
			at := utf8.RuneCountInString(match) - 1
			often[at]++
			if often[at] > often[most] {
				most = at
			}
		}
	}
	return most
}

// table is rows as a table; the functions make Markdown of each side.
func table(rows []row, left, right string, showLeft, showRight func(string) string) string {
	var out strings.Builder
	fmt.Fprintf(&out, "| %s | %s |\n| --- | --- |\n", left, right)
	for _, r := range rows {
		fmt.Fprintf(&out, "| %s | %s |\n", showLeft(r.left), showRight(r.right))
	}
	return out.String() + "\n"
}
