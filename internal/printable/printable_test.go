package printable_test

import (
	"errors"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"extrapasha/internal/printable"
)

func TestLine(t *testing.T) {
	for text, want := range map[string]string{
		"":                                   "",
		"SPB_XTD9_XGM/XGM/DOOCS":             "SPB_XTD9_XGM/XGM/DOOCS",
		"μJ, 3 × 4 ▀, e\u0301 \u00a0\u3000.": "μJ, 3 × 4 ▀, e\u0301 \u00a0\u3000.",
		`a\b "c" 'd'`:                        `a\b "c" 'd'`,
		"\x1b]0;title\x07\x1b[2J":            `\x1b]0;title\a\x1b[2J`,
		"a\nb\tc\rd\x00":                     `a\nb\tc\rd\x00`,
		"\x7f \u0080 \u009b31m":              `\x7f \u0080 \u009b31m`,
		"\u202eabc\u2066\u200f\u061c":        `\u202eabc\u2066\u200f\u061c`,
		"a\u2028b\u2029\ufeff\u200b":         `a\u2028b\u2029\ufeff\u200b`,
		"\x9b31m \xff \ufffd":                `\x9b31m \xff ` + "\ufffd",
		"\U000e0041":                         `\U000e0041`,
	} {
		if got := printable.Line(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func TestSprintf(t *testing.T) {
	var builder strings.Builder
	builder.WriteString("a\nb")
	got := printable.Sprintf("%-6s|%v|%v|%d\n", "a\nb", errors.New("a\nb"), &builder, 3)
	if want := "a\\nb  |a\\nb|a\\nb|3\n"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func FuzzLine(f *testing.F) {
	for _, text := range []string{"a", "\x1b[31m", "\xc2", "\u202e\n", "\xed\xa0\x80"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		line := printable.Line(text)
		if !utf8.ValidString(line) || strings.ContainsFunc(line, func(r rune) bool { return !strconv.IsGraphic(r) }) {
			t.Errorf("%q: %q", text, line)
		}
		if again := printable.Line(line); again != line {
			t.Errorf("%q: %q, and of that %q", text, line, again)
		}
	})
}
