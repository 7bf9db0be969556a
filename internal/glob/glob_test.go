package glob_test

import (
	"strings"
	"testing"

	"extrapasha/internal/glob"
)

func TestGlob(t *testing.T) {
	for _, c := range []struct {
		pattern, name string
		want          bool
	}{
		{"*", "", true},
		{"*", "SPB_DET/1:output", true},
		{"*/DET/*", "SPB_DET_AGIPD1M-1/DET/0CH0:xtdf", true},
		{"*/det/*", "SPB_DET_AGIPD1M-1/DET/0CH0:xtdf", false},
		{"image.*", "image.data", true},
		{"image.*", "imagexdata", false},
		{"?CH0", "3CH0", true},
		{"?CH0", "13CH0", false},
		{"[0-9]CH", "5CH", true},
		{"[!0-9]CH", "5CH", false},
		{"[!0-9]CH", "xCH", true},
		{"[]x]", "]", true},
		{"[!]x]", "y", true},
		{"[a-]", "-", true},
		{"[z-a]", "m", false},
		{"[!z-a]", "m", true},
		{"[abc", "[abc", true},
		{"a.b", "axb", false},
		{"a\nb*", "a\nbc", true},
		{"µ*", "µm", true},
		{`[\d]`, `\`, true},
		{`[\d]`, "5", false},
		{"[^a]", "^", true},
		{"exact", "exactly", false},
	} {
		match, err := glob.Compile(c.pattern)
		if err != nil {
			t.Errorf("%q: %v", c.pattern, err)
			continue
		}
		if match(c.name) != c.want {
			t.Errorf("%q and %q: %v, want %v", c.pattern, c.name, !c.want, c.want)
		}
	}
}

func FuzzGlob(f *testing.F) {
	for _, pattern := range []string{"*", "[", "[!", "[]", "[!]]", "[a-z]*?", "[z-a]", "a[b", "*[", "\\[a]", "[[:alpha:]]", "[\\", "(", "日本*", "\xff[\xfe-\xff]"} {
		f.Add(pattern, "日本語 a[b]")
	}
	f.Fuzz(func(t *testing.T, pattern, name string) {
		match, err := glob.Compile(pattern)
		if err != nil {
			t.Fatalf("%q: %v", pattern, err)
		}
		match(name)
		if !glob.HasWildcards(pattern) && match(name) != (pattern == name) {
			t.Errorf("%q without wildcards and %q: %v", pattern, name, match(name))
		}
		if strings.Trim(pattern, "*") == "" && pattern != "" && !match(name) {
			t.Errorf("%q does not match %q", pattern, name)
		}
	})
}
