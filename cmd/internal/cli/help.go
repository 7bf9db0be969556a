package cli

import (
	"cmp"
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/spf13/cobra"
)

// widest is how wide a help is where the terminal is wider: longer lines are hard to read.
const widest = 100

// help prints the help of a command: as it is written, so that programs can read it, or on
// a terminal as wide as that.
func help(c *cobra.Command, _ []string) {
	text := strings.TrimSpace(cmp.Or(c.Long, c.Short)) + "\n\n" + c.UsageString()
	if onTerminal(c) {
		text = fit(text, min(ScreenOf(c).Width, widest))
	}
	fmt.Fprint(c.OutOrStdout(), text)
}

// labelled is a line of a list in two columns.
var labelled = regexp.MustCompile(`^( +\S.*? {2,})(\S.*)$`)

// fit breaks the lines of a help to be no wider than that. Paragraphs, and what stands in
// the second column of a list, are filled; command lines go on behind a backslash.
func fit(text string, width int) string {
	var out strings.Builder
	start, body, column := "", "", 0 // of what is being filled
	flush := func() {
		if body != "" {
			out.WriteString(start + filled(body, column, width) + "\n")
		}
		start, body = "", ""
	}
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		words := strings.TrimLeft(line, " ")
		indent := len(line) - len(words)
		match := labelled.FindStringSubmatch(line)
		switch {
		case words != "" && body != "" && indent == column && match == nil:
			body += " " + words
			continue
		case match != nil:
			flush()
			start, body, column = match[1], match[2], utf8.RuneCountInString(match[1])
		case words != "" && indent == 0 && words[0] != '\t':
			flush()
			body, column = words, 0
		default:
			flush()
			out.WriteString(goOn(line, width) + "\n")
		}
	}
	flush()
	return out.String()
}

// filled puts words on lines that begin in a column, the first of which is begun already.
func filled(words string, column, width int) string {
	var out strings.Builder
	at := column
	for i, word := range strings.Fields(words) {
		size := utf8.RuneCountInString(word)
		switch {
		case i == 0:
		case at+1+size > width:
			out.WriteString("\n" + strings.Repeat(" ", column))
			at = column
		default:
			out.WriteString(" ")
			at++
		}
		out.WriteString(word)
		at += size
	}
	return out.String()
}

// option is the start of one, and what is before it.
var option = regexp.MustCompile(` --?[a-z]`)

// goOn breaks a command line before options, which are outside of quotes.
func goOn(line string, width int) string {
	if utf8.RuneCountInString(line) <= width {
		return line
	}
	options := option.FindAllStringIndex(line[:width-1], -1)
	if len(options) == 0 {
		return line
	}
	at := options[len(options)-1][0]
	if strings.TrimSpace(line[:at]) == "" {
		return line
	}
	return line[:at] + " \\\n" + goOn("      "+line[at+1:], width)
}
