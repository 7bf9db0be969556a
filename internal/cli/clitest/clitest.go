// Package clitest runs the scripts that show what the commands print. In a script data
// is a copy of the repository's runs, odd a run with odd names (see Odd), runs a copy of
// the conformance corpus's; scripts that need those ask for [corpus]. With -update what the commands print now becomes
// what is expected.
package clitest

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

var update = flag.Bool("update", false, "take what the commands print for what is expected")

const (
	data   = "../../testdata"
	corpus = "../../../shared/conformance/runs"
)

// Run runs the scripts in testdata.
func Run(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:           "testdata",
		UpdateScripts: *update,
		Condition: func(name string) (bool, error) {
			_, err := os.Stat(corpus)
			if name == "corpus" && err != nil {
				t.Logf("no conformance corpus at %s", corpus)
			}
			return name == "corpus" && err == nil, nil
		},
		Setup: func(env *testscript.Env) error {
			env.Setenv("COLUMNS", "80")
			for name, from := range map[string]string{"data": data, "runs": corpus} {
				if _, err := os.Stat(from); err != nil {
					continue
				}
				if err := os.CopyFS(filepath.Join(env.WorkDir, name), os.DirFS(from)); err != nil {
					return err
				}
			}
			return Odd(filepath.Join(env.WorkDir, "odd"))
		},
	})
}
