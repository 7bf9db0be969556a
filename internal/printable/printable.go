// Package printable makes text of unknown origin, such as names in a file, fit for a
// terminal: there it could set the title, clear the screen, or look like lines of its own.
package printable

import (
	"fmt"
	"io"
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

// Sprintf is that of fmt, with each argument that is text, has text or is an error as a
// [Line].
func Sprintf(format string, args ...any) string {
	lines := make([]any, len(args))
	for i, arg := range args {
		switch arg := arg.(type) {
		case string:
			lines[i] = Line(arg)
		case error:
			lines[i] = Line(arg.Error())
		case fmt.Stringer:
			lines[i] = Line(arg.String())
		default:
			lines[i] = arg
		}
	}
	return fmt.Sprintf(format, lines...)
}

// Fprintf writes what [Sprintf] makes.
func Fprintf(w io.Writer, format string, args ...any) {
	_, _ = io.WriteString(w, Sprintf(format, args...)) // a writer that can fail has to remember
}
