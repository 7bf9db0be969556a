package main

import (
	"slices"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"extrapasha/cmd/internal/cli/clitest"
)

func TestMain(m *testing.M) { testscript.Main(m, map[string]func(){"lsxfel": main}) }

func TestScripts(t *testing.T) { clitest.Run(t) }

func TestWays(t *testing.T) {
	clitest.Ways(t, command(), t.TempDir(), map[string]string{"": "RUN"})
}

func TestGroup(t *testing.T) {
	for _, c := range []struct{ names, want []string }{
		{nil, nil},
		{[]string{"A/MOTOR/X", "A/MOTOR/Y"}, []string{"A/MOTOR/X", "A/MOTOR/Y"}},
		{[]string{"A/MOTOR/1"}, []string{"A/MOTOR/1"}},
		{[]string{"A/MOTOR/1", "A/MOTOR/10", "A/MOTOR/2", "A/MOTOR/3", "B/CAM"}, []string{"A/MOTOR/{1-3,10}", "B/CAM"}},
		{[]string{"A00@X", "A01@X", "A09@X", "A10@X"}, []string{"A{00-01,09-10}@X"}},
		// One line has one number in it: the one that takes most along.
		{[]string{"T1/D1", "T1/D2", "T1/D3", "T2/D1"}, []string{"T1/D{1-3}", "T2/D1"}},
		{[]string{"T1/D1", "T1/D2", "T2/D1", "T2/D2"}, []string{"T1/D{1-2}", "T2/D{1-2}"}},
		{[]string{"X99999999999999999999999", "X1"}, []string{"X{1,99999999999999999999999}"}},
	} {
		if got := group(c.names); !slices.Equal(got, c.want) {
			t.Errorf("%q: %q, want %q", c.names, got, c.want)
		}
	}
}
