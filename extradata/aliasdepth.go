package extradata

import (
	"bytes"
	"fmt"
	"strings"
)

// marks are what has a meaning in a format where it is not part of a text.
type marks struct {
	quotes  string // what texts are between; a backslash escapes in those between "
	triple  bool   // texts between three quotes go on over lines
	comment string // what goes on to the end of the line
	dot     byte   // what is between the parts of a name, each of which nests
}

var (
	jsonMarks = marks{quotes: `"`}
	tomlMarks = marks{quotes: `"'`, triple: true, comment: "#", dot: '.'}
)

func errDepth() error { return fmt.Errorf("nested more than %d deep", aliasDepth) }

// checkDepth looks how deep a text is nested, before it is parsed: parsers call
// themselves for what is inside.
func checkDepth(text []byte, m marks) error {
	depth, dots := 0, 0
	for len(text) > 0 {
		mark := text[0]
		text = text[1:]
		switch {
		case strings.IndexByte(m.quotes, mark) >= 0:
			text = m.behindText(text, mark)
			continue
		case strings.IndexByte(m.comment, mark) >= 0:
			text = text[max(bytes.IndexByte(text, '\n'), 0):]
			continue
		}
		switch mark {
		case '[', '{':
			depth, dots = depth+1, 0
		case ']', '}':
			depth, dots = max(depth-1, 0), 0
		case '\n', '=', ',':
			dots = 0
		case m.dot:
			dots++
		}
		if depth+dots > aliasDepth {
			return errDepth()
		}
	}
	return nil
}

// behindText is what comes after a text that has begun with a quote.
func (m marks) behindText(text []byte, quote byte) []byte {
	end, most := []byte{quote}, 1
	if m.triple && len(text) > 1 && text[0] == quote && text[1] == quote {
		end, most = bytes.Repeat(end, 3), 5 // two more are part of the text
		text = text[2:]
	}
	for len(text) > 0 {
		switch {
		case quote == '"' && text[0] == '\\':
			text = text[min(2, len(text)):]
		case text[0] == '\n' && len(end) == 1: // there is no end to it
			return text
		case bytes.HasPrefix(text, end):
			n := len(end)
			for n < most && n < len(text) && text[n] == quote {
				n++
			}
			return text[n:]
		default:
			text = text[1:]
		}
	}
	return nil
}
