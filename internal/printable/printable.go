// Package printable makes text of unknown origin, such as names in a file, fit for a
// terminal: there it could set the title, clear the screen, or look like lines of its own.
package printable

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// Line is a text with what is no visible character or space escaped as in Go: control
// characters, line ends, marks that change the direction of writing, bytes that are not
// UTF-8. It is one line.
func Line(text string) string {
	var line strings.Builder
	clean := 0 // how much of it is written
	for i, width := 0, 0; i < len(text); i += width {
		var r rune
		r, width = utf8.DecodeRuneInString(text[i:])
		invalid := r == utf8.RuneError && width == 1
		if !invalid && strconv.IsGraphic(r) {
			continue
		}
		line.WriteString(text[clean:i])
		quoted := strconv.Quote(text[i : i+width])
		line.WriteString(quoted[1 : len(quoted)-1])
		clean = i + width
	}
	if clean == 0 {
		return text
	}
	line.WriteString(text[clean:])
	return line.String()
}

// Arg is an argument of a format with its text, where it has any, as a [Line].
func Arg(arg any) any {
	switch arg := arg.(type) {
	case string:
		return Line(arg)
	case error:
		return Line(arg.Error())
	case interface{ String() string }:
		return Line(arg.String())
	}
	return arg
}
