package run

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/goccy/go-json" // it reads a large map in a seventh of the time

	"extrapasha/internal/regular"
)

// A map beyond these is damaged. They are above those of 100,000 files.
const (
	filesMapLimit   = 1 << 30 // bytes
	mapEntryLimit   = 1 << 24 // bytes of an entry
	mapEntriesLimit = 1 << 18
)

// readFilesMap calls take with each entry of a map. After an error none of them counts.
func readFilesMap(path string, take func(mapEntry)) error {
	text, err := regular.Read(path, filesMapLimit)
	if err != nil {
		return err
	}
	return parseFilesMap(text, take)
}

// parseFilesMap takes the entries apart one by one: what does not fit a file is given up
// before the next is read, so that a map of a few bytes an entry takes no memory.
func parseFilesMap(text []byte, take func(mapEntry)) error {
	rest, ok := bytes.CutPrefix(skipSpace(text), []byte("["))
	if !ok {
		return errors.New("expected a list of files")
	}
	if rest = skipSpace(rest); bytes.HasPrefix(rest, []byte("]")) {
		return nothingBehind(rest[1:])
	}
	for i := range mapEntriesLimit {
		length, err := entryLength(rest)
		if err != nil {
			return fmt.Errorf("file %d: %w", i, err)
		}
		var entry mapEntry
		if err := json.Unmarshal(rest[:length], &entry); err != nil {
			return fmt.Errorf("file %d: %w", i, err)
		}
		take(entry)
		rest = skipSpace(rest[length:])
		switch {
		case bytes.HasPrefix(rest, []byte(",")):
			rest = skipSpace(rest[1:])
		case bytes.HasPrefix(rest, []byte("]")):
			return nothingBehind(rest[1:])
		default:
			return fmt.Errorf("file %d: expected , or ] behind it", i)
		}
	}
	return fmt.Errorf("more than %d files", mapEntriesLimit)
}

func skipSpace(text []byte) []byte { return bytes.TrimLeft(text, " \t\r\n") }

func nothingBehind(text []byte) error {
	if len(skipSpace(text)) > 0 {
		return errors.New("there is something behind the list of files")
	}
	return nil
}

// entryLength is how long the entry is that a text begins with: an object of values and
// lists, or names for names, and nothing deeper.
func entryLength(text []byte) (int, error) {
	text = text[:min(len(text), mapEntryLimit)]
	depth := 0
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '"':
			i += stringLength(text[i+1:])
		case '[':
			depth++
			i += numbersLength(text[i+1:])
		case '{':
			depth++
		case '}', ']':
			depth--
		}
		switch {
		case depth == 0 && i > 0 && text[0] == '{':
			return i + 1, nil
		case depth < 1 || depth > 2:
			return 0, errors.New("expected an object with lists in it, and nothing deeper")
		}
	}
	return 0, fmt.Errorf("it does not end within %d bytes", mapEntryLimit)
}

// numbersLength is how long a list is that has nothing but numbers in it, without the
// brackets: most of a map is one. It is 0 for others.
func numbersLength(text []byte) int {
	end := max(bytes.IndexByte(text, ']'), 0)
	for _, c := range []byte(`"[{}`) {
		if bytes.IndexByte(text[:end], c) >= 0 {
			return 0
		}
	}
	return end
}

// stringLength is how long a string is, with the quote behind it but not that before it.
func stringLength(text []byte) int {
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return len(text)
}
