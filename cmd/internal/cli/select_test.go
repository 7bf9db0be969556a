package cli

import (
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	psh "extrapasha/pasha"
)

func TestParseSel(t *testing.T) {
	for text, want := range map[string][]int{ // of ten
		"3": {3}, "-1": {9}, "2:5": {2, 3, 4}, ":": {0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, "::4": {0, 4, 8}, "-3:": {7, 8, 9}, ":-8": {0, 1}, " 1:7:3 ": {1, 4},
		"::-4": {9, 5, 1}, "3:1:-1": {3, 2}, "[5,0,-1]": {5, 0, 9},
	} {
		sel, err := parseSel(text)
		if err != nil {
			t.Errorf("%q: %v", text, err)
			continue
		}
		got, err := sel.Indices(10)
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("%q: %v, %v; want %v", text, got, err, want)
		}
		if sel.Single() != (len(want) == 1) {
			t.Errorf("%q: single is %v", text, sel.Single())
		}
	}
	for _, text := range []string{"", "a", "1:b", "1:2:3:4", "::0", "1.5", "[]", "[1:2]", "[1,a]", "...."} {
		if sel, err := parseSel(text); err == nil {
			t.Errorf("%q is taken for %v", text, sel)
		}
	}
}

func TestROI(t *testing.T) {
	for text, want := range map[string][]int{ // how many of each dimension of 3 by 4 by 5
		"0": {1, 4, 5}, "...,[4,0]": {3, 4, 2}, "[0,2],1:3,::-2": {2, 2, 3}, "1,...": {1, 4, 5},
	} {
		roi, err := (&Selected{roi: text}).ROI(&cobra.Command{})
		if err == nil {
			roi, err = psh.Expand(roi, 3)
		}
		if err != nil {
			t.Errorf("%q: %v", text, err)
			continue
		}
		for axis, sel := range roi {
			if got, err := sel.Indices(3 + axis); err != nil || len(got) != want[axis] {
				t.Errorf("%q, dimension %d: %v, %v; want %d", text, axis, got, err, want[axis])
			}
		}
	}
}

func TestParseIDs(t *testing.T) {
	ids := []uint64{10, 11, 12, 13, 14}
	for text, want := range map[string][]uint64{"12": {12}, "11:13": {11, 12}, "13:": {13, 14}, ":12": {10, 11}} {
		pick, err := parseIDs(text)
		if err != nil {
			t.Errorf("%q: %v", text, err)
			continue
		}
		if got, err := pick(ids); err != nil || !slices.Equal(got, want) {
			t.Errorf("%q: %v, %v; want %v", text, got, err, want)
		}
	}
	for _, text := range []string{"x", "1:y", "-1"} {
		if _, err := parseIDs(text); err == nil {
			t.Errorf("%q: no error", text)
		}
	}
}

func TestSplitRuns(t *testing.T) {
	for _, c := range []struct{ args, want string }{ // runs divided by commas
		{"", ""},
		{"p4200 1", "p4200 1"},
		{"p4200 r0001 4200 2", "p4200 r0001,4200 2"},
		{"p4200 p4201", "p4200,p4201"},
		{"p4200 cli.go 4200", "p4200,cli.go,4200"},
		{"cli.go p4200 1 nowhere", "cli.go,p4200 1,nowhere"},
		{"runs.go 1", "runs.go,1"},
	} {
		var got []string
		for _, named := range SplitRuns(strings.Fields(c.args)) {
			got = append(got, strings.Join(named, " "))
		}
		if strings.Join(got, ",") != c.want {
			t.Errorf("%s: %q", c.args, got)
		}
	}
}

func TestSplitRun(t *testing.T) {
	for _, c := range []struct {
		args []string
		n    int
	}{{nil, 0}, {[]string{"p4200", "1"}, 2}, {[]string{"4200", "1", "SOURCE"}, 2}, {[]string{"cli.go", "SOURCE", "key"}, 1}, {[]string{"p4200"}, 1}, {[]string{"nowhere", "SOURCE"}, 1}} {
		named, rest := SplitRun(c.args)
		if len(named) != c.n || len(named)+len(rest) != len(c.args) {
			t.Errorf("%q: %q and %q", c.args, named, rest)
		}
	}
}
