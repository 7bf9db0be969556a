package cli

import (
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func TestFit(t *testing.T) {
	const text = `Print a key,
or more of them than fit:

  .npy   the array, and what
         it is of
  .csv   rows

Examples:
  tool get --out a.npy --trains 0:10 --roi "a - b"
	tool > file

Flags:
  -h, --help       help for get
      --out name   what to write
`
	const want = `Print a key, or more of them
than fit:

  .npy   the array, and what it
         is of
  .csv   rows

Examples:
  tool get --out a.npy \
      --trains 0:10 \
      --roi "a - b"
	tool > file

Flags:
  -h, --help       help for get
      --out name   what to write
`
	if got := fit(text, 32); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if got := fit(want, 32); got != want {
		t.Errorf("done twice:\n%s", got)
	}
}

// TestFitKeeps all words, on lines that are no wider than asked for where words are short.
func TestFitKeeps(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOf(rapid.StringMatching(`(  a{1,9}   )?([a-zé]{1,9} ){1,20}\n?`)).Draw(t, "lines"), "\n")
		width := rapid.IntRange(24, 100).Draw(t, "width")
		got := fit(text, width)
		if want := strings.Join(strings.Fields(text), " "); strings.Join(strings.Fields(got), " ") != want {
			t.Fatalf("other words:\n%s", got)
		}
		for line := range strings.Lines(got) {
			if utf8.RuneCountInString(strings.TrimSpace(line)) > width {
				t.Fatalf("wider than %d: %s", width, line)
			}
		}
	})
}
